/** Authored pack → compiled pack. Fills in labels and origins; decides nothing and refuses nothing: that is `check`. */
import type { AdmittedItems, Disease, Line, Origin, PackContent, Part, Programme, Rule } from './content';
import { codesOfRange, indexDiseases } from './programmes';
import type {
  ChainEntry,
  CompiledAdmission,
  CompiledDisease,
  CompiledLine,
  CompiledPart,
  CompiledProgramme,
  CompiledRule,
  Pack,
} from './pack';
import { inherit, type Resolved, type Timeline, ValueReader } from './values';
import { type CareType, type Payer, TIMINGS, TRANSFERS, type Transfer } from './vocabulary';

/** Default labels of the places a value may stand in. */
const LABELS = {
  deductible: '起付线',
  laterDeductible: '起付线(再次住院)',
  factor: '起付线调整',
  period: '起付线周期',
  rate: '支付比例',
  ratePlus: '提高比例',
  upTo: '分段上限',
  measuredFrom: '分段起点',
  limitRate: '自付上限比例',
  limitAmount: '年度自付上限',
  capPerYear: '年度支付限额',
  capPerStay: '单次支付限额',
  weight: '分担比例',
  classB: '乙类先行自付',
  outOfArea: '异地就医先行自付',
  localArea: '统筹区',
  amount: '病种定额',
  priceLimit: '单病种限价',
  itemCodes: '项目编码',
  undesignated: '非定点医疗机构',
  premiumSubsidy: '资助参保',
} as const;

/** Compiles a pack that the schema accepted. */
export function compilePack(content: PackContent): Pack {
  const reader = new ValueReader(content.from, content.to ?? null);
  const defaults = content.defaults ?? {};
  const told = linesWhoseCutIsUsed(content);
  const lines = content.lines.map((line) => compileLine(line, told.has(line.id), reader, defaults));
  const byId = new Map(content.lines.map((line, index) => [line.id, { authored: line, compiled: lines[index] as CompiledLine }]));
  const chains: Partial<Record<CareType, ChainEntry[]>> = {};
  for (const [care, { chain }] of Object.entries(content.care)) {
    chains[care as CareType] = chain.flatMap((id) => {
      const line = byId.get(id);
      return line === undefined ? [] : chainEntries(line.authored, line.compiled);
    });
  }
  const outOfArea: Partial<Record<Transfer, Timeline>> = {};
  for (const [kind, dated] of Object.entries(content.scope.outOfArea ?? {})) {
    const label = `${LABELS.outOfArea}(${TRANSFERS[kind as Transfer].zh})`;
    outOfArea[kind as Transfer] = reader.timeline(dated, `scope/outOfArea/${kind}`, label, defaults);
  }
  const undesignated = content.acceptsUndesignated;
  const programmes = (content.programmes ?? []).map((programme) => compileProgramme(programme, reader, defaults));
  return {
    content,
    id: content.id,
    region: content.region,
    name: content.name,
    from: content.from,
    to: content.to ?? null,
    categories: content.categories,
    localArea: reader.one(content.localArea, 'localArea', LABELS.localArea, defaults),
    acceptsUndesignated:
      undesignated !== undefined && reader.one(undesignated, 'acceptsUndesignated', LABELS.undesignated, defaults).value,
    premiumSubsidy: (content.premiumSubsidy ?? []).map((value, index) =>
      reader.one(value, `premiumSubsidy/${index}`, LABELS.premiumSubsidy, defaults),
    ),
    classBFirstSelfPay: reader.timeline(content.scope.classBFirstSelfPay, 'scope/classBFirstSelfPay', LABELS.classB, defaults),
    outOfArea,
    chains,
    programmes,
    diseaseIndex: indexDiseases(programmes),
    admissions: (content.admittedItems ?? []).map((list) => compileAdmission(list, reader, defaults)),
    lines,
    values: reader.all,
    timelines: reader.timelines,
    partLabels: reader.partLabels,
  };
}

