/** XLSX rosters through HTTP in the whole system: every kind of cell that spreadsheets write, and files that must be refused whole. */
import { collect, type RecordedEvent } from '@oss/event-store';
import type { ProblemBody } from '@oss/host';
import { madeUpIdNumber } from '../../../test/support/county';
import { freshDirectory, inProcess, type System } from '../../../test/support/in-process';
import {
  type Cell,
  type FileChoice,
  formulaText,
  inlineText,
  numberCell,
  type SheetOfFile,
  typedCell,
  xlsxFile,
  otherArchive,
} from '../../../test/support/xlsx-file';
import { XLSX_MEDIA_TYPE } from './registry.controller';
import type { RosterReport } from './roster-import';

const HEADER = [
  '身份证号',
  '姓名',
  '参保地',
  '参保起始日期',
  '保费缴纳方式',
  '救助对象类别',
  '门诊慢性病',
  '死亡日期',
  '医保个人编号',
];
const ids = Array.from({ length: 12 }, (_, n) => madeUpIdNumber(n));
const row = (n: number, ...rest: Cell[]): Cell[] => [ids[n]!, `例${n}`, '360222', ...rest];

jest.setTimeout(60_000);

let directory: ReturnType<typeof freshDirectory>;
let system: System;
beforeEach(async () => {
  directory = freshDirectory();
  system = await inProcess({ dataDir: directory.path });
});
afterEach(async () => {
  await system.stop();
  directory.remove();
});

const post = (file: Buffer, headers = {}) =>
  system.client.send('POST', '/v1/registry/persons/import', file, {
    'content-type': XLSX_MEDIA_TYPE,
    'x-operator-code': 'OP',
    ...headers,
  });
const imported = async (sheets: readonly SheetOfFile[], choice: FileChoice = {}): Promise<RosterReport> =>
  (await post(xlsxFile(sheets, choice))).json<RosterReport>();
const failuresOf = ({ failures }: RosterReport) => failures.map(({ row: at, code, fields }) => [at, code, fields]);
const persons = async (): Promise<RecordedEvent[]> => collect(system.store.readAll({ filter: { streamPrefixes: ['person-'] } }));
const recorded = async (): Promise<unknown[]> => (await persons()).map(({ data }) => data);
/** What a row of plain cover from a day is recorded as. */
const coveredFrom = (from: string) => ({
  approvedDiseases: [],
  categories: [],
  cover: { from, premiumPaidBy: 'person' },
  memberNos: {},
  operatorCode: 'OP',
  region: '360222',
});

