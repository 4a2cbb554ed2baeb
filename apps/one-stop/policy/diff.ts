/**
 * Two packs, or one at two dates, side by side: lines and their order, rules by condition, every value that was added,
 * removed or changed (its provenance and clause count: a confirmed number is news), and example bills settled under both.
 */
import { canonicalJson } from '@oss/event-store';
import {
  CARE_TYPES,
  type CareType,
  type CompiledLine,
  type CompiledProgramme,
  type CompiledRule,
  type Pack,
  PAYERS,
  type Payer,
  PROVENANCES,
  valueAt,
} from '@oss/policy';
import { categoryWord, conditionWords } from './condition-words';
import { type ExampleComparison, exampleComparisons } from './example-bills';
import type { Side } from './pack-arguments';
import { partWords, type Place, placesOf, SEPARATOR, spanText, valueText } from './value-rows';

export interface Change {
  readonly place: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

export interface PackDiff {
  /** The chain of each care type, by official label, in order. */
  readonly chains: readonly { readonly care: string; readonly before: readonly string[]; readonly after: readonly string[] }[];
  /** Payers, shapes, bases, programmes: what is no value of its own. */
  readonly structure: readonly Change[];
  readonly values: readonly Change[];
  /** Parts of the authored packs that differ beside all this: names, notes, sources. */
  readonly texts: readonly string[];
  readonly examples: readonly ExampleComparison[];
}

/** @throws Error when a side's day is outside its pack; the caller has checked that */
export function diffOf(before: Side, after: Side): PackDiff {
  return {
    chains: chainsOf(before.pack, after.pack),
    structure: changes(structureOf(before.pack), structureOf(after.pack)),
    values: changes(valuesOf(before), valuesOf(after)),
    texts: textsOf(before.pack, after.pack),
    examples: exampleComparisons(before, after),
  };
}

function chainsOf(before: Pack, after: Pack): PackDiff['chains'] {
  const labels = (pack: Pack, care: CareType): string[] => {
    const chain = pack.chains[care] ?? [];
    return chain.map(({ definition, payer }) =>
      definition.weights.length === 0 ? definition.label : `${definition.label}(${PAYERS[payer].zh})`,
    );
  };
  const cares = (Object.keys(CARE_TYPES) as CareType[]).filter((care) => care in before.chains || care in after.chains);
  return cares.map((care) => ({ care: CARE_TYPES[care].zh, before: labels(before, care), after: labels(after, care) }));
}

/** What a pack says at each place, as text; the key finds the same place in another pack. */
type Said = Map<string, { readonly place: string; readonly text: string }>;

function changes(before: Said, after: Said): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key): Change[] => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old?.text === now?.text) return [];
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ place: (now ?? old)?.place ?? key, change, before: old?.text ?? null, after: now?.text ?? null }];
  });
}

function valuesOf({ pack, on }: Side): Said {
  return new Map(placesOf(pack).map((place) => [place.key, { place: place.place, text: saidAt(place, pack, on) }]));
}

function saidAt({ spans }: Place, pack: Pack, on: string | null): string {
  const chosen = on === null ? spans : [valueAt(spans, on)];
  return chosen
    .map((value) => {
      const source = pack.content.sources[value.source]?.title ?? value.source;
      const provenance = value.provenance === null ? '' : `${PROVENANCES[value.provenance].zh}，`;
      const time = on === null ? spanText(value, pack) : '';
      const reason = value.ref.endsWith('/nothing') ? `：${String(value.value)}` : '';
      const clause = value.clause === null ? '' : ` ${value.clause}`;
      return `${valueText(value, pack)}${reason}${time === '' ? '' : `（${time}）`}〔${provenance}${source}${clause}〕`;
    })
    .join('；');
}

/** Lines, rules and programmes as they are built, without their numbers. */
function structureOf(pack: Pack): Said {
  const said: Said = new Map();
  const say = (key: string, place: string, text: string): void => {
    // Programmes of one label give their rules the same words: none of them is lost.
    if (said.has(key)) say(`${key} #`, `${place} #`, text);
    else said.set(key, { place, text });
  };
  for (const line of pack.lines) {
    say(line.id, line.label, `${line.label}，${payersOf(line, pack)}，${line.shape}，账户 account ${line.account}`);
    for (const rule of line.rules) {
      const when = conditionWords(rule.when, line, pack);
      say([line.id, when].join(SEPARATOR), [line.label, when].join(SEPARATOR), ruleWords(rule, pack));
    }
  }
  say('categories', '类别次序 categories', pack.categories.map(categoryWord).join('、'));
  for (const programme of pack.programmes) {
    const place = ['病种政策', programme.label].join(SEPARATOR);
    say(['programmes', programme.id].join(SEPARATOR), place, programmeWords(programme));
  }
  return said;
}

const LIMITS = { total: '总费用的比例', 'in-scope': '政策范围内费用的比例' } as const;
const MEASURES = { 'self-pay': '全部自付', 'in-scope-self-pay': '政策范围内自付' } as const;

function ruleWords({ limit, measures, nothing, parts }: CompiledRule, pack: Pack): string {
  if (nothing !== null) return '不支付';
  if (limit === null) return parts.map((part) => partWords(part, pack)).join('、');
  return `${MEASURES[measures]}不超过${limit.percentOf === null ? '每人每年定额' : LIMITS[limit.percentOf]}`;
}

function programmeWords({ careTypes, categories, diseases, kind }: CompiledProgramme): string {
  const names = diseases.map(({ ageMonths, icd10, label }) => {
    const age = ageMonths === null ? '' : ` 月龄 ${ageMonths.from ?? 0}–${ageMonths.below ?? ''}`;
    return `${label} ${icd10.join('/')}${age}`;
  });
  const whom = categories?.map(categoryWord).join('、') ?? '所有人员';
  return `${kind}，${careTypes.map((care) => CARE_TYPES[care].zh).join('、')}，${whom}：${names.join('；')}`;
}

function payersOf({ id, weights }: CompiledLine, pack: Pack): string {
  const authored = pack.content.lines.find((line) => line.id === id);
  const payers: readonly (Payer | undefined)[] =
    weights.length > 0 ? (authored?.split ?? []).map(({ payer }) => payer) : [authored?.payer];
  return payers.map((payer) => (payer === undefined ? '' : PAYERS[payer].zh)).join('、');
}

/** Members of the authored packs that hold texts alone. */
const TEXTS = ['id', 'region', 'name', 'nameEn', 'from', 'to', 'notes', 'sources'] as const;

function textsOf(before: Pack, after: Pack): string[] {
  return TEXTS.filter((name) => canonicalJson(before.content[name] ?? null) !== canonicalJson(after.content[name] ?? null));
}
