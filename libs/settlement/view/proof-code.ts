/**
 * The proof code (核验码) of a statement: what ties the paper in a patient's hand to the signed log. It names settlement and
 * attempt and holds the leaf of its `SettlementCompleted` in the log's tree. Upper case and few signs, so that a QR code of it
 * stays small (the alphanumeric mode of ISO/IEC 18004). The form is documented in apps/audit/README.md and never changes.
 */
const PREFIX = 'OSS1';
const CODE = /^OSS1:([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}):([1-9]\d{0,5}):([0-9A-F]{64})$/;
const LEAF = /^[0-9a-f]{64}$/;
const GROUP_DIGITS = 4;

/** What a statement of a recorded settlement can be checked by. */
export interface StatementProof {
  readonly settlementId: string;
  readonly attempt: number;
  /** SHA-256(0x00 ‖ chain hash of the `SettlementCompleted`), 64 hex digits. */
  readonly leaf: string;
}

/** The text of the QR code: `OSS1:<settlement id>:<attempt>:<leaf>`, upper case. */
export function proofCode({ settlementId, attempt, leaf }: StatementProof): string {
  return `${PREFIX}:${settlementId}:${attempt}:${leaf}`.toUpperCase();
}

/**
 * Reads what somebody scanned or typed: a proof code, or the leaf alone; blanks and case do not count.
 * @returns null when it is neither
 */
export function readProofCode(text: string): StatementProof | { readonly leaf: string } | null {
  const plain = text.replace(/\s+/g, '');
  if (LEAF.test(plain.toLowerCase())) return { leaf: plain.toLowerCase() };
  const [, id, attempt, leaf] = CODE.exec(plain.toUpperCase()) ?? [];
  if (id === undefined || attempt === undefined || leaf === undefined) return null;
  return { settlementId: id.toLowerCase(), attempt: Number(attempt), leaf: leaf.toLowerCase() };
}

/** The leaf as people compare it: groups of four digits. */
export function groupedLeaf(leaf: string): string[] {
  return leaf.match(new RegExp(`.{1,${GROUP_DIGITS}}`, 'g')) ?? [];
}
