/** What the check of a pack says of a case that finds no rule or two. */
import { type Authored, problemsAfter, programme, topUp, value } from './testing';

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
    [
      'a gap of a designated hospital where the pack takes both',
      (c) => {
        c.acceptsUndesignated = value(true);
        c.lines[0].rules = [{ when: { designated: false }, nothing: '无' }];
      },
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated. Cure: add a rule without categories, or one with "nothing: <reason>"',
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
      'a gap just below an age',
      (c) => (c.lines[0].rules = [{ when: { ageMonths: { from: 72 } }, nothing: '无' }]),
      [
        'lines/basic: no rule applies to: inpatient, ordinary, level 1, none, designated, age 71 months. Cure: add a rule without categories, or one with "nothing: <reason>"',
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
      'a gap of a programme whose amount the county has not set',
      (c) => {
        c.programmes = [programme({ careTypes: ['outpatient-chronic'] })];
        c.care['outpatient-chronic'] = { chain: ['top'] };
        c.lines.push(topUp({ rules: [{ when: { amountSet: true }, limit: { perYear: value(1) } }] }));
      },
      [
        'lines/top: no rule applies to: outpatient-chronic, ordinary, level 1, none, designated, programme named. Cure: add a rule without categories, or one with "nothing: <reason>"',
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
