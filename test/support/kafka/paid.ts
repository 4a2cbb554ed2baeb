/** Who paid how much in the end, added up three times: from the log, from the topic of all, and from each payer's own topic. */
import type { RecordedEvent } from '@oss/event-store';
import { sumFen } from '@oss/money';
import type { SettlementCompleted, SettlementReversed } from '@oss/settlement';
import { publishedFacts } from './expected';
import type { ReadMessage } from './reader';

interface Paid {
  readonly payer: string;
  readonly paidFen: number;
}

/** Fen by payer; without those that end with nothing. */
export type PaidFen = Readonly<Record<string, number>>;

/** From the facts; years that are settled at their end are not in it. */
export function paidInLog(log: readonly RecordedEvent[]): PaidFen {
  const paid = publishedFacts(log).flatMap(({ type, data }): readonly Paid[] => {
    if (type.startsWith('YearEnd')) throw new Error('a year-end settlement is not counted here');
    const { shares } = data as SettlementCompleted | SettlementReversed;
    return type === 'SettlementReversed' ? shares.map(givenBack) : shares;
  });
  return byPayer(paid);
}

/** From `settlement.events.v1`. */
export function paidInEvents(messages: readonly ReadMessage[]): PaidFen {
  return byPayer(
    messages.flatMap((message) => {
      const { shares } = message.data as { readonly shares: readonly Paid[] };
      return isReversal(message) ? shares.map(givenBack) : shares;
    }),
  );
}

/** From the payers' own topics. */
export function paidInViews(views: ReadonlyMap<string, readonly ReadMessage[]>): PaidFen {
  return byPayer(
    [...views].flatMap(([payer, messages]) =>
      messages.map((message) => {
        const paid = { payer, paidFen: (message.data as { readonly paidFen: number }).paidFen };
        return isReversal(message) ? givenBack(paid) : paid;
      }),
    ),
  );
}

const isReversal = ({ headers }: ReadMessage): boolean => headers['ce_type']!.includes('reversed');
const givenBack = ({ payer, paidFen }: Paid): Paid => ({ payer, paidFen: -paidFen });

/** What the hospital bears is paid to nobody and stands on no topic of a payer. */
function byPayer(paid: readonly Paid[]): PaidFen {
  const payers = Map.groupBy(paid, ({ payer }) => payer);
  const sums = [...payers].map(([payer, of]) => [payer, sumFen(of.map(({ paidFen }) => paidFen))] as const);
  return Object.fromEntries(sums.filter(([payer, fen]) => fen !== 0 && payer !== 'hospital').sort());
}
