/**
 * Why a settlement came to its amounts, as a tree: the bill's total falls to payers, hospital and patient, to the fen; below
 * each of them the steps of its calculation, each with the value of the law that it used. Lays out what was recorded and checks
 * that it closes; computes no share anew (that is what `verify` does).
 */
import { type Fen, subtractFen, sumFen } from '@oss/money';
import { type Pack, PAYERS, type Payer, type Provenance } from '@oss/policy';
import type { Scope, SettlementFacts, ShareSettled, WorkingView } from '@oss/settlement';
import { settlementView, WORDS_ONLY } from '@oss/settlement';

/** A value of the law behind an amount. */
export interface LawBehind {
  /** Place in the pack. */
  readonly ref: string;
  readonly clause: string | null;
  readonly source: string | null;
  readonly provenance: Provenance | null;
  /** First and last day in force; no last day: open. */
  readonly from: string;
  readonly to: string | null;
}

export interface Explained {
  /** Official label, Chinese. */
  readonly label: string;
  readonly amountFen: Fen;
  /** Whom the amount falls to, where it falls to one. */
  readonly borneBy?: Payer | 'patient';
  /** True for a step that names something rather than amounts to something: its amount of 0 says nothing. */
  readonly isWords?: true;
  /** How it came about, as a person would write it. */
  readonly formula: string | null;
  readonly law: LawBehind | null;
  readonly note: string | null;
  readonly parts: readonly Explained[];
}

export interface Explanation {
  readonly settlementId: string;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly dischargedOn: string;
  readonly completedAt: string | null;
  readonly policy: { readonly pack: string; readonly name: string; readonly digest: string };
  /** From the bill to what the policy covers. */
  readonly scope: Explained;
  /** The total, and whom each fen of it falls to: the amounts of its parts add up to it. */
  readonly total: Explained;
}

/** @throws RangeError when the case is not completed, or when its amounts do not close */
export function explanation(facts: SettlementFacts, pack: Pack): Explanation {
  const { recorded, completed, completedAt } = facts;
  if (completed === null)
    throw new RangeError(`settlement ${recorded.settlementId} is not completed yet: nothing can be explained`);
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot } = recorded;
  const views = settlementView(facts, pack).shares;
  const shares = facts.shares.map((share, index) => explainedShare(share, views[index]!.label, views[index]!.workings, pack));
  const parts = [...shares, selfPay(facts.shares, scope, completed.selfPayFen)];
  const sum = sumFen(parts.map(({ amountFen }) => amountFen));
  if (sum !== completed.totalFen)
    throw new RangeError(`${settlementId}: ${sum} fen are assigned of ${completed.totalFen}: run audit verify`);
  return {
    settlementId,
    attempt,
    hospitalCode,
    encounterNo,
    region,
    dischargedOn: care.dischargedOn,
    completedAt,
    policy: { pack: snapshot.pack.id, name: pack.name, digest: snapshot.pack.digest },
    scope: explainedScope(scope),
    total: node('医疗总费用', completed.totalFen, parts),
  };
}

function explainedShare(
  { payer, paidFen, workings }: ShareSettled,
  label: string,
  views: readonly WorkingView[],
  pack: Pack,
): Explained {
  const steps = views.map((view, index): Explained => {
    const { amountFen, formula, note, step } = view;
    const words = WORDS_ONLY.has(step) ? { isWords: true as const } : {};
    return { label: view.label, amountFen, ...words, formula, law: lawBehind(workings[index]?.ref, view, pack), note, parts: [] };
  });
  return { ...node(label === PAYERS[payer].zh ? label : `${label}（${PAYERS[payer].zh}）`, paidFen, steps), borneBy: payer };
}

function lawBehind(ref: string | undefined, { clause, source, provenance }: WorkingView, pack: Pack): LawBehind | null {
  const value = ref === undefined ? undefined : pack.values.get(ref);
  return value === undefined ? null : { ref: value.ref, clause, source, provenance, from: value.from, to: value.to };
}

/** What is left for the patient: of what the policy covers, and of what it does not. */
function selfPay(shares: readonly ShareSettled[], scope: Scope, selfPayFen: Fen): Explained {
  const inScopeFen = subtractFen(scope.inScopeFen, sumFen(shares.map((share) => share.inScopeFen)));
  const outOfScopeFen = subtractFen(selfPayFen, inScopeFen);
  const parts = [node('政策范围内费用的剩余', inScopeFen), node('政策范围外费用的剩余', outOfScopeFen)];
  return { ...node('个人自付', selfPayFen, parts), borneBy: 'patient' };
}

function explainedScope(scope: Scope): Explained {
  const parts = [
    node('超定额（限价），医院负担', scope.hospitalExcessFen),
    node('丙类全自费', scope.outOfCatalogueFen),
    node('超限价', scope.overLimitFen),
    node('乙类先行自付', scope.classBSelfPayFen),
    node('异地先行自付', scope.areaSelfPayFen),
    node(
      '政策范围内费用',
      scope.inScopeFen,
      (scope.admitted ?? []).map(({ fen, label }) => node(`含${label}（丙类纳入）`, fen)),
    ),
  ];
  const note = scope.programme === undefined ? null : `病种：${scope.programme.disease}`;
  return { ...node('医疗总费用', scope.totalFen, parts), note };
}

function node(label: string, amountFen: Fen, parts: readonly Explained[] = []): Explained {
  return { label, amountFen, formula: null, law: null, note: null, parts };
}
