/** What the check of a pack says of its rules and parts, and of a case that finds no rule or two. */
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

describe('exactly one rule', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'a gap of a category',
      (c) => (c.lines[0].rules[0].when = { categories: ['destitute', 'low-income'] }),
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of a level',
      (c) => (c.lines[0].rules[0].when = { levels: [1, 3] }),
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 2, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of an undesignated hospital',
      (c) => {
        c.acceptsUndesignated = value(true);
        c.lines[0].rules[0].when = { designated: true };
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, undesignated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    ['no such gap where the pack takes none', (c) => (c.lines[0].rules[0].when = { designated: true }), []],
    [
      'a gap of a transfer',
      (c) => {
        c.scope.outOfArea = { referred: value(1) };
        c.lines[0].rules[0].when = { transfers: ['none'] };
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, referred, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of an age',
      (c) =>
        (c.lines[0].rules = [
          { when: { ageMonths: { below: 72 } }, nothing: '无' },
          { when: { ageMonths: { from: 73 } }, nothing: '无' },
        ]),
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated, age 72 months. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'ages that meet',
      (c) =>
        (c.lines[0].rules = [
          { when: { ageMonths: { below: 72 } }, nothing: '无' },
          { when: { ageMonths: { from: 72 } }, nothing: '无' },
        ]),
      [],
    ],
    [
      'ages that overlap by a month',
      (c) =>
        (c.lines[0].rules = [
          { when: { ageMonths: { below: 73 } }, nothing: '无' },
          { when: { ageMonths: { from: 72 } }, nothing: '无' },
        ]),
      [
        'lines/basic: lines/basic/rules/0 and lines/basic/rules/1 both apply to: inpatient, ordinary, level 1, none, designated, age 72 months. Cure: narrow "when" of one of them',
      ],
    ],
    [
      'a gap of a case without programme',
      (c) => {
        c.programmes = [programme()];
        c.lines[0].rules[0].when = { programmes: ['named'] };
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of a programme whose amount is set',
      (c) => {
        c.programmes = [programme(), programme({ id: 'visits', careTypes: ['outpatient-chronic'] })];
        c.lines[0].rules = [
          { when: { programmes: ['named'], amountSet: false }, nothing: '无' },
          { when: { amountSet: false }, nothing: '无' },
        ];
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated, programme named. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of a programme without amount',
      (c) => {
        c.programmes = [programme()];
        c.lines[0].rules = [{ when: { amountSet: true }, nothing: '无' }];
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a programme of visits alone',
      (c) => {
        c.programmes = [programme({ careTypes: ['outpatient-chronic'] })];
        c.care['outpatient-chronic'] = { chain: ['top'] };
        c.lines.push(topUp({ rules: [{ when: { programmes: ['named'] }, limit: { perYear: value(1) } }] }));
      },
      [],
    ],
    [
      'visits that list no disease',
      (c) => {
        c.programmes = [programme()];
        c.care['outpatient-chronic'] = { chain: ['top'] };
        c.lines.push(topUp({ rules: [{ when: { programmes: ['named'] }, limit: { perYear: value(1) } }] }));
      },
      [
        'lines/top: no rule applies to: outpatient-chronic, ordinary, level 1, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'a gap of a place',
      (c) => {
        c.scope.outOfArea = { referred: value(1) };
        c.lines[0].rules = [
          { when: { hospitalRegions: ['9999'] }, nothing: '无' },
          { when: { transfers: ['referred'], hospitalRegions: ['99'] }, nothing: '无' },
        ];
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, referred, designated, hospital in 000000. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'places of another province',
      (c) => {
        c.localArea = value(['9999', '8888']);
        c.lines[0].rules = [{ when: { hospitalRegions: ['9999', '31'] }, nothing: '无' }];
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated, hospital in 888800. Cure: add a rule without categories, or one with "nothing: <reason>"',
      ],
    ],
    [
      'two rules at once',
      (c) => c.lines[0].rules.push({ nothing: '无' }),
      [
        'lines/basic: lines/basic/rules/0 and lines/basic/rules/1 both apply to: inpatient, ordinary, level 1, none, designated. Cure: narrow "when" of one of them',
      ],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});
