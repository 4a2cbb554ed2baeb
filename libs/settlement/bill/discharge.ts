/** The discharge as the domain sees it: normalised (defaults filled in), with a pseudonym in place of the patient. */
import type { Bp, Fen } from '@oss/money';
import type { CareType, Category, HospitalLevel, Payer, Transfer } from '@oss/policy';

/** 甲 in the catalogue, 乙 with a first self-pay, 丙 outside it. */
export type ItemClass = 'A' | 'B' | 'C';

/** One line of a bill. Keys in alphabetical order wherever one is built: stored bytes are canonical bytes. */
export interface BillLine {
  readonly amountFen: Fen;
  readonly class: ItemClass;
  readonly code: string;
  /** First self-pay in basis points; on class B only, there always. */
  readonly firstSelfPayBp?: Bp;
  readonly name?: string;
  /** What of the amount is above the catalogue's limit price. */
  readonly overLimitFen: Fen;
}

/** What a hospital that sends no lines says of its bill. */
export interface BillSummary {
  /** Class-B first self-pay, without the out-of-area share. */
  readonly firstSelfPayFen: Fen;
  readonly outOfCatalogueFen: Fen;
  readonly overLimitFen: Fen;
}

export interface Bill {
  readonly invoiceNo?: string;
  readonly lines?: readonly BillLine[];
  readonly summary?: BillSummary;
  readonly totalFen: Fen;
}

export interface Care {
  /** YYYY-MM-DD, China time. */
  readonly admittedOn: string;
  /** ICD-10 code of the approved disease, for outpatient-chronic only. */
  readonly chronicDisease?: string;
  readonly diagnoses: readonly string[];
  readonly dischargedOn: string;
  readonly transfer: Transfer;
  readonly type: CareType;
}

/** Everything beside the bill that decides a fen, taken once at acceptance. */
export interface Snapshot {
  /** Age in completed months on the discharge date; null when the id number does not tell. */
  readonly ageMonths: number | null;
  /** ICD-10 codes approved for the person on the discharge date. */
  readonly approvedDiseases: readonly string[];
  /** Categories in force on the discharge date. */
  readonly categories: readonly Category[];
  /** The turns of this settlement, in order. */
  readonly chain: readonly { readonly line: string; readonly payer: Payer }[];
  readonly cover: { readonly from: string; readonly premiumPaidBy: 'person' | 'subsidy'; readonly to?: string };
  readonly hospital: { readonly designated: boolean; readonly level: HospitalLevel; readonly region: string };
  readonly pack: { readonly digest: string; readonly id: string };
}

/** The bill's sums after the catalogue's rules. total = inScope + area + classB + overLimit + outOfCatalogue + excess. */
export interface Scope {
  /** Class C items that a list of the pack lets into the scope for this person, by list; counted in the rest, not outside. */
  readonly admitted?: readonly { readonly fen: Fen; readonly label: string; readonly list: string }[];
  readonly areaSelfPayFen: Fen;
  readonly classBSelfPayFen: Fen;
  /** Above a fixed amount or price limit: the hospital's, never the patient's. */
  readonly hospitalExcessFen: Fen;
  readonly inScopeFen: Fen;
  readonly outOfCatalogueFen: Fen;
  readonly overLimitFen: Fen;
  /** The disease programme that this case falls under, with its amount where the county has set one. */
  readonly programme?: {
    readonly amountFen?: Fen;
    readonly disease: string;
    readonly id: string;
    /** Programmes of the pack that fit as well and come later in its order: they do not apply. Absent where none does. */
    readonly others?: readonly string[];
  };
  readonly totalFen: Fen;
}
