/** What the commands print for people: Chinese first, the reason under its event, no content of an event. */
import type { ParkedItem, ParkedList, Replayed } from '@oss/host';
import { columnsOf, padRight } from '@oss/settlement';
import { deliveredOf, type Outcome, type ReplayReport } from './replay';

type Row = readonly string[];
const HEADERS: Row = [
  '订阅 Subscription',
  '类型 Type',
  '次数 Attempts',
  '搁置时间 Parked at',
  '事件流 Stream@revision',
  '事件编号 Event id',
];

/** Whose events, and at which store. */
export interface Asked {
  readonly where: string;
  readonly subscription?: string | undefined;
}

export function listText({ subscription, where }: Asked, { total, items }: ParkedList): string {
  if (total === 0) {
    const [whose, by] = subscription === undefined ? ['', ''] : [`订阅 ${subscription} `, ` by ${subscription}`];
    return `${whose}没有搁置的事件 Nothing is parked${by} (${where})\n`;
  }
  const more = total > items.length ? [`… 其余 ${total - items.length} 件未列出 more are not listed`] : [];
  return lines([`搁置的事件 Parked events: ${total} (${where})`, '', ...tableOf(items), ...more]);
}

export function replayText(asked: Asked, { left, outcome, replayed }: ReplayReport): string {
  if (replayed.length === 0) return listText(asked, left);
  const delivered = deliveredOf(replayed);
  const head = [`重新投递 Delivered again: ${delivered} (${asked.where})`, ...replayed.map(replayedText)];
  return `${lines([...head, ...(outcome === null ? [] : outcomeTexts(outcome, delivered)), ''])}${listText(asked, left)}`;
}

function outcomeTexts({ offTheList, parkedAgain }: Outcome, delivered: number): string[] {
  const inHand = delivered - offTheList - parkedAgain;
  return [
    `  已离开清单 off the list: ${offTheList}`,
    `  再次搁置 parked again: ${parkedAgain}`,
    ...(inHand > 0 ? [`  尚在处理 still in hand: ${inHand}（稍后查看 see later: npm run parked -- list）`] : []),
  ];
}

function replayedText({ delivered, parked, subscription }: Replayed): string {
  const counts = `  ${subscription}: 搁置 parked ${parked}，投递 delivered ${delivered}`;
  if (delivered === 0) return `${counts}（目前没有进程处理该订阅 no process in reach handles it now）`;
  return delivered < parked ? `${counts}（其余请再次运行 run it again for the rest）` : counts;
}

function tableOf(items: readonly ParkedItem[]): string[] {
  const rows = items.map((item): Row => [
    item.subscription,
    item.type,
    String(item.attempts),
    item.parkedAt,
    `${item.stream}@${item.revision}`,
    item.id,
  ]);
  const widths = HEADERS.map((_, column) => Math.max(...[HEADERS, ...rows].map((row) => columnsOf(row[column]!))));
  const line = (row: Row): string =>
    row
      .map((cell, column) => padRight(cell, widths[column]!))
      .join('  ')
      .trimEnd();
  const reasons = items.map(({ error }) => `  原因 Reason: ${error.replace(/\s+/g, ' ')}`);
  return [line(HEADERS), ...rows.flatMap((row, index) => [line(row), reasons[index]!])];
}

const lines = (texts: readonly string[]): string => `${texts.join('\n')}\n`;
