/** Money as people read it: yuan with two decimals and thousands separated. Only for showing; nothing computes on it. */
import { assertFen, type Fen } from './fen';
import type { Bp } from './rate';

/** 5200000 → "52,000.00". */
export function formatYuan(fen: Fen): string {
  assertFen(fen, 'an amount');
  const cents = fen % 100;
  const yuan = thousandsOf((fen - cents) / 100);
  return cents < 10 ? `${yuan}.0${cents}` : `${yuan}.${cents}`;
}

/** 52000 → "52,000". By arithmetic: a bill's view shows thirty amounts, and a regular expression takes ten times as long. */
function thousandsOf(yuan: number): string {
  if (yuan < 1_000) return yuan.toString();
  const last = yuan % 1_000;
  const zeros = last < 10 ? '00' : last < 100 ? '0' : '';
  return `${thousandsOf((yuan - last) / 1_000)},${zeros}${last}`;
}

/** 8000 → "80%", 9106 → "91.06%". */
export function formatBp(bp: Bp): string {
  if (bp % 100 === 0) return `${bp / 100}%`;
  const hundredths = (bp % 100).toString().padStart(2, '0');
  return `${Math.trunc(bp / 100)}.${hundredths.replace(/0$/, '')}%`;
}
