/** Every combination of case must find exactly one rule in every line of its chain: no gap, no overlap. */
import { matchingRules, type CompiledLine, type Pack, type RuleContext } from './pack';
import type { Say } from './problem';
import { listsDiseases } from './programmes';
import type { CareType, HospitalLevel, RuleCategory, Transfer } from './vocabulary';

/** Says, for each line of each care type, the first combination that no rule or more than one applies to. */
export function checkOneRule(pack: Pack, say: Say): void {
  for (const [care, chain] of Object.entries(pack.chains)) {
    const done = new Set<CompiledLine>();
    for (const { definition } of chain) {
      if (definition.rules.length === 0 || done.has(definition)) continue;
      done.add(definition);
      for (const context of combinations(pack, definition, care as CareType)) {
        const found = matchingRules(definition, context);
        if (found.length === 1) continue;
        const { category, level, transfer, designated, programme, ageMonths, hospitalRegion } = context;
        const words =
          `${care}, ${category}, level ${level}, ${transfer}, ${designated ? '' : 'un'}designated` +
          `${programme === null ? '' : `, programme ${programme}`}${ageMonths === null ? '' : `, age ${ageMonths} months`}` +
          `${hospitalRegion === undefined ? '' : `, hospital in ${hospitalRegion}`}`;
        say(
          `lines/${definition.id}`,
          found.length === 0
            ? `no rule applies to: ${words}`
            : `${found.map((rule) => rule.ref).join(' and ')} both apply to: ${words}`,
          found.length === 0 ? 'add a rule without categories, or one with "nothing: <reason>"' : 'narrow "when" of one of them',
        );
        break;
      }
    }
  }
}

function* combinations(pack: Pack, line: CompiledLine, careType: CareType): Generator<RuleContext> {
  const categories: RuleCategory[] = ['ordinary', ...pack.categories];
  const transfers: Transfer[] = ['none', ...(Object.keys(pack.outOfArea) as Transfer[])];
  const named = pack.programmes.filter((entry) => entry.careTypes.includes(careType)).map((entry) => entry.id);
  // A visit whose disease the pack does not list is refused at acceptance: no rule is needed for it.
  const programmes = careType === 'outpatient-chronic' && listsDiseases(pack, careType) ? named : [null, ...named];
  const edges = line.rules.flatMap(({ when }) => [when.ageMonths?.from, when.ageMonths?.below]);
  const marks = edges.flatMap((edge) => (edge === undefined ? [] : [edge - 1, edge]));
  // Every accepted id number holds a birth date, so a rule by age always knows the age.
  const ages = marks.length === 0 ? [null] : [...new Set(marks)];
  for (const category of categories)
    for (const level of [1, 2, 3] as HospitalLevel[])
      for (const transfer of transfers)
        for (const designated of pack.acceptsUndesignated ? [true, false] : [true])
          for (const programme of programmes)
            for (const amountSet of programme === null ? [false] : [true, false])
              for (const ageMonths of ages)
                for (const hospitalRegion of regionsToTry(pack, line, transfer))
                  yield { careType, category, level, transfer, designated, programme, amountSet, ageMonths, hospitalRegion };
}

/** Places on either side of every region that a rule names, as far as the kind of transfer allows them; one where none does. */
function regionsToTry({ localArea }: Pack, line: CompiledLine, transfer: Transfer): readonly (string | undefined)[] {
  if (!line.byRegion) return [undefined];
  const named = line.rules.flatMap(({ when }) => when.hospitalRegions ?? []);
  const places = [...named, ...localArea.value].flatMap((prefix) => [prefix.padEnd(6, '0'), prefix.padEnd(6, '9')]);
  const isLocal = (place: string): boolean => localArea.value.some((prefix) => place.startsWith(prefix));
  return [...new Set([...places, '000000'])].filter((place) => isLocal(place) === (transfer === 'none'));
}
