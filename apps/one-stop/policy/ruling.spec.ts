/** Which pack rules when, from lists as the server gives them. */
import type { AdoptedVersion } from '../../hospital-gateway/policy/adopted-packs';
import { rulingPeriods } from './ruling';

const version = (digest: string, more: Partial<AdoptedVersion> = {}): AdoptedVersion => ({
  id: digest.toUpperCase(),
  name: '测试',
  digest,
  region: '530102',
  from: '2018-01-01',
  to: null,
  adoptedAt: '2026-07-01T00:00:00.000Z',
  operatorCode: 'OP-17',
  ...more,
});
const periods = (versions: readonly AdoptedVersion[]) =>
  rulingPeriods(versions, '530102').map(({ from, to, digest }) => [from, to, digest]);

test('no pack, one pack, a later one that takes over', () => {
  expect(periods([])).toEqual([]);
  expect(periods([version('a')])).toEqual([['2018-01-01', null, 'a']]);
  expect(periods([version('a'), version('b', { from: '2019-03-01' })])).toEqual([
    ['2018-01-01', '2019-02-28', 'a'],
    ['2019-03-01', null, 'b'],
  ]);
});

test('a pack that ends leaves the days after it to what began before, to the province, or to none', () => {
  const temporary = version('t', { from: '2020-02-01', to: '2020-02-29' });
  expect(periods([version('a'), temporary])).toEqual([
    ['2018-01-01', '2020-01-31', 'a'],
    ['2020-02-01', '2020-02-29', 't'],
    ['2020-03-01', null, 'a'],
  ]);
  expect(periods([temporary])).toEqual([
    ['2020-02-01', '2020-02-29', 't'],
    ['2020-03-01', null, null],
  ]);
  expect(periods([temporary, version('p', { region: '530000', from: '2019-01-01' })])).toEqual([
    ['2019-01-01', '2020-01-31', 'p'],
    ['2020-02-01', '2020-02-29', 't'],
    ['2020-03-01', null, 'p'],
  ]);
});

test('a replaced version no longer rules; the new one stands in its place between equal starts', () => {
  const versions = [
    version('a', { replacedBy: 'c' }),
    version('b'),
    version('c', { replaces: { digest: 'a', id: 'A' } }),
    version('d', { from: '2019-01-01', replaces: { digest: 'x', id: 'X' } }),
  ];
  expect(periods(versions)).toEqual([
    ['2018-01-01', '2018-12-31', 'b'],
    ['2019-01-01', null, 'd'],
  ]);
});
