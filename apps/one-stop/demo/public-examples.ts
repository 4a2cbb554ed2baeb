/**
 * The public worked examples as files: what the pages printed, the bills that recompute them, and the small packs those
 * need. One home, `test/cases`, for the tests and for the demo, which posts the same bills over HTTP.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fen, sumFen } from '@oss/money';
import type { SettlementView } from '@oss/settlement';

/** Beside the compiled code as beside the source: the build copies the data files. */
const HOME = join(__dirname, '../../../test/cases');

export const EXAMPLE_PACKS = join(HOME, 'packs');

type PublishedPayment = 'basic' | 'criticalIllness' | 'supplementary' | 'assistance' | 'fifthLine' | 'other';

/** One example as published; amounts in yuan, as printed. */
export interface PublishedExample {
  readonly id: string;
  readonly sourceTitle: string;
  readonly negative: boolean;
  readonly totalCny: number | null;
  readonly compliantCny: number | null;
  readonly selfPayCny: number | null;
  readonly payments: Readonly<Record<PublishedPayment, number | null>>;
}

type PublishedField = 'totalCny' | 'compliantCny' | 'selfPayCny' | `payments.${PublishedPayment}`;

/** Member `case` of a bill's file. */
export interface ExampleCase {
  readonly example: string;
  readonly what: string;
  /** File in `packs`; absent: a built-in pack rules. */
  readonly pack?: string;
  readonly expected: {
    readonly inScopeFen: Fen;
    readonly sharesFen: Readonly<Record<string, Fen>>;
    readonly selfPayFen: Fen;
    /** Accounts of the year after the bill, those that the page prints. */
    readonly accountsFen?: Readonly<Record<string, Fen>>;
  };
  /** Which printed amount each line, or `selfPay`, `total`, `inScope`, must equal. */
  readonly published: Readonly<Record<string, PublishedField>>;
  /** What of the published sums this bill leaves out, because no rule for it is printed. */
  readonly outside?: { readonly paidFen: Fen; readonly selfPayFen: Fen; readonly why: string };
}

export interface ExampleBill {
  readonly file: string;
  readonly case: ExampleCase;
  /** The file's content: as for `npm run settle`. */
  readonly content: {
    readonly discharge: Record<string, unknown>;
    readonly person: Record<string, unknown>;
    readonly hospital: Record<string, unknown>;
  };
}

export function publishedExamples(): PublishedExample[] {
  return JSON.parse(readFileSync(join(HOME, 'public-examples.json'), 'utf8')) as PublishedExample[];
}

/** Every bill that recomputes an example, in the order of the file names. */
export function exampleBills(): ExampleBill[] {
  const folder = join(HOME, 'bills');
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const content = JSON.parse(readFileSync(file, 'utf8')) as ExampleBill['content'] & { readonly case: ExampleCase };
      return { file, case: content.case, content };
    });
}

/** A printed amount in whole fen, digit by digit: 937.8 → 93780. @throws RangeError for more than two decimals */
export function fenOfYuan(yuan: number): Fen {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(yuan)) ?? [];
  if (whole === undefined) throw new RangeError(`${yuan} is no amount in yuan with at most two decimals`);
  return Number(`${whole}${decimals.padEnd(2, '0')}`);
}

/** A printed amount of an example in fen, or null where the page prints none. */
export function publishedFen(example: PublishedExample, field: PublishedField): Fen | null {
  const [head, key] = field.split('.') as [string, PublishedPayment | undefined];
  const yuan = key === undefined ? example[head as 'totalCny'] : example.payments[key];
  return yuan === null ? null : fenOfYuan(yuan);
}

/** Σ of the payments that an example prints. */
export function publishedPaidFen(example: PublishedExample): Fen {
  return sumFen(Object.values(example.payments).map((yuan) => (yuan === null ? 0 : fenOfYuan(yuan))));
}

/** Every way in which a settlement differs from what its case expects; empty when it is exact. */
export function differencesFrom(bill: ExampleBill, settled: SettlementView, example: PublishedExample): string[] {
  const { expected, published, outside } = bill.case;
  const shares = Object.fromEntries(settled.shares.map(({ line, paidFen }) => [line, paidFen]));
  const got: Record<string, Fen | undefined> = {
    ...shares,
    selfPay: settled.selfPayFen,
    total: settled.totalFen,
    inScope: settled.inScopeFen,
  };
  const differences: string[] = [];
  const compare = (what: string, wanted: Fen | null | undefined, is: Fen | undefined): void => {
    if (wanted !== is) differences.push(`${bill.case.example} ${what}: expected ${wanted}, got ${is}`);
  };
  compare('number of lines', Object.keys(expected.sharesFen).length, settled.shares.length);
  for (const [line, fen] of Object.entries(expected.sharesFen)) compare(line, fen, shares[line]);
  compare('self-pay', expected.selfPayFen, settled.selfPayFen);
  compare('in scope', expected.inScopeFen, settled.inScopeFen);
  for (const [name, field] of Object.entries(published)) compare(`${name} as published`, publishedFen(example, field), got[name]);
  if (outside !== undefined) {
    const { paidFen, selfPayFen } = outside;
    compare('total as published', publishedFen(example, 'totalCny'), sumFen([settled.totalFen, paidFen, selfPayFen]));
    compare('self-pay as published', publishedFen(example, 'selfPayCny'), sumFen([settled.selfPayFen ?? 0, selfPayFen]));
  }
  return differences;
}