describe('cells', () => {
  it('of every kind are read as the texts that they show, and the record is that of a PUT', async () => {
    const name: Cell = (at) =>
      `<c r="${at}" t="inlineStr"><is><r><t>欧</t></r><r><rPr><b/></rPr><t>阳</t></r><rPh sb="0" eb="1"><t>ou</t></rPh></is></c>`;
    const cells = [
      inlineText(ids[0]!),
      name,
      numberCell(360222),
      numberCell(43101.75, 1),
      formulaText('财政补贴'),
      '低保@2017-01-01、残疾',
      'N18.0@20180301~2018年12月31日',
      typedCell('d', '2018-05-06T00:00:00'),
      numberCell('100200300'),
    ];
    const report = await imported([{ rows: [HEADER, cells] }]);
    expect(report).toEqual({ rows: 1, created: 1, changed: 0, unchanged: 0, failed: 0, failures: [], ignoredColumns: [] });
    expect(await recorded()).toEqual([
      {
        approvedDiseases: [{ from: '2018-03-01', icd10: 'N18.0', to: '2018-12-31' }],
        categories: [
          { category: 'disabled', from: '2018-01-01' },
          { category: 'low-income', from: '2017-01-01' },
        ],
        cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
        diedOn: '2018-05-06',
        memberNos: { 'basic-insurance': '100200300' },
        operatorCode: 'OP',
        region: '360222',
      },
    ]);
    const { personKey } = (
      await system.client.put(
        '/v1/registry/persons',
        {
          idNumber: ids[0],
          name: '欧阳',
          region: '360222',
          cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
          categories: [
            { category: 'low-income', from: '2017-01-01' },
            { category: 'disabled', from: '2018-01-01' },
          ],
          approvedDiseases: [{ icd10: 'N18.0', from: '2018-03-01', to: '2018-12-31' }],
          diedOn: '2018-05-06',
          memberNos: { 'basic-insurance': '100200300' },
        },
        { 'x-operator-code': 'OP' },
      )
    ).json<{ personKey: string }>();
    expect((await persons()).map(({ stream }) => stream)).toEqual([`person-${personKey}`]);
  });

  it.each<[string, boolean, Cell, string]>([
    ['Excel’s own format', false, numberCell(43101, 1), '2018-01-01'],
    ['a format of the file', false, numberCell(43131, 2), '2018-01-31'],
    ['a Chinese format', false, numberCell(43465, 4), '2018-12-31'],
    ['the day before the phantom', false, numberCell(59, 1), '1900-02-28'],
    ['the day after it', false, numberCell(61, 1), '1900-03-01'],
    ['the first day', false, numberCell(1, 1), '1900-01-01'],
    ['a leap day', false, numberCell(42429, 1), '2016-02-29'],
    ['the system of 1904', true, numberCell(41639, 1), '2018-01-01'],
    ['its first day', true, numberCell(0, 1), '1904-01-01'],
    ['a text', false, '2018年1月5日', '2018-01-05'],
    ['digits in a number', false, numberCell(20180105), '2018-01-05'],
  ])('days: %s', async (_, from1904, cell, day) => {
    const report = await imported([{ rows: [HEADER, row(0, cell)] }], { from1904 });
    expect([failuresOf(report), await recorded()]).toEqual([[], [coveredFrom(day)]]);
  });

  it.each<[string, Cell, string, string]>([
    ['the phantom day 29 February 1900', numberCell(60, 1), 'no-such-day', 'is no day of the calendar'],
    ['a count that no format shows as a day', numberCell(43101), 'invalid-body', 'from must be a day, YYYY-MM-DD'],
    ['a number that is not shown as a day', numberCell('1.5', 3), 'invalid-body', 'from must be a day, YYYY-MM-DD'],
    ['a day before all days', numberCell(-5, 1), 'invalid-body', 'from must be a day, YYYY-MM-DD'],
  ])('days that are none: %s', async (_, cell, code, message) => {
    const report = await imported([{ rows: [HEADER, row(0, cell)] }]);
    expect(failuresOf(report)).toEqual([[2, code, [{ path: 'cover.from', message }]]]);
    expect(await recorded()).toEqual([]);
  });

  it('that have lost digits or hold an error fail by column, and block nobody', async () => {
    const rows = [
      HEADER,
      [numberCell(Number(ids[0])), '例', '360222'],
      [numberCell('3.60222194003170011E17'), '例', '360222'],
      [ids[1]!, typedCell('e', '#N/A'), '360222', typedCell('e', '#REF!')],
      row(2, null, null, null, null, null, numberCell('1234567890123456')),
      row(3, null, null, null, null, null, numberCell('123456789012345')),
      row(4, null, null, null, null, null, '1234567890123456'),
    ];
    const report = await imported([{ rows }]);
    const lost = { path: 'idNumber', message: 'id number stored as a number' };
    expect(report).toMatchObject({ rows: 6, created: 2, failed: 4 });
    expect(failuresOf(report)).toEqual([
      [2, 'number-cell-lost-digits', [lost]],
      [3, 'number-cell-lost-digits', [lost]],
      [
        4,
        'invalid-body',
        [
          { path: 'name', message: "holds the spreadsheet's error #N/A" },
          { path: 'coverFrom', message: "holds the spreadsheet's error #REF!" },
        ],
      ],
      [5, 'number-cell-lost-digits', [{ path: 'memberNo', message: 'member number stored as a number of more than 15 digits' }]],
    ]);
  });
});

describe('sheets', () => {
  const wrong = (n: number): Cell[] => [madeUpIdNumber(n).replace(/.$/, (last) => (last === '0' ? '1' : '0')), '例', '360222'];

  it('count their rows as the spreadsheet shows them, whatever is blank or stands above the header', async () => {
    const rows = [['浮梁县参保名册'], null, HEADER, row(0), null, [], ['', ' ', null], wrong(1), row(2), wrong(3)];
    const report = await imported([{ rows }]);
    expect(report).toMatchObject({ rows: 4, created: 2, failed: 2 });
    expect(failuresOf(report).map(([at, code]) => [at, code])).toEqual([
      [8, 'id-number-check-digit'],
      [10, 'id-number-check-digit'],
    ]);
  });

  it('are searched for the headers in the order of their tabs; hidden ones are not read', async () => {
    const report = await imported([
      { name: '说明', rows: Array.from({ length: 30 }, (_, n) => [`第${n}条`]) },
      { name: '隐藏', hidden: true, rows: [HEADER, row(5)] },
      { name: '名册', rows: [['idNumber', 'name', 'region', '备注'], row(0), row(1)] },
      { name: '旧名册', rows: [HEADER, row(6)] },
    ]);
    expect(report).toMatchObject({ rows: 2, created: 2, failed: 0, ignoredColumns: ['备注'] });
  });

  it('need the headers: the nearest row says what is missing', async () => {
    const answer = await post(xlsxFile([{ rows: [['名册'], ['姓名', '参保地'], ['张三', '360222']] }]));
    expect(answer.json<ProblemBody>()).toMatchObject({
      status: 400,
      code: 'invalid-body',
      errors: [{ path: 'header', message: '身份证号 (idNumber) is missing' }],
    });
  });

  it('may leave out references, use prefixes, and hold a row that is too long, which fails alone', async () => {
    const [id, other] = [ids[0]!, ids[1]!];
    const text = (value: string): string => `<x:c t="inlineStr"><x:is><x:t>${value}</x:t></x:is></x:c>`;
    const rowOf = (...values: string[]): string => `<x:row>${values.map(text).join('')}</x:row>`;
    const long = '长'.repeat(40_000);
    const sheet = `<x:worksheet xmlns:x="u"><x:sheetData>${rowOf('身份证号', '姓名', '参保地')}${rowOf(id, '甲', '360222')}${rowOf(long, '乙', '360222')}${rowOf(other, '丙', '360222')}</x:sheetData></x:worksheet>`;
    const report = await imported([{ rows: [] }], { parts: { 'xl/worksheets/sheet1.xml': sheet } });
    expect(report).toMatchObject({ rows: 3, created: 2, failed: 1 });
    expect(failuresOf(report)).toEqual([[3, 'invalid-body', []]]);
  });
});

