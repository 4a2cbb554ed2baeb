/**
 * The roster's columns: Chinese and English headers, and how the texts of a row become the body of a PUT. Excel's habits
 * (apostrophes, ="…", other spellings of a day) are understood here and nowhere else.
 */
import { CATEGORIES, type Category, PAYERS } from '@oss/policy';

/** Column → accepted headers; the first of each is the one to recommend. */
export const ROSTER_HEADERS = {
  idNumber: ['身份证号', 'idNumber', '身份证号码', '公民身份号码', '证件号码'],
  name: ['姓名', 'name', '参保人姓名'],
  region: ['参保地', 'region', '参保地区划代码', '行政区划代码', '统筹区'],
  coverFrom: ['参保起始日期', 'coverFrom', '参保日期', '参保开始日期'],
  coverTo: ['参保终止日期', 'coverTo', '参保结束日期'],
  premiumPaidBy: ['保费缴纳方式', 'premiumPaidBy', '缴费方式'],
  categories: ['救助对象类别', 'categories', '人员类别', '救助类别'],
  approvedDiseases: ['门诊慢性病', 'approvedDiseases', '慢性病备案', '慢病病种'],
  diedOn: ['死亡日期', 'diedOn'],
  memberNo: ['医保个人编号', 'memberNo', '个人编号'],
} as const;

export type RosterColumn = keyof typeof ROSTER_HEADERS;
export type RosterRow = Partial<Record<RosterColumn, string>>;

const REQUIRED: readonly RosterColumn[] = ['idNumber', 'name', 'region'];

const COLUMN_OF: ReadonlyMap<string, RosterColumn> = new Map(
  Object.entries(ROSTER_HEADERS).flatMap(([column, names]) =>
    names.map((name) => [headerKey(name), column as RosterColumn] as const),
  ),
);

function headerKey(header: string): string {
  return header.replace(/[\s*＊]/g, '').toLowerCase();
}

export interface RosterHeader {
  /** Column of each position, null where the header is unknown. */
  readonly columns: readonly (RosterColumn | null)[];
  readonly ignored: readonly string[];
  /** Complaints: a required column that is missing, a column that stands twice. */
  readonly complaints: readonly string[];
}

export function readHeader(cells: readonly string[]): RosterHeader {
  const columns = cells.map((cell) => COLUMN_OF.get(headerKey(cell)) ?? null);
  const missing = REQUIRED.filter((column) => !columns.includes(column)).map(
    (column) => `${ROSTER_HEADERS[column][0]} (${column}) is missing`,
  );
  const twice = columns.flatMap((column, index) =>
    column !== null && columns.indexOf(column) < index ? [`${column} stands twice`] : [],
  );
  return {
    columns,
    ignored: cells.filter((cell, index) => columns[index] === null && cell !== ''),
    complaints: [...missing, ...twice],
  };
}

const CATEGORY_OF = new Map<string, string>([
  ...Object.entries(CATEGORIES).map(([category, { zh }]) => [zh, category] as const),
  ['特困人员', 'destitute'],
  ['特困供养', 'destitute'],
  ['低保对象', 'low-income'],
  ['建档立卡贫困户', 'registered-poor'],
  ['建档立卡贫困人口', 'registered-poor'],
  ['残疾人', 'disabled'],
  ['低保边缘户', 'marginal'],
  ['支出型贫困', 'expenditure-poor'],
] satisfies (readonly [string, Category | string])[]);

const PAID_BY = new Map([
  ...['个人', '自缴', '个人缴费', '个人缴纳'].map((word) => [word, 'person'] as const),
  ...['补贴', '财政补贴', '全额资助', '资助', '政府资助', '财政全额补贴'].map((word) => [word, 'subsidy'] as const),
]);

/** The body of a PUT that the row stands for; what cannot be understood is passed on, so that validation names it. */
export function personBodyOf(row: RosterRow): Record<string, unknown> {
  const cell = (column: RosterColumn): string | undefined => plainCell(row[column]);
  const coverFrom = dayOf(cell('coverFrom'));
  const coverTo = dayOf(cell('coverTo'));
  const paidBy = cell('premiumPaidBy') ?? 'person';
  const memberNo = cell('memberNo');
  const diedOn = dayOf(cell('diedOn'));
  const idNumber = cell('idNumber')?.toUpperCase();
  return {
    ...(idNumber === undefined ? {} : { idNumber }),
    ...(cell('name') === undefined ? {} : { name: cell('name') }),
    ...(cell('region') === undefined ? {} : { region: cell('region') }),
    ...(coverFrom === undefined
      ? {}
      : { cover: { from: coverFrom, ...(coverTo ? { to: coverTo } : {}), premiumPaidBy: PAID_BY.get(paidBy) ?? paidBy } }),
    categories: periods(cell('categories'), coverFrom).map(([word, period]) => ({
      category: CATEGORY_OF.get(word) ?? word,
      ...period,
    })),
    approvedDiseases: periods(cell('approvedDiseases'), coverFrom).map(([icd10, period]) => ({ icd10, ...period })),
    ...(diedOn === undefined ? {} : { diedOn }),
    ...(memberNo === undefined ? {} : { memberNos: { [BASIC]: memberNo } }),
  };
}

const BASIC: keyof typeof PAYERS = 'basic-insurance';

/** Items separated by ; ； or 、, each `word`, `word@from` or `word@from~to`; without a day it runs from the cover's begin. */
function periods(text: string | undefined, defaultFrom: string | undefined): [string, { from?: string; to?: string }][] {
  const items = (text ?? '').split(/[;；、|]/).map((item) => item.trim());
  return items
    .filter((item) => item !== '')
    .map((item) => {
      const [word = '', span = ''] = item.split('@', 2);
      const [first, last] = span.split(/[~～]/, 2);
      const from = dayOf(first?.trim() || defaultFrom);
      const to = dayOf(last?.trim() || undefined);
      return [word.trim(), { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
    });
}

/** Without what spreadsheets put around a number to keep it a text; undefined when empty. */
function plainCell(text: string | undefined): string | undefined {
  const bare = (text ?? '')
    .trim()
    .replace(/^="(.*)"$/s, '$1')
    .replace(/^'/, '')
    .trim();
  return bare === '' ? undefined : bare;
}

/** A day in any of the usual spellings as YYYY-MM-DD; anything else unchanged, so that validation names it. */
export function dayOf(text: string | undefined): string | undefined {
  const parts = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$/.exec(text ?? '');
  if (parts === null) return text;
  const [, year = '', month, day, shortMonth, shortDay] = parts;
  return [year, (month ?? shortMonth ?? '').padStart(2, '0'), (day ?? shortDay ?? '').padStart(2, '0')].join('-');
}