function chainEntries(authored: Line, definition: CompiledLine): ChainEntry[] {
  if (authored.split === undefined) return [{ line: authored.id, payer: authored.payer as Payer, definition, part: 0 }];
  return authored.split.map(({ payer }, part) => ({ line: `${authored.id}.${payer}`, payer, definition, part }));
}

/** Lines that some part names in `cutOffBy`: they alone record what their cap cut off. */
function linesWhoseCutIsUsed(content: PackContent): ReadonlySet<string> {
  const parts = content.lines.flatMap(({ rules = [] }) => rules.flatMap((rule) => rule.parts ?? []));
  return new Set(parts.flatMap(({ base }) => (typeof base === 'object' && 'cutOffBy' in base ? [base.cutOffBy] : [])));
}

function compileLine(line: Line, tellsCutOff: boolean, reader: ValueReader, outer: Origin): CompiledLine {
  const origin = inherit(outer, line);
  const ref = `lines/${line.id}`;
  const account = line.account ?? `${line.id}.paid`;
  const { timing } = line;
  const resolved = timing === undefined ? null : reader.one(timing, `${ref}/timing`, TIMINGS[timing.value].zh, origin);
  return {
    id: line.id,
    label: line.label,
    labelEn: line.labelEn ?? line.id,
    shape: line.shape,
    account,
    accumulates: line.accumulates ?? [],
    rules: (line.rules ?? []).map((rule, index) => compileRule(rule, `${ref}/rules/${index}`, account, reader, origin)),
    tellsCutOff,
    yearEnd: resolved?.value === 'year-end' ? resolved : null,
    byRegion: (line.rules ?? []).some((rule) => rule.when?.hospitalRegions !== undefined),
    byAge: (line.rules ?? []).some((rule) => rule.when?.ageMonths !== undefined),
    weights: (line.split ?? []).map(({ weight }, index) =>
      weight === undefined ? null : reader.one(weight, `${ref}/split/${index}`, LABELS.weight, origin),
    ),
  };
}

function compileRule(rule: Rule, ref: string, account: string, reader: ValueReader, outer: Origin): CompiledRule {
  const origin = inherit(outer, rule);
  let limit: CompiledRule['limit'] = null;
  if (rule.limit !== undefined && 'percentOf' in rule.limit) {
    limit = {
      percentOf: rule.limit.percentOf,
      amount: reader.levelled(rule.limit.rate, `${ref}/limit`, LABELS.limitRate, origin),
    };
  } else if (rule.limit !== undefined) {
    limit = { percentOf: null, amount: reader.levelled(rule.limit.perYear, `${ref}/limit`, LABELS.limitAmount, origin) };
  }
  return {
    ref,
    when: rule.when ?? {},
    account: rule.account ?? account,
    nothing:
      rule.nothing === undefined ? null : reader.one<string>({ value: rule.nothing }, `${ref}/nothing`, rule.nothing, origin),
    parts: (rule.parts ?? []).map((part, index) => compilePart(part, index, `${ref}/parts/${index}`, reader, origin)),
    limit,
    measures: rule.measures ?? 'self-pay',
    capPerYear:
      rule.capPerYear === undefined ? null : reader.levelled(rule.capPerYear, `${ref}/capPerYear`, LABELS.capPerYear, origin),
    capPerStay:
      rule.capPerStay === undefined ? null : reader.levelled(rule.capPerStay, `${ref}/capPerStay`, LABELS.capPerStay, origin),
  };
}

