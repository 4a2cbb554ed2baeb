/** The bills of one file, settled one after another on one benefit year, as the system would settle them in this order. */
import { type Pack, packInForce } from '@oss/policy';
import { type BenefitYear, EMPTY_YEAR, type Refusal, refusalsOf, settleAlone, type SettlementView } from '@oss/settlement';
import { type PackFile, PackFilesUnusable } from '../../hospital-gateway/policy/pack-files';
import { identityRefusals, type SettleFile } from './settle-file';

export type Outcome =
  | { readonly settled: SettlementView; readonly pack: Pack; readonly year: BenefitYear }
  /** `bill` names the place in the file: "discharge" or "yearSoFar[1]". */
  | { readonly refused: readonly Refusal[]; readonly bill: string };

/** Which packs may rule: one named for all bills, or the one in force for region and day. */
export type PackChoice = { readonly only: PackFile } | { readonly among: readonly PackFile[] };

/** Settles the file's bills in order; the first that is refused ends it. @param today YYYY-MM-DD in China */
export function settleBills(file: SettleFile, choice: PackChoice, today: string): Outcome {
  const { person, hospital, bills } = file;
  let year = EMPTY_YEAR;
  let outcome: Outcome | null = null;
  for (const { path, discharge } of bills) {
    const identity = identityRefusals(file, discharge);
    const input = {
      discharge,
      person,
      hospital: discharge.hospitalCode === hospital.code ? hospital : null,
      pack: packFor(choice, discharge.region, discharge.care.dischargedOn),
      today,
    };
    const result = identity.length > 0 ? { refused: [...identity, ...refusalsOf(input)] } : settleAlone(input, year);
    if ('refused' in result) return { refused: result.refused, bill: path };
    year = result.year;
    outcome = { settled: result.settled, pack: (input.pack as PackFile).pack, year };
  }
  if (outcome === null) throw new RangeError('a settle file without a bill');
  return outcome;
}

function packFor(choice: PackChoice, region: string, date: string): PackFile | null {
  if ('only' in choice) return choice.only;
  const heads = choice.among.map((file) => ({ region: file.pack.region, from: file.pack.from, to: file.pack.to, file }));
  return packInForce(heads, region, date)?.file ?? null;
}

/** The pack with an id. @throws PackFilesUnusable listing those at hand */
export function packWithId(id: string, packs: readonly PackFile[]): PackFile {
  const found = packs.find(({ pack }) => pack.id === id);
  if (found !== undefined) return found;
  throw new PackFilesUnusable(
    `there is no policy pack ${id}. Cure: use one of ${packs.map(({ pack }) => pack.id).join(', ')}, or a pack file`,
  );
}
