/** What the check of a pack says of a line's rules and their parts. */
import { addLine, type Authored, problemsAfter, programme, RATE, topUp, value } from './testing';

describe('rules and parts', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'a rule with parts and nothing',
      (c) => (c.lines[0].rules[0].nothing = '无'),
      ['lines[0].rules[0]: a rule of a proportional line has either "nothing" or "parts". Cure: keep exactly one of them'],
    ],
    [
      'a rule without anything',
      (c) => (c.lines[0].rules = [{}]),
      ['lines[0].rules[0]: a rule of a proportional line has either "nothing" or "parts". Cure: keep exactly one of them'],
    ],
    [
      'a rate line with a limit',
      (c) => (c.lines[0].rules = [{ limit: { perYear: value(1) } }]),
      ['lines[0].rules[0]: a rule of a proportional line has either "nothing" or "parts". Cure: keep exactly one of them'],
    ],
    [
      'a top-up with parts',
      (c) => addLine(c, topUp({ rules: [{ parts: [{ base: 'rest', ...RATE }] }] })),
      ['lines[1].rules[0]: a rule of a top-up line has either "nothing" or "limit". Cure: keep exactly one of them'],
    ],
    [
      'conditions that name nothing',
      (c) => (
        (c.lines[0].rules[0].when = { categories: ['ordinary', 'orphan'], programmes: ['named', 'gone'] }),
        (c.programmes = [programme()])
      ),
      [
        "lines[0].rules[0].when.categories: orphan is not among the pack's categories. Cure: add it to categories or remove it here",
        'lines[0].rules[0].when.programmes: there is no programme gone. Cure: use the id of one of programmes',
      ],
    ],
    [
      'a programme where there are none',
      (c) => (c.lines[0].rules[0].when = { programmes: ['gone'] }),
      ['lines[0].rules[0].when.programmes: there is no programme gone. Cure: use the id of one of programmes'],
    ],
    [
      'a part with neither rate nor bands',
      (c) => delete c.lines[0].rules[0].parts[0].rate,
      ['lines[0].rules[0].parts[0]: a part has either a rate or bands. Cure: keep exactly one of them'],
    ],
    [
      'a part with both',
      (c) => (c.lines[0].rules[0].parts[0].bands = { measuredFrom: value('zero'), steps: [{ rate: value(1) }] }),
      ['lines[0].rules[0].parts[0]: a part has either a rate or bands. Cure: keep exactly one of them'],
    ],
    [
      'an accumulator of nobody',
      (c) => (c.lines[0].rules[0].parts[0].base = { accumulator: 'a' }),
      ['lines[0].rules[0].parts[0].base: the line does not accumulate that account. Cure: add it to the line’s "accumulates"'],
    ],
    [
      'an accumulator of another line',
      (c) => {
        c.lines[0].accumulates = [
          { account: 'b', label: '累' },
          { account: 'c', label: '累' },
        ];
        c.lines[0].rules[0].parts[0].base = { accumulator: 'a' };
      },
      ['lines[0].rules[0].parts[0].base: the line does not accumulate that account. Cure: add it to the line’s "accumulates"'],
    ],
    [
      'its own accumulator among others',
      (c) => {
        c.lines[0].accumulates = [
          { account: 'b', label: '累' },
          { account: 'a', label: '累' },
        ];
        c.lines[0].rules[0].parts[0].base = { accumulator: 'a' };
      },
      [],
    ],
    [
      'a year account with a deductible that has a period',
      (c) => {
        c.lines[0].accumulates = [{ account: 'a', label: '累' }];
        c.lines[0].rules[0].parts[0] = {
          base: { accumulator: 'a' },
          ...RATE,
          deductible: { period: value('year'), amount: value(1) },
        };
      },
      [
        'lines[0].rules[0].parts[0].deductible.period: the deductible of a year account lives in that account. Cure: remove period',
      ],
    ],
    [
      'a deductible without a period',
      (c) => (c.lines[0].rules[0].parts[0].deductible = { amount: value(1) }),
      [
        'lines[0].rules[0].parts[0].deductible.period: it does not say whether it is taken every stay or once a year. Cure: add "period: { value: stay }" or "{ value: year }"',
      ],
    ],
    [
      'later stays of a yearly deductible',
      (c) => (c.lines[0].rules[0].parts[0].deductible = { period: value('year'), amount: value(2), laterStays: [value(1)] }),
      [
        'lines[0].rules[0].parts[0].deductible.laterStays: only a deductible of every stay falls with the stays. Cure: write "period: { value: stay }" or remove laterStays',
      ],
    ],
    [
      'later stays of every stay',
      (c) => (c.lines[0].rules[0].parts[0].deductible = { period: value('stay'), amount: value(2), laterStays: [value(1)] }),
      [],
    ],
    [
      'later stays without a period',
      (c) => (c.lines[0].rules[0].parts[0].deductible = { amount: value(2), laterStays: [value(1)] }),
      [
        'lines[0].rules[0].parts[0].deductible.period: it does not say whether it is taken every stay or once a year. Cure: add "period: { value: stay }" or "{ value: year }"',
        'lines[0].rules[0].parts[0].deductible.laterStays: only a deductible of every stay falls with the stays. Cure: write "period: { value: stay }" or remove laterStays',
      ],
    ],
    [
      'steps that stand still',
      (c) => {
        c.lines[0].rules[0].parts = [
          {
            base: 'rest',
            bands: {
              measuredFrom: value('zero'),
              steps: [{ upTo: value(5), rate: value(1) }, { upTo: value(5), rate: value(2) }, { rate: value(3) }],
            },
          },
        ];
      },
      ['lines[0].rules[0].parts[0].bands.steps[1].upTo: steps must rise. Cure: order the steps by their upper edge'],
    ],
    [
      'steps that rise, the first at nothing',
      (c) => {
        c.lines[0].rules[0].parts = [
          {
            base: 'rest',
            bands: {
              measuredFrom: value('zero'),
              steps: [{ upTo: value(0), rate: value(1) }, { upTo: value(1), rate: value(2) }, { rate: value(3) }],
            },
          },
        ];
      },
      [],
    ],
    [
      'edges that cross later in the year',
      (c) => {
        c.lines[0].rules[0].parts = [
          {
            base: 'rest',
            bands: {
              measuredFrom: value('zero'),
              steps: [
                { upTo: [value(5, { to: '2018-06-30' }), value(9, { from: '2018-07-01' })], rate: value(1) },
                { upTo: [value(8, { to: '2018-06-30' }), value(9, { from: '2018-07-01' })], rate: value(2) },
                { rate: value(3) },
              ],
            },
          },
        ];
      },
      ['lines[0].rules[0].parts[0].bands.steps[1].upTo: steps must rise. Cure: order the steps by their upper edge'],
    ],
    [
      'edges that rise together on a day',
      (c) => {
        c.lines[0].rules[0].parts = [
          {
            base: 'rest',
            bands: {
              measuredFrom: value('zero'),
              steps: [
                { upTo: [value(5, { to: '2018-06-30' }), value(9, { from: '2018-07-01' })], rate: value(1) },
                { upTo: [value(8, { to: '2018-06-30' }), value(10, { from: '2018-07-01' })], rate: value(2) },
                { rate: value(3) },
              ],
            },
          },
        ];
      },
      [],
    ],
    [
      'edges that cross on a single day',
      (c) => {
        const high = [
          value(5, { to: '2018-06-30' }),
          value(9, { from: '2018-07-01', to: '2018-07-01' }),
          value(5, { from: '2018-07-02' }),
        ];
        const steps = [{ upTo: high, rate: value(1) }, { upTo: value(8), rate: value(2) }, { rate: value(3) }];
        c.lines[0].rules[0].parts = [{ base: 'rest', bands: { measuredFrom: value('zero'), steps } }];
      },
      ['lines[0].rules[0].parts[0].bands.steps[1].upTo: steps must rise. Cure: order the steps by their upper edge'],
    ],
    [
      'edges that rise on every day, whose days are written the last first',
      (c) => {
        const low = [value(9, { from: '2018-07-01' }), value(5, { to: '2018-06-30' })];
        const high = [value(10, { from: '2018-07-01' }), value(8, { to: '2018-06-30' })];
        const steps = [{ upTo: low, rate: value(1) }, { upTo: high, rate: value(2) }, { rate: value(3) }];
        c.lines[0].rules[0].parts = [{ base: 'rest', bands: { measuredFrom: value('zero'), steps } }];
      },
      [],
    ],
    [
      'a middle step without an edge, a last with one',
      (c) => {
        c.lines[0].rules[0].parts = [
          {
            base: 'rest',
            bands: { measuredFrom: value('zero'), steps: [{ rate: value(1) }, { upTo: value(5), rate: value(2) }] },
          },
        ];
      },
      [
        'lines[0].rules[0].parts[0].bands.steps[0].upTo: only the last step has no upper edge. Cure: add or remove upTo',
        'lines[0].rules[0].parts[0].bands.steps[1].upTo: only the last step has no upper edge. Cure: add or remove upTo',
      ],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});