describe('files that are refused whole, with nothing recorded', () => {
  const good = (): Buffer => xlsxFile([{ rows: [HEADER, ...ids.map((_, n) => row(n))] }]);
  const withSheet = (sheet: string): Buffer => xlsxFile([{ rows: [] }], { parts: { 'xl/worksheets/sheet1.xml': sheet } });
  const inSheet = (xml: string): Buffer => withSheet(`<worksheet><sheetData>${xml}</sheetData></worksheet>`);

  it.each<[string, () => Buffer]>([
    ['no archive', () => Buffer.from('身份证号,姓名,参保地\n')],
    ['nothing at all', () => Buffer.alloc(0)],
    ['an old .xls', () => Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['cut short', () => good().subarray(0, -40)],
    ['an archive that is no workbook', () => otherArchive()],
    ['a part that is missing', () => inSheet('<row><c t="s"><v>7</v></c></row>')],
    ['XML that breaks off', () => withSheet('<worksheet><sheetData><row>')],
    ['a document type', () => withSheet('<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>')],
    ['elements without end', () => withSheet('<a>'.repeat(10_000))],
    ['attributes without end', () => withSheet(`<worksheet ${Array.from({ length: 1_000 }, (_, n) => `a${n}="1"`).join(' ')}/>`)],
    ['a name without end', () => withSheet(`<${'a'.repeat(300_000)}/>`)],
    ['a row that no sheet has', () => inSheet('<row r="1048577"/>')],
    ['a part that is larger than it claims', () => claimingLess(good())],
  ])('%s', async (_, file) => {
    const answer = await post(file());
    expect(answer.json<ProblemBody>()).toMatchObject({
      status: 422,
      code: 'unreadable-spreadsheet',
      title: '表格文件无法读取 The spreadsheet cannot be read',
      cure: expect.stringContaining('save') as string,
    });
    expect(await persons()).toEqual([]);
  });

  it('one byte changed anywhere in the sheet’s data, however it inflates', async () => {
    const file = good();
    const begin = file.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length;
    for (let at = begin; at < begin + 200; at += 20) {
      const damaged = Buffer.from(file);
      damaged[at]! ^= 0x10;
      expect([at, (await post(damaged)).status]).toEqual([at, 422]);
    }
    expect(await persons()).toEqual([]);
    expect((await post(file)).json()).toMatchObject({ created: ids.length, failed: 0 });
  });

  it('a file above 64 MiB', async () => {
    expect((await post(Buffer.alloc(64 * 1024 * 1024 + 1))).json()).toMatchObject({ status: 413, code: 'spreadsheet-too-large' });
  });

  it('a bomb: a hundred megabytes of text in one cell cost neither the memory nor the minutes', async () => {
    const cells = ['身份证号', '姓名', '参保地', '0'.repeat(100_000_000)];
    const bomb = inSheet(`<row>${cells.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`);
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.memoryUsage().rss;
    expect((await post(bomb)).json()).toMatchObject({ code: 'unreadable-spreadsheet' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

/** The archive with the size that the directory claims for the sheet made smaller than it is. */
function claimingLess(file: Buffer): Buffer {
  const directory = file.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  const name = file.indexOf('xl/worksheets/sheet1.xml', directory);
  file.writeUInt32LE(10, name - 46 + 24);
  return file;
}

describe('an import that tells how far it is', () => {
  const lines = async (file: Buffer): Promise<Record<string, unknown>[]> => {
    const answer = await post(file, { accept: 'application/x-ndjson' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    return answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('ends with its report', async () => {
    const told = await lines(xlsxFile([{ rows: [HEADER, ...ids.map((_, n) => row(n))] }]));
    expect(told.at(-1)).toMatchObject({ report: { rows: ids.length, created: ids.length } });
    expect(told.slice(0, -1).every((line) => 'progress' in line)).toBe(true);
  });

  it('ends with its problem', async () => {
    expect(await lines(Buffer.from('x'))).toEqual([
      { problem: expect.objectContaining({ status: 422, code: 'unreadable-spreadsheet' }) as object },
    ]);
  });
});
