/** The query of the list: what is asked for, and a 400 that names each parameter that is no good. */
import { Problem, validated } from '@oss/host';
import { cursorText, placeOf } from './period-cursor';
import { settlementsAsked, SettlementsQuery } from './period-request';
import type { PeriodFilter } from './protocol';

const asked = (query: object) => settlementsAsked(validated(SettlementsQuery, query));

function refusal(query: object): { code: string; paths: string[] } {
  try {
    asked(query);
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, paths: error.fields.map(({ path }) => path).sort() };
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(query)}`);
}

const MARCH = { from: '2018-03-01', to: '2018-03-31' };
const FILTER: PeriodFilter = { hospitalCode: 'H1', payer: null, ...MARCH };
const PLACE = { day: '2018-03-19', position: 70, upTo: 700 };

describe('what is asked for', () => {
  it('an encounter, where its number is given', () => {
    expect(asked({ hospitalCode: 'H1', encounterNo: 'E1' })).toEqual({ encounter: { hospitalCode: 'H1', encounterNo: 'E1' } });
  });

  it.each([
    [{ hospitalCode: 'H1' }, { hospitalCode: 'H1', payer: null }],
    [{ payer: 'fifth-line' }, { hospitalCode: null, payer: 'fifth-line' }],
    [
      { hospitalCode: 'H1', payer: 'hospital' },
      { hospitalCode: 'H1', payer: 'hospital' },
    ],
  ])('a period of %j, 100 a page unless said otherwise', (who, filter) => {
    expect(asked({ ...who, ...MARCH })).toEqual({ period: { ...filter, ...MARCH, after: null, limit: 100 } });
    expect(asked({ ...who, ...MARCH, limit: '500' })).toMatchObject({ period: { limit: 500 } });
  });

  it('one day, and 400 days', () => {
    expect(asked({ hospitalCode: 'H1', from: '2020-02-29', to: '2020-02-29' })).toHaveProperty('period.from', '2020-02-29');
    expect(asked({ hospitalCode: 'H1', from: '2018-01-01', to: '2019-02-04' })).toHaveProperty('period.to', '2019-02-04');
  });

  it('the page that a cursor names', () => {
    expect(asked({ hospitalCode: 'H1', ...MARCH, cursor: cursorText(FILTER, PLACE) })).toEqual({
      period: { ...FILTER, after: PLACE, limit: 100 },
    });
  });
});

describe('a query is refused', () => {
  it.each<[string, object, string[]]>([
    ['nothing at all', {}, ['from', 'hospitalCode', 'to']],
    ['a hospital alone', { hospitalCode: 'H1' }, ['from', 'to']],
    ['a period of everybody', MARCH, ['hospitalCode']],
    ['an encounter of no hospital', { encounterNo: 'E1' }, ['hospitalCode']],
    ['an encounter and a period', { hospitalCode: 'H1', encounterNo: 'E1', ...MARCH, limit: '1' }, ['from', 'limit', 'to']],
    ['an encounter and a payer', { hospitalCode: 'H1', encounterNo: 'E1', payer: 'hospital' }, ['payer']],
    ['no first day', { hospitalCode: 'H1', to: '2018-03-31' }, ['from']],
    ['a day of no calendar', { hospitalCode: 'H1', from: '2018-02-29', to: '2018-04-31' }, ['from', 'to']],
    ['a day in another form', { hospitalCode: 'H1', from: '20180301', to: '2018-3-31' }, ['from', 'to']],
    ['a period that ends before it begins', { hospitalCode: 'H1', from: '2018-03-02', to: '2018-03-01' }, ['to']],
    ['401 days', { hospitalCode: 'H1', from: '2018-01-01', to: '2019-02-05' }, ['to']],
    ['an unknown payer', { payer: 'basic', ...MARCH }, ['payer']],
    ['a payer twice', { payer: ['fifth-line', 'hospital'], ...MARCH }, ['payer']],
    ['an empty hospital', { hospitalCode: '', ...MARCH }, ['hospitalCode']],
    ['a parameter that there is not', { hospitalCode: 'H1', ...MARCH, page: '2' }, ['page']],
    ...['0', '501', '1e2', '-1', '1.5', '', '0100'].map((limit): [string, object, string[]] => [
      `a limit of "${limit}"`,
      { hospitalCode: 'H1', ...MARCH, limit },
      ['limit'],
    ]),
    ...['x', Buffer.from('[1]').toString('base64url'), 'null', 'W10='].map((cursor): [string, object, string[]] => [
      `the cursor "${cursor}"`,
      { hospitalCode: 'H1', ...MARCH, cursor },
      ['cursor'],
    ]),
  ])('%s', (_, query, paths) => {
    expect(refusal(query)).toEqual({ code: 'invalid-body', paths });
  });

  it.each<[string, Partial<PeriodFilter>]>([
    ['another hospital', { hospitalCode: 'H2' }],
    ['a payer beside it', { payer: 'hospital' }],
    ['another first day', { from: '2018-03-02' }],
    ['another last day', { to: '2018-03-30' }],
  ])('the cursor of %s', (_, other) => {
    expect(placeOf(cursorText({ ...FILTER, ...other }, PLACE), FILTER)).toBeNull();
    expect(placeOf(cursorText(FILTER, PLACE), FILTER)).toEqual(PLACE);
  });

  it('a cursor whose place was made up', () => {
    for (const made of [{ day: '2018-04-01' }, { day: '2018-03-1x' }, { position: 0 }, { position: 1.5 }, { upTo: -1 }]) {
      expect(placeOf(cursorText(FILTER, { ...PLACE, ...made }), FILTER)).toBeNull();
    }
  });
});
