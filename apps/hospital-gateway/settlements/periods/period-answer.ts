/** How the list of settlements answers, and what its OpenAPI page says of it. */
import type { ApiOperationOptions, ApiResponseOptions } from '@nestjs/swagger';
import { PAYERS } from '@oss/policy';
import type { SettlementView } from '@oss/settlement';
import { cursorText } from './period-cursor';
import { MAX_PERIOD_DAYS } from './period-request';
import type { PeriodItem, PeriodPage, PeriodQuestion, PeriodSums } from './protocol';

export interface EncounterAnswer {
  /** One or none, in full. */
  readonly items: readonly SettlementView[];
}

export interface PeriodAnswer {
  readonly items: readonly PeriodItem[];
  /** Of the whole period and filter, whatever the page. */
  readonly sums: PeriodSums;
  /** Settlements of the period and filter that are being settled again: in no item and no sum until that is done. */
  readonly resettling: number;
  /** The next page's cursor; null on the last page. */
  readonly next: string | null;
}

export type ListAnswer = EncounterAnswer | PeriodAnswer;

export function listAnswer(question: PeriodQuestion, { items, sums, resettling, next }: PeriodPage): PeriodAnswer {
  return { items, sums, resettling, next: next === null ? null : cursorText(question, next) };
}

const DESCRIPTION = [
  'With `hospitalCode` and `encounterNo`: `{ "items": [ … ] }`, the settlement of that encounter in full, one or none.',
  `With \`from\` and \`to\` (days of discharge, inclusive, at most ${MAX_PERIOD_DAYS} days) and \`hospitalCode\`, \`payer\` or both: the period's completed settlements, ` +
    'ordered by day of discharge, then by completion, without their workings (`GET /v1/settlements/{id}` has those). With `payer`: those of which this payer pays more ' +
    'than 0; each is listed and summed as a whole, with the shares of all payers.',
  '**`sums` are over the whole period and filter, not over the page**, to the fen: Σ `payers` (the hospital among them) + `selfPayFen` = `totalFen`. ' +
    '`payers` names every payer, with 0 where it paid nothing.',
  'Each settlement stands with the attempt that counts; reversed ones are gone. While a correction settles cases again they are in no item and no sum: `resettling` says how many.',
  'A settlement that was answered before the call is in the list. The first page freezes the list: the pages that its `next` leads to show the same settlements and the same ' +
    '`sums`, whatever settles meanwhile; ask without `cursor` for the list as it is now.',
].join('\n\n');

const fen = (description: string): { type: 'integer'; description: string } => ({ type: 'integer', description });

const AMOUNTS = {
  totalFen: fen('总费用, whole fen'),
  inScopeFen: fen('政策范围内费用, whole fen'),
  hospitalFen: fen('医院负担, whole fen'),
  selfPayFen: fen('个人自付, whole fen'),
};

const ITEM = {
  type: 'object' as const,
  properties: {
    settlementId: { type: 'string' as const, format: 'uuid' },
    attempt: { type: 'integer' as const },
    status: { type: 'string' as const, enum: ['completed'] },
    hospitalCode: { type: 'string' as const },
    encounterNo: { type: 'string' as const },
    region: { type: 'string' as const },
    dischargedOn: { type: 'string' as const, format: 'date' },
    completedAt: { type: 'string' as const, format: 'date-time' },
    ...AMOUNTS,
    shares: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        properties: {
          line: { type: 'string' as const },
          payer: { type: 'string' as const, enum: Object.keys(PAYERS) },
          paidFen: fen('whole fen'),
        },
      },
    },
  },
};

export const LIST_TEXTS: { readonly operation: ApiOperationOptions; readonly ok: ApiResponseOptions } = {
  operation: {
    summary: '结算查询与对账 The settlement of an encounter, or a period’s settlements with sums per payer',
    description: DESCRIPTION,
  },
  ok: {
    status: 200,
    description: 'of a period; of an encounter only `items`, with the settlement in full',
    schema: {
      type: 'object',
      properties: {
        items: { type: 'array', items: ITEM },
        sums: {
          type: 'object',
          description: 'of the whole period and filter, not of the page',
          properties: {
            count: { type: 'integer' },
            ...AMOUNTS,
            payers: {
              type: 'object',
              properties: Object.fromEntries(Object.entries(PAYERS).map(([payer, { zh }]) => [payer, fen(`${zh}, whole fen`)])),
            },
          },
        },
        resettling: { type: 'integer', description: '正在重新结算: in no item and no sum until that is done' },
        next: { type: 'string', nullable: true, description: 'cursor of the next page; null on the last' },
      },
    },
  },
};
