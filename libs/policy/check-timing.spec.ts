/** What the check of a pack says of lines that are settled when the year is over. */
import { addLine, type Authored, CAP, problemsAfter, topUp, value } from './testing';

it.each<[string, (c: Authored) => void, string[]]>([
  [
    'a year-end line in order',
    (c) => {
      addLine(
        c,
        topUp({
          timing: value('year-end'),
          rules: [{ when: { categories: ['destitute'] }, limit: { perYear: value(1) }, ...CAP }, { nothing: '无' }],
        }),
      );
      addLine(c, topUp({ id: 'second', timing: value('year-end') }));
    },
    [],
  ],
  [
    'a line after one that is settled at year end',
    (c) => addLine(c, topUp({ timing: value('year-end') }), 0),
    [
      'care.inpatient.chain[1]: basic pays at the window and stands after a line that is settled at year end. Cure: move year-end lines to the end of the chain',
    ],
  ],
  [
    'a rate line at year end',
    (c) => (c.lines[0].timing = value('year-end')),
    ['lines[0].timing: a proportional line cannot be settled at year end. Cure: only a top-up can: remove timing'],
  ],
  [
    'a year-end line called year',
    (c) => addLine(c, topUp({ id: 'year', timing: value('year-end') })),
    ['lines[1].id: the accounts of a line "year" would be those of the system. Cure: use another id'],
  ],
  [
    'conditions of a bill',
    (c) =>
      addLine(
        c,
        topUp({
          timing: value('year-end'),
          rules: [
            { when: { categories: ['destitute'], levels: [1], careTypes: ['inpatient'] }, limit: { perYear: value(1) } },
            { limit: { perYear: value(1) } },
          ],
        }),
      ),
    [
      'lines[1].rules[0].when.levels: a year has no such condition. Cure: ask for categories alone at year end',
      'lines[1].rules[0].when.careTypes: a year has no such condition. Cure: ask for categories alone at year end',
    ],
  ],
  [
    'amounts by level, of a stay',
    (c) => {
      const three = { byLevel: { 1: value(1), 2: value(2), 3: value(3) } };
      addLine(
        c,
        topUp({ timing: value('year-end'), rules: [{ limit: { perYear: three }, capPerYear: three, capPerStay: value(1) }] }),
      );
    },
    [
      'lines[1].rules[0].limit: a year has no hospital level. Cure: give one value for all levels',
      'lines[1].rules[0].capPerYear: a year has no hospital level. Cure: give one value for all levels',
      'lines[1].rules[0].capPerStay: a year is no stay. Cure: use capPerYear',
    ],
  ],
  [
    'a share by level',
    (c) => {
      const three = { byLevel: { 1: value(1), 2: value(2), 3: value(3) } };
      addLine(c, topUp({ timing: value('year-end'), rules: [{ limit: { percentOf: 'total', rate: three } }] }));
    },
    ['lines[1].rules[0].limit: a year has no hospital level. Cure: give one value for all levels'],
  ],
  [
    'a timing at the window',
    (c) => {
      c.lines[0].timing = value('window');
      c.lines[0].rules[0].capPerStay = value(1);
    },
    [],
  ],
])('%s', (_, change, problems) => {
  expect(problemsAfter(change)).toEqual(problems);
});
