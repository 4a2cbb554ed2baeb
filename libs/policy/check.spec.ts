/** What the check of a pack says of its head, values, chains, payers and accounts: everything that is wrong, and nothing that is right. */
import { addLine, type Authored, problemsAfter, rateLine, topUp, value } from './testing';

describe('head and values', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    ['nothing', () => {}, []],
    [
      'an id that begins with another day',
      (c) => (c.id = '999999/2018-01-02'),
      ['id: 999999/2018-01-02 does not begin with region and start. Cure: write "999999/2018-01-01"'],
    ],
    ['an id with a suffix is its own', (c) => (c.id = '999999/2018-01-01/2'), []],
    ['a pack of one day', (c) => (c.to = '2018-01-01'), []],
    [
      'a pack that ends the day before',
      (c) => (c.to = '2017-12-31'),
      ['to: the pack ends before it begins. Cure: mend from or to'],
    ],
    [
      'days that are none',
      (c) => {
        c.from = '2018-02-29';
        c.id = '999999/2018-02-29';
      },
      ['from: 2018-02-29 is no day of the calendar. Cure: write a day as YYYY-MM-DD'],
    ],
    [
      'subsidies',
      (c) => (c.premiumSubsidy = [value(['destitute', 'orphan']), value(['low-income', 'destitute'])]),
      [
        "premiumSubsidy[0]: orphan is not among the pack's categories. Cure: add it to categories or remove it here",
        'premiumSubsidy[1]: destitute is subsidised twice. Cure: name each category once',
      ],
    ],
    [
      'no defaults',
      (c) => delete c.defaults,
      [
        'lines/basic/rules/0/parts/0/rate: no provenance. Cure: add "provenance: stated | documented | assumed" to the value, its rule, line or the pack’s defaults',
        'lines/basic/rules/0/parts/0/rate: no source. Cure: name one of: test',
        'localArea: no provenance. Cure: add "provenance: stated | documented | assumed" to the value, its rule, line or the pack’s defaults',
        'localArea: no source. Cure: name one of: test',
        'scope/classBFirstSelfPay: no provenance. Cure: add "provenance: stated | documented | assumed" to the value, its rule, line or the pack’s defaults',
        'scope/classBFirstSelfPay: no source. Cure: name one of: test',
      ],
    ],
    [
      'a source that is not listed',
      (c) => (c.localArea.source = 'hearsay'),
      ['localArea: source "hearsay" is not in sources. Cure: name one of: test'],
    ],
    [
      'values in any order that follow each other',
      (c) => (c.scope.classBFirstSelfPay = [value(1, { from: '2018-07-01' }), value(2, { to: '2018-06-30' })]),
      [],
    ],
    [
      'values of which one begins a day late',
      (c) => (c.scope.classBFirstSelfPay = [value(1, { to: '2018-06-30' }), value(2, { from: '2018-07-02' })]),
      [
        'scope/classBFirstSelfPay/0: values in force leave a gap or overlap at 2018-07-02. Cure: let each value begin the day after the one before it ends',
      ],
    ],
    [
      'two open values',
      (c) => (c.scope.classBFirstSelfPay = [value(1), value(2, { from: '2018-07-01' })]),
      [
        'scope/classBFirstSelfPay/0: values in force leave a gap or overlap at 2018-07-01. Cure: let each value begin the day after the one before it ends',
      ],
    ],
    [
      'a value that begins late',
      (c) => (c.localArea.from = '2018-01-02'),
      [
        'localArea: values in force leave a gap or overlap at 2018-01-02. Cure: let each value begin the day after the one before it ends',
      ],
    ],
    [
      'a pack with an end: values up to it',
      (c) => {
        c.to = '2018-12-31';
        c.scope.classBFirstSelfPay = value(1, { to: '2018-12-31' });
      },
      [],
    ],
    [
      'a pack with an end: values to the day before',
      (c) => {
        c.to = '2018-12-31';
        c.scope.classBFirstSelfPay = value(1, { to: '2018-12-30' });
      },
      ['scope/classBFirstSelfPay: no value is in force on the last days of the pack. Cure: leave out "to" of the last value'],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});