function compilePart(part: Part, index: number, ref: string, reader: ValueReader, outer: Origin): CompiledPart {
  const origin = inherit(outer, part);
  const { deductible, bands } = part;
  // A part with a name of its own (目录内, 目录外) says so in the workings.
  if (part.label !== undefined) reader.partLabels.set(ref, part.label);
  const optional = <T>(value: { readonly value: T } | undefined, name: string, label: string): Resolved<T> | null =>
    value === undefined ? null : reader.one(value, `${ref}/${name}`, label, origin);
  return {
    ref,
    index,
    label: part.label ?? null,
    base: typeof part.base === 'string' ? part.base : null,
    accumulator: typeof part.base === 'object' && 'accumulator' in part.base ? part.base.accumulator : null,
    cutOffBy: typeof part.base === 'object' && 'cutOffBy' in part.base ? part.base.cutOffBy : null,
    deductible:
      deductible === undefined
        ? null
        : {
            period: optional(deductible.period, 'deductible/period', LABELS.period),
            amount: reader.levelled(deductible.amount, `${ref}/deductible`, LABELS.deductible, origin),
            laterStays: (deductible.laterStays ?? []).map((amount, stay) =>
              reader.levelled(amount, `${ref}/deductible/later/${stay}`, LABELS.laterDeductible, origin),
            ),
            factor: optional(deductible.factor, 'deductible/factor', LABELS.factor),
          },
    rate: part.rate === undefined ? null : reader.levelled(part.rate, `${ref}/rate`, LABELS.rate, origin),
    bands:
      bands === undefined
        ? null
        : {
            measuredFrom: reader.one(bands.measuredFrom, `${ref}/bands/measuredFrom`, LABELS.measuredFrom, origin),
            steps: bands.steps.map((step, index) => ({
              upTo:
                step.upTo === undefined ? null : reader.timeline(step.upTo, `${ref}/bands/${index}/upTo`, LABELS.upTo, origin),
              rate: reader.levelled(step.rate, `${ref}/bands/${index}/rate`, LABELS.rate, origin),
            })),
          },
    ratePlus: optional(part.ratePlus, 'ratePlus', LABELS.ratePlus),
  };
}

function compileProgramme(programme: Programme, reader: ValueReader, outer: Origin): CompiledProgramme {
  const origin = inherit(outer, programme);
  const label = programme.kind === 'price-limit' ? LABELS.priceLimit : LABELS.amount;
  // The programme itself is a value too: a working that only says "this programme applies" needs its clause.
  const { note } = programme;
  reader.one<string>(
    { value: programme.id, ...(note === undefined ? {} : { note }) },
    `programmes/${programme.id}`,
    programme.label,
    origin,
  );
  return {
    id: programme.id,
    label: programme.label,
    kind: programme.kind,
    careTypes: programme.careTypes,
    categories: programme.categories ?? null,
    diseases: programme.diseases.map((disease, index) =>
      compileDisease(disease, `programmes/${programme.id}`, index, label, reader, origin),
    ),
  };
}

/** A place in a list of diseases is law as well: it has an origin of its own where the list does not say it. */
function compileDisease(
  disease: Disease,
  ref: string,
  index: number,
  label: string,
  reader: ValueReader,
  outer: Origin,
): CompiledDisease {
  const origin = inherit(outer, disease);
  const { note } = disease;
  reader.one<readonly string[]>(
    { value: disease.icd10, ...(note === undefined ? {} : { note }) },
    `${ref}/diseases/${index}`,
    disease.label,
    origin,
  );
  return {
    label: disease.label,
    icd10: disease.icd10.flatMap(codesOfRange),
    ageMonths: disease.ageMonths ?? null,
    amount:
      disease.amount === undefined
        ? null
        : reader.levelled(disease.amount, `${ref}/${index}`, `${label}(${disease.label})`, origin),
  };
}

function compileAdmission(list: AdmittedItems, reader: ValueReader, outer: Origin): CompiledAdmission {
  const origin = inherit(outer, list);
  const ref = `admittedItems/${list.id}`;
  reader.one<string>({ value: list.id }, ref, list.label, origin);
  const codes = list.items.flatMap(({ name, codes: known, note, ...own }, index) => {
    const inner = inherit(origin, own);
    reader.one<string>({ value: name, ...(note === undefined ? {} : { note }) }, `${ref}/${index}`, name, inner);
    return known === undefined ? [] : reader.one(known, `${ref}/${index}/codes`, LABELS.itemCodes, inner).value;
  });
  const { every = [], oneOf = [] } = list.for;
  return {
    id: list.id,
    label: list.label,
    every,
    oneOf,
    codes: new Set(codes),
    names: new Set(list.items.map(({ name }) => name)),
  };
}
