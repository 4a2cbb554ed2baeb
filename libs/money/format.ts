/** Money as people read it: yuan with two decimals and thousands separated. Only for showing; nothing computes on it. */
import { assertFen, type Fen } from './fen';
import type { Bp } from './rate';

/** 5200000 → "52,000.00". */
export function formatYuan(fen: Fen): string {
  assertFen(fen, 'an amount');
  const digits = fen.toString().padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`;
}

/** 8000 → "80%", 9106 → "91.06%". */
export function formatBp(bp: Bp): string {
  const hundredths = (bp % 100).toString().padStart(2, '0');
  return `${Math.trunc(bp / 100)}${hundredths === '00' ? '' : `.${hundredths.replace(/0$/, '')}`}%`;
}
