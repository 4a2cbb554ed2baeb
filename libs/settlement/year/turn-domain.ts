/**
 * The benefit year as plain functions, in the form that turn-taking asks for: fold, due, decide, and where the packs stand.
 * It names no library of the durable island; the apps join the two.
 */
import { compilePack, type Pack, type PackContent } from '@oss/policy';
import { type BenefitYear, EMPTY_YEAR, evolveYear, resumeYear } from './benefit-year';
import { BENEFIT_YEAR_PREFIX } from './ids';
import { type Actor, actorDue, decideTurn, PackMissing, whoseTurn } from './turn';

export const POLICY_PREFIX = 'policy-';
export const PACK_ADOPTED = 'PackAdopted';

/** On `policy-<region>`: a county's law enters the log, whole, and may settle discharges accepted from then on. */
export interface PackAdopted {
  readonly content: PackContent;
  /** "sha256:" + SHA-256 over the canonical JSON of `content`. */
  readonly digest: string;
  readonly from: string;
  readonly id: string;
  readonly operatorCode: string;
  readonly region: string;
  /** The ruling version in whose place this one rules for discharges accepted from then on. */
  readonly replaces?: { readonly digest: string; readonly id: string };
  readonly to: string | null;
}

export function policyStream(region: string): string {
  return `${POLICY_PREFIX}${region}`;
}

interface StoredEvent {
  readonly type: string;
  readonly data: unknown;
  readonly position: bigint;
}

export const BENEFIT_YEAR_TURNS = {
  streamPrefix: BENEFIT_YEAR_PREFIX,
  fold: {
    initial: (): BenefitYear => EMPTY_YEAR,
    evolve: (year: BenefitYear, event: StoredEvent): BenefitYear => evolveYear(year, event),
    resume: (event: StoredEvent): BenefitYear | null => resumeYear(event),
  },
  due: (year: BenefitYear): Actor | null => actorDue(year),
  decide: (year: BenefitYear, actor: string, packOf: (digest: string) => Pack | null) => decideTurn(year, actor as Actor, packOf),
  evolve: evolveYear,
  missingContent: (error: unknown): string | null => (error instanceof PackMissing ? policyStream(error.region) : null),
  contentIn: (event: StoredEvent): { digest: string; content: Pack } | null => {
    if (event.type !== PACK_ADOPTED) return null;
    const { content, digest } = event.data as PackAdopted;
    // It was checked before it was adopted, and the hash chain guards it since.
    return { digest, content: compilePack(content) };
  },
  openCase: (year: BenefitYear) => {
    const turn = whoseTurn(year);
    return turn === null ? null : { caseId: turn.settlementId, attempt: turn.attempt, line: turn.line };
  },
};
