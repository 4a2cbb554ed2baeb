/**
 * Which disease programmes a case falls under (三(三)2, 4, 7). Looked up by the first three characters of a code, not
 * searched: a county lists a hundred diseases and every bill asks.
 */
import { agesMatch } from './ages';
import type { CompiledDisease, CompiledProgramme, IndexedCode, Pack } from './pack';
import type { CareType, Category } from './vocabulary';

export interface ProgrammeMatch {
  readonly programme: CompiledProgramme;
  readonly disease: CompiledDisease;
}

/** What of a case names its diseases: an outpatient-chronic visit its approved disease alone, a stay all its diagnoses. */
export interface CareCodes {
  readonly type: CareType;
  readonly diagnoses: readonly string[];
  readonly chronicDisease?: string;
}

const NONE: readonly ProgrammeMatch[] = [];

/** All programmes that fit a case, in the pack's order: the first one rules; of each the first disease that fits. */
export function programmesFor(
  pack: Pack,
  care: CareCodes,
  person: { readonly categories: readonly Category[]; readonly ageMonths: number | null },
): readonly ProgrammeMatch[] {
  const codes = care.type === 'outpatient-chronic' ? [care.chronicDisease ?? ''] : care.diagnoses;
  let found: Map<number, number> | null = null;
  for (const code of codes) {
    for (const entry of pack.diseaseIndex.get(code.slice(0, 3)) ?? []) {
      const programme = pack.programmes[entry.programme] as CompiledProgramme;
      if (!covers(entry.code, code) || !programme.careTypes.includes(care.type)) continue;
      if (programme.categories !== null && !programme.categories.some((each) => person.categories.includes(each))) continue;
      if (!agesMatch((programme.diseases[entry.disease] as CompiledDisease).ageMonths, person.ageMonths)) continue;
      found ??= new Map();
      found.set(entry.programme, Math.min(entry.disease, found.get(entry.programme) ?? entry.disease));
    }
  }
  if (found === null) return NONE;
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([at, disease]) => {
      const programme = pack.programmes[at] as CompiledProgramme;
      return { programme, disease: programme.diseases[disease] as CompiledDisease };
    });
}

/** Whether the pack lists the diseases of a care type: then a case that none of its programmes fits is not covered. */
export function listsDiseases(pack: Pack, careType: CareType): boolean {
  return pack.programmes.some((programme) => programme.careTypes.includes(careType));
}

/** The codes of all diseases by their first three characters. */
export function indexDiseases(programmes: readonly CompiledProgramme[]): ReadonlyMap<string, readonly IndexedCode[]> {
  const index = new Map<string, IndexedCode[]>();
  programmes.forEach(({ diseases }, programme) =>
    diseases.forEach(({ icd10 }, disease) => {
      for (const code of icd10) {
        const key = code.slice(0, 3);
        index.set(key, [...(index.get(key) ?? []), { programme, disease, code }]);
      }
    }),
  );
  return index;
}

/** "A15-A19" → A15, A16, A17, A18, A19; any other code → itself. Empty for a range that falls. */
export function codesOfRange(code: string): string[] {
  const [, letter = '', from, to] = /^([A-Z])(\d\d)-\1(\d\d)$/.exec(code) ?? [];
  if (from === undefined || to === undefined) return code.includes('-') ? [] : [code];
  const codes: string[] = [];
  for (let number = Number(from); number <= Number(to); number += 1) codes.push(letter + String(number).padStart(2, '0'));
  return codes;
}

/** "C16" covers C16 and C16.0 … C16.9, not C169; "C16.9" covers C16.900. */
function covers(code: string, diagnosis: string): boolean {
  return diagnosis === code || (diagnosis.startsWith(code) && (code.includes('.') || diagnosis[code.length] === '.'));
}
