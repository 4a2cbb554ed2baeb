/** What the check of a pack says of programmes, lists of items, and lines that take what another one's cap cut off. */
import { addLine, type Authored, CAP, problemsAfter, programme, RATE, rateLine, topUp, value } from './testing';

const cutOf = (line: string): Authored => rateLine({ id: 'band', rules: [{ parts: [{ base: { cutOffBy: line }, ...RATE }] }] });

describe('programmes and lists', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'programmes of one id',
      (c) => (c.programmes = [programme(), programme({ id: 'other' }), programme()]),
      ['programmes[2].id: the id stands twice. Cure: give each its own'],
    ],
    [
      'amounts in a named programme',
      (c) =>
        (c.programmes = [
          programme({
            diseases: [
              { label: '甲', icd10: ['C15'] },
              { label: '乙', icd10: ['C16'], amount: value(1) },
            ],
          }),
        ]),
      [
        'programmes[0]: a named programme has no amounts. Cure: write "kind: fixed-amount" or "kind: price-limit", or remove the amounts',
      ],
    ],
    [
      'amounts that no line bears',
      (c) =>
        (c.programmes = [
          programme({
            kind: 'price-limit',
            careTypes: ['inpatient', 'outpatient-chronic'],
            diseases: [{ label: '甲', icd10: ['C15'], amount: value(1) }],
          }),
        ]),
      [
        'programmes[0]: no line of care.inpatient.chain bears what is above its amounts. Cure: add a line with "shape: price-limit" and "payer: hospital" at the front',
        'programmes[0]: no line of care.outpatient-chronic.chain bears what is above its amounts. Cure: add a line with "shape: price-limit" and "payer: hospital" at the front',
      ],
    ],
    [
      'amounts that a line bears',
      (c) => {
        addLine(c, { id: 'over', label: '超', payer: 'hospital', shape: 'price-limit' }, 0);
        c.programmes = [programme({ kind: 'price-limit', diseases: [{ label: '甲', icd10: ['C15'], amount: value(1) }] })];
      },
      [],
    ],
    ['no amounts, no line', (c) => (c.programmes = [programme({ kind: 'price-limit' })]), []],
    [
      'a range that falls, one of two letters',
      (c) =>
        (c.programmes = [
          programme({
            diseases: [
              { label: '甲', icd10: ['C16', 'A19-A15'] },
              { label: '乙', icd10: ['A15-B19', 'A15-A15'] },
            ],
          }),
        ]),
      [
        'programmes[0].diseases[0].icd10: range A19-A15 holds no code. Cure: write the lower code first, both of one letter',
        'programmes[0].diseases[1].icd10: range A15-B19 holds no code. Cure: write the lower code first, both of one letter',
      ],
    ],
    [
      'an accumulation that excepts a programme',
      (c) => {
        c.lines[0].accumulates = [{ account: 'a', label: '累', except: { programmes: ['named', 'gone'] } }];
        c.programmes = [programme({ id: 'x' }), programme()];
      },
      ['lines[0].accumulates[0].except.programmes: there is no programme gone. Cure: use the id of one of programmes'],
    ],
    [
      'one where there are no programmes',
      (c) =>
        (c.lines[0].accumulates = [
          { account: 'a', label: '累', except: { programmes: ['gone'] } },
          { account: 'b', label: '累', except: { careTypes: ['inpatient'] } },
        ]),
      ['lines[0].accumulates[0].except.programmes: there is no programme gone. Cure: use the id of one of programmes'],
    ],
    [
      'lists of items',
      (c) =>
        (c.admittedItems = [
          {
            id: 'a',
            label: '甲',
            for: { every: ['destitute', 'orphan'] },
            items: [
              { name: 'x', codes: value(['x', '1']) },
              { name: 'y', codes: value(['1', 'x']) },
            ],
          },
          { id: 'b', label: '乙', for: { oneOf: ['low-income', 'disabled'] }, items: [{ name: 'x' }] },
          { id: 'a', label: '丙', for: { oneOf: ['destitute'] }, items: [{ name: 'z' }] },
        ]),
      [
        "admittedItems[0].for: orphan is not among the pack's categories. Cure: add it to categories or remove it here",
        'admittedItems[0].items[1]: 1 stands twice in the list. Cure: name each item and code once',
        'admittedItems[0].items[1]: x stands twice in the list. Cure: name each item and code once',
        "admittedItems[1].for: disabled is not among the pack's categories. Cure: add it to categories or remove it here",
        'admittedItems[2].id: the id stands twice. Cure: give each its own',
      ],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});

describe('what the cap of another line cut off', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'what the cap of an earlier line cut',
      (c) => {
        Object.assign(c.lines[0].rules[0], CAP);
        addLine(c, cutOf('basic'));
      },
      [],
    ],
    [
      'a cap of the stay will do, and of one rule',
      (c) => {
        c.lines[0].rules = [
          { when: { categories: ['destitute'] }, parts: [{ base: 'in-scope', ...RATE }], capPerStay: value(1) },
          { parts: [{ base: { cutOffBy: 'first' }, ...RATE }] },
        ];
        addLine(c, { ...rateLine(), id: 'first', rules: [{ ...rateLine().rules[0], ...CAP }] }, 0);
        addLine(c, cutOf('basic'));
      },
      [],
    ],
    [
      'of a line that is not there',
      (c) => addLine(c, cutOf('gone')),
      ['lines[1].rules[0].parts[0].base: there is no line gone. Cure: use one of: basic, band'],
    ],
    [
      'of one without a cap',
      (c) => addLine(c, cutOf('basic')),
      [
        'lines[1].rules[0].parts[0].base: line basic has no cap, so nothing is ever cut off. Cure: give that line a cap, or use another base',
      ],
    ],
    [
      'of one on other bases',
      (c) => {
        Object.assign(c.lines[0].rules[0], CAP);
        c.lines[0].rules[0].parts.push({ base: 'out-of-scope', ...RATE });
        addLine(c, cutOf('basic'));
      },
      [
        'lines[1].rules[0].parts[0].base: line basic is not a proportional line of one payer on in-scope bases. Cure: take what the cap cuts off of such a line only',
      ],
    ],
    [
      'of a top-up',
      (c) => {
        addLine(c, topUp({ rules: [{ limit: { perYear: value(1) }, ...CAP }] }));
        addLine(c, cutOf('top'));
      },
      [
        'lines[2].rules[0].parts[0].base: line top is not a proportional line of one payer on in-scope bases. Cure: take what the cap cuts off of such a line only',
      ],
    ],
    [
      'of a shared line',
      (c) => {
        Object.assign(c.lines[0].rules[0], CAP);
        delete c.lines[0].payer;
        c.lines[0].split = [{ payer: 'fifth-line', weight: value(1) }, { payer: 'basic-insurance' }];
        addLine(c, cutOf('basic'));
      },
      [
        'lines[1].rules[0].parts[0].base: line basic is not a proportional line of one payer on in-scope bases. Cure: take what the cap cuts off of such a line only',
      ],
    ],
    [
      'of a later line, and where the line itself is in no such chain',
      (c) => {
        Object.assign(c.lines[0].rules[0], CAP);
        addLine(c, cutOf('basic'), 0);
        c.care['outpatient-chronic'] = { chain: ['basic'] };
      },
      [
        'lines[0].rules[0].parts[0].base: in care.inpatient.chain line basic does not stand before band. Cure: mend the order of the chain',
      ],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});