describe('lines, payers and chains', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'a line that is not there, one in no chain',
      (c) => {
        c.care.inpatient.chain = ['basic', 'other'];
        c.lines.push(topUp());
        c.lines.push(topUp({ id: 'top2' }));
      },
      [
        'care.inpatient.chain[1]: there is no line other. Cure: use one of: basic, top, top2',
        'care: line top is in no chain. Cure: add it to a chain or remove the line',
        'care: line top2 is in no chain. Cure: add it to a chain or remove the line',
      ],
    ],
    [
      'an excess line after a payer',
      (c) => addLine(c, { id: 'over', label: '超', payer: 'hospital', shape: 'price-limit' }),
      [
        "care.inpatient.chain[1]: over is the hospital's excess and comes before every payer. Cure: move it to the front of the chain",
      ],
    ],
    [
      'a fixed-amount line after a payer',
      (c) => addLine(c, { id: 'over', label: '超', payer: 'hospital', shape: 'fixed-amount' }),
      [
        "care.inpatient.chain[1]: over is the hospital's excess and comes before every payer. Cure: move it to the front of the chain",
      ],
    ],
    [
      'two excess lines first',
      (c) => {
        addLine(c, { id: 'over', label: '超', payer: 'hospital', shape: 'fixed-amount' }, 0);
        addLine(c, { id: 'limit', label: '超', payer: 'hospital', shape: 'price-limit' }, 0);
      },
      [],
    ],
    [
      'an excess line borne by a payer, with rules',
      (c) => addLine(c, { ...rateLine(), id: 'over', shape: 'fixed-amount' }, 0),
      [
        'lines[0].payer: a fixed-amount is borne by the hospital. Cure: write "payer: hospital"',
        'lines[0].rules: its amounts stand in the programmes. Cure: remove rules',
      ],
    ],
    [
      'an excess line of the other kind borne by a payer',
      (c) => addLine(c, { ...rateLine(), id: 'over', shape: 'price-limit' }, 0),
      [
        'lines[0].payer: a price-limit is borne by the hospital. Cure: write "payer: hospital"',
        'lines[0].rules: its amounts stand in the programmes. Cure: remove rules',
      ],
    ],
    [
      'a waiver of a payer',
      (c) => (c.lines[0].shape = 'waiver'),
      ['lines[0].payer: a waiver is borne by the hospital. Cure: write "payer: hospital"'],
    ],
    [
      'payer and split',
      (c) => (c.lines[0].split = [{ payer: 'fifth-line', weight: value(1) }, { payer: 'basic-insurance' }]),
      ['lines[0]: a line has either a payer or a split. Cure: give "payer", or "split" for payers that share it'],
    ],
    [
      'neither',
      (c) => delete c.lines[0].payer,
      ['lines[0]: a line has either a payer or a split. Cure: give "payer", or "split" for payers that share it'],
    ],
    [
      'a split that comes to the whole',
      (c) => {
        delete c.lines[0].payer;
        c.lines[0].split = [
          { payer: 'fifth-line', weight: value(6_000) },
          { payer: 'medical-assistance', weight: value(4_000) },
          { payer: 'basic-insurance' },
        ];
      },
      [],
    ],
    [
      'a split that comes to more',
      (c) => {
        delete c.lines[0].payer;
        c.lines[0].split = [
          { payer: 'fifth-line', weight: value(6_000) },
          { payer: 'medical-assistance', weight: value(4_001) },
          { payer: 'basic-insurance' },
        ];
      },
      [
        'lines[0].split: all payers but the last need a weight, the last takes the rest. Cure: give weights in basis points, none to the last',
      ],
    ],
    [
      'a split whose last has a weight',
      (c) => {
        delete c.lines[0].payer;
        c.lines[0].split = [
          { payer: 'fifth-line', weight: value(5_000) },
          { payer: 'basic-insurance', weight: value(5_000) },
        ];
      },
      [
        'lines[0].split: all payers but the last need a weight, the last takes the rest. Cure: give weights in basis points, none to the last',
      ],
    ],
    [
      'a split whose first has none',
      (c) => {
        delete c.lines[0].payer;
        c.lines[0].split = [
          { payer: 'fifth-line' },
          { payer: 'medical-assistance', weight: value(1) },
          { payer: 'basic-insurance' },
        ];
      },
      [
        'lines[0].split: all payers but the last need a weight, the last takes the rest. Cure: give weights in basis points, none to the last',
      ],
    ],
    [
      'a split with one payer twice and the hospital',
      (c) => {
        delete c.lines[0].payer;
        c.lines[0].split = [
          { payer: 'hospital', weight: value(1) },
          { payer: 'fifth-line', weight: value(1) },
          { payer: 'fifth-line' },
        ];
      },
      [
        'lines[0].split: the hospital shares no line: its part would move the limit of the others. Cure: give it a waiver line of its own',
        'lines[0].split: a payer stands twice. Cure: add its weights together',
      ],
    ],
    ['a line without rules', (c) => delete c.lines[0].rules, ['lines[0].rules: a line needs rules. Cure: add at least one rule']],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});

describe('accounts', () => {
  it.each<[string, (c: Authored) => void, string[]]>([
    [
      'accounts of the system',
      (c) => {
        c.lines[0].account = 'year.x';
        c.lines[0].rules[0].account = 'basic.stays';
        c.lines[0].accumulates = [{ account: 'basic.deductible.2', label: '累' }];
      },
      [
        'lines[0].account: year.x is kept by the system itself. Cure: use another name',
        'lines[0].rules[0].account: basic.stays is kept by the system itself. Cure: use another name',
        'lines[0].accumulates[0].account: basic.deductible.2 is kept by the system itself. Cure: use another name',
      ],
    ],
    [
      'accounts of a year-end line',
      (c) => {
        addLine(c, topUp({ timing: value('year-end') }));
        c.lines[0].rules[0].account = 'top.total';
      },
      ['lines[0].rules[0].account: top.total is kept by the system itself. Cure: use another name'],
    ],
    [
      'such names where the line is settled at the window',
      (c) => {
        addLine(c, topUp());
        c.lines[0].rules[0].account = 'top.total';
      },
      [],
    ],
    [
      'accounts that hold two things',
      (c) => {
        c.lines[0].accumulates = [
          { account: 'basic.paid', label: '累' },
          { account: 'other', label: '累' },
        ];
        c.lines[0].rules[0].account = 'other';
      },
      [
        'lines[0].accumulates[0].account: basic.paid already holds what a line has paid. Cure: use two names',
        'lines[0].accumulates[1].account: other already holds what a line has paid. Cure: use two names',
      ],
    ],
    [
      'an account that two lines fill',
      (c) => {
        c.lines[0].accumulates = [{ account: 'a', label: '累' }];
        addLine(
          c,
          topUp({
            accumulates: [
              { account: 'b', label: '累' },
              { account: 'a', label: '累' },
            ],
          }),
        );
      },
      ['lines[1].accumulates[1].account: line basic accumulates a too, which would count a case twice. Cure: use two names'],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsAfter(change)).toEqual(problems);
  });
});
