/**
 * Every value of a pack under the words by which people find it (line › for whom › base › what), so that the check can list
 * values and two packs can be compared place by place, whatever order their rules stand in.
 */
import { formatBp, formatYuan } from '@oss/money';
import { BASES, type CompiledPart, type CompiledRule, type Levelled, type Pack, type Resolved, type Timeline } from '@oss/policy';
import { isRate } from '@oss/settlement';
import { conditionWords } from './condition-words';

/** The values of one place that follow each other in time; usually one. */
export interface Place {
  /** The place by its usual words, whatever label the pack gives the value: two packs meet under it. */
  readonly key: string;
  /** "医疗救助 › 低保 › 政策范围内剩余费用 › 支付比例": what people read. */
  readonly place: string;
  readonly spans: Timeline<unknown>;
}

/** A step of a place: its word, and what finds it in another pack when that is not the word (a line's id). */
type Step = string | { readonly key: string; readonly word: string };

const LEVELS = { 1: '一级', 2: '二级', 3: '三级' } as const;
export const SEPARATOR = ' › ';

/** All values of a pack by place, in the order of the lines, then scope and programmes. */
export function placesOf(pack: Pack): Place[] {
  const places = new PlaceList();
  for (const line of pack.lines) {
    const step = { key: line.id, word: line.label };
    line.weights.forEach((weight, index) => places.one([step], `分担比例 ${index + 1}`, weight));
    for (const rule of line.rules) addRule(places, [step, conditionWords(rule.when, line, pack)], rule, pack);
  }
  for (const [kind, timeline] of Object.entries(pack.outOfArea)) places.add(['费用范围'], `异地 ${kind}`, timeline);
  places.add(['费用范围'], '乙类先行自付', pack.classBFirstSelfPay);
  places.one(['费用范围'], '统筹区', pack.localArea);
  for (const { diseases, id, label } of pack.programmes) {
    places.one(['病种政策'], id, pack.values.get(`programmes/${id}`) ?? null);
    for (const { amount, label: disease } of diseases) places.levelled(['病种政策', label], disease, amount);
  }
  // What has no place above still counts and is listed, under its path in the pack.
  for (const value of pack.values.values()) if (!places.has(value.ref)) places.add([value.ref], '', [value]);
  return places.found;
}

function addRule(places: PlaceList, words: readonly Step[], rule: CompiledRule, pack: Pack): void {
  places.one(words, '不支付', rule.nothing);
  rule.parts.forEach((part) => {
    const where = [...words, partWords(part, pack)];
    places.one(where, '起付线周期', part.deductible?.period ?? null);
    places.levelled(where, '起付线', part.deductible?.amount ?? null);
    part.deductible?.laterStays.forEach((amount, index) => places.levelled(where, `起付线（第${index + 2}次）`, amount));
    places.one(where, '起付线调整', part.deductible?.factor ?? null);
    places.levelled(where, '支付比例', part.rate);
    places.one(where, '分段起点', part.bands?.measuredFrom ?? null);
    part.bands?.steps.forEach(({ upTo, rate }, index) => {
      const band = [...where, `第${index + 1}段`];
      if (upTo !== null) places.add(band, '分段上限', upTo);
      places.levelled(band, '支付比例', rate);
    });
    places.one(where, '提高比例', part.ratePlus);
  });
  places.levelled(words, '个人负担上限', rule.limit?.amount ?? null);
  places.levelled(words, '年度支付限额', rule.capPerYear);
  places.levelled(words, '单次支付限额', rule.capPerStay);
}

/** Places as they are found, and which values of the pack they hold already. */
class PlaceList {
  readonly found: Place[] = [];
  readonly #refs = new Set<string>();
  readonly #times = new Map<string, number>();

  has(ref: string): boolean {
    return this.#refs.has(ref);
  }

  /** @param field the usual word for what stands there @param level a hospital level's word */
  add(words: readonly Step[], field: string, spans: Timeline<unknown>, level = ''): void {
    for (const { ref } of spans) this.#refs.add(ref);
    const leveled = (last: string): string => (level === '' ? last : `${last} · ${level}`);
    const key = [...words.map((step) => (typeof step === 'string' ? step : step.key)), leveled(field)].join(SEPARATOR);
    const label = leveled(spans[0]?.label ?? field);
    const place = [...words.map((step) => (typeof step === 'string' ? step : step.word)), label].join(SEPARATOR);
    const times = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, times);
    // The same words twice (diseases of one label) are numbered.
    const number = times === 1 ? '' : ` #${times}`;
    this.found.push({ key: `${key}${number}`, place: `${place}${number}`, spans });
  }

  one(words: readonly Step[], field: string, value: Resolved<unknown> | null): void {
    if (value !== null) this.add(words, field, [value]);
  }

  levelled(words: readonly Step[], field: string, value: Levelled | null): void {
    if (value === null) return;
    if (value[1] === value[2] && value[2] === value[3]) return this.add(words, field, value[1]);
    for (const level of [1, 2, 3] as const) this.add(words, field, value[level], LEVELS[level]);
  }
}

/** What a part is taken of, by its own label or by its base. */
export function partWords({ accumulator, base, cutOffBy, label }: CompiledPart, pack: Pack): string {
  if (label !== null) return label;
  if (cutOffBy !== null) return `${pack.lines.find(({ id }) => id === cutOffBy)?.label ?? cutOffBy}限额以上部分`;
  if (base !== null) return BASES[base].zh;
  const known = pack.lines.flatMap(({ accumulates }) => accumulates).find(({ account }) => account === accumulator);
  return known?.label ?? accumulator ?? '';
}

const WORDS: Readonly<Record<string, string>> = {
  stay: '每次住院',
  year: '每年一次',
  'after-deductible': '起付线以上起算',
  zero: '从零起算',
  true: '是',
  false: '否',
  window: '出院时',
  'year-end': '年终',
};

/** A value as people read it: yuan, percent, or words. */
export function valueText({ ref, value }: Resolved<unknown>, pack: Pack): string {
  if (typeof value === 'number') {
    if (!isRate(ref, pack)) return `${formatYuan(value)} 元`;
    return `${ref.endsWith('/ratePlus') ? '+' : ''}${formatBp(value)}`;
  }
  if (Array.isArray(value)) return value.join('、');
  if (ref.endsWith('/nothing')) return '不支付';
  // The own value of a programme or of a list of items says only that it is there.
  if (/^(programmes|admittedItems)\/[^/]+$/.test(ref)) return '适用';
  return WORDS[String(value)] ?? String(value);
}

/** "自 2019-07-01" and "至 2019-06-30" where a value is not in force for the whole of its pack. */
export function spanText({ from, to }: Resolved<unknown>, pack: Pack): string {
  return [...(from === pack.from ? [] : [`自 ${from}`]), ...(to === pack.to ? [] : [`至 ${to ?? ''}`])].join(' ');
}
