/**
 * `audit verify`: reads the whole log once, in commit order and in short read transactions, and checks (a) the chains and
 * (b) the tree on the way, while other threads derive (c) the benefit years again. The system may run meanwhile.
 */
import type { SealedFact } from '@oss/event-store';
import {
  BENEFIT_YEAR_PREFIX,
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  PACK_ADOPTED,
  POLICY_PREFIX,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
} from '@oss/settlement';
import { leavesFile } from '../checkpoints/audit-files';
import { LeafFile } from '../checkpoints/leaf-file';
import { logPages } from '../facts/in-bulk';
import { type AuditedLog, type LogSource, openLog } from '../log/audited-log';
import type { VerifierKey } from '../notes/note-keys';
import { ChainCheck } from './chain-check';
import { type Finding, Findings } from './finding';
import { packFinding } from '../facts/law-in-log';
import { type Recomputed, RecomputationPool } from './recomputation-pool';
import { type Selection, selectsYear } from './selection';
import { signedSizes } from './signed-sizes';
import { type Place, TreeCheck, type TreeOutcome } from './tree-check';
import { treeFindings } from './tree-findings';

export interface VerifyOptions extends LogSource {
  readonly auditDir: string;
  /** The log's public key; null: checkpoints cannot be trusted and are left out. */
  readonly key: VerifierKey | null;
  /** Files with checkpoints, kept elsewhere or in AUDIT_DIR. */
  readonly checkpointFiles: readonly string[];
  readonly selection: Selection;
  /** Threads that derive benefit years again; 0 leaves the recomputation out. */
  readonly threads: number;
  /** `known` is null where nobody knows how many there are; equal to `done` when all have been read. */
  readonly onEvents?: (done: number, known: number | null) => void;
  readonly onYears?: (done: number, known: number) => void;
}

export interface VerifyReport {
  readonly clean: boolean;
  readonly events: number;
  readonly streams: number;
  /** Checkpoints compared with the log. */
  readonly checkpoints: number;
  /** Up to here a signed checkpoint agrees with the log. */
  readonly vouched: Place | null;
  readonly recomputed: Recomputed | null;
  /** Accepted and not yet recorded, recorded and not yet completed: cases on their way. */
  readonly underway: { readonly accepted: number; readonly recorded: number };
  readonly findings: readonly Finding[];
  /** Findings beyond those that are listed. */
  readonly more: number;
}

/** @throws when the store cannot be read */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const log = await openLog(options);
  const leaves = LeafFile.forReading(leavesFile(options.auditDir));
  try {
    return await verifyLog(options, log, leaves);
  } finally {
    leaves?.close();
    await log.close();
  }
}

async function verifyLog(options: VerifyOptions, log: AuditedLog, leaves: LeafFile | null): Promise<VerifyReport> {
  const findings = new Findings();
  const signed = await signedSizes(log, options.checkpointFiles, options.key);
  findings.add(...signed.findings);
  const { dataDir, kurrentdb, selection, threads, onYears = () => undefined } = options;
  const settings = { dataDir, selection, ...(kurrentdb === undefined ? {} : { kurrentdb }) };
  const pool = threads === 0 ? null : new RecomputationPool(settings, threads, findings, onYears);
  try {
    const pass = new LogPass(new TreeCheck(signed.checkpoints, leaves), findings, (stream) => {
      if (selectsYear(selection, stream)) pool?.add(stream);
    });
    const { outcome, streams, underway } = await pass.read(log, options.onEvents ?? (() => undefined));
    findings.add(...(await treeFindings(outcome, signed.checkpoints, leaves, log)));
    const recomputed = (await pool?.finish()) ?? null;
    const { size: events, checked: checkpoints, vouched } = outcome;
    const clean = findings.kept.length === 0;
    return { clean, events, streams, checkpoints, vouched, recomputed, underway, findings: findings.kept, more: findings.more };
  } finally {
    await pool?.close();
  }
}

class LogPass {
  readonly #chains = new ChainCheck();
  readonly #tree: TreeCheck;
  readonly #findings: Findings;
  readonly #onYear: (stream: string) => void;
  #accepted = 0;
  #recorded = 0;
  #reopened = 0;
  #ended = 0;

  constructor(tree: TreeCheck, findings: Findings, onYear: (stream: string) => void) {
    this.#tree = tree;
    this.#findings = findings;
    this.#onYear = onYear;
  }

  async read(
    log: AuditedLog,
    onEvents: (done: number, known: number | null) => void,
  ): Promise<{ outcome: TreeOutcome; streams: number; underway: VerifyReport['underway'] }> {
    const expected = await log.expectedEvents();
    let previous = 0n;
    let done = 0;
    for await (const page of logPages(log)) {
      for (const event of page) {
        if (log.isGapless && event.position !== previous + 1n) this.#findings.add(gap(previous + 1n, event.position - 1n));
        previous = event.position;
        this.#take(event);
      }
      done += page.length;
      onEvents(done, expected);
    }
    onEvents(done, done);
    this.#findings.add(...this.#chains.finish());
    return { outcome: this.#tree.finish(), streams: this.#chains.streams, underway: this.#underway() };
  }

  #take(event: SealedFact): void {
    const before = this.#chains.streams;
    const broken = this.#chains.take(event);
    if (broken !== null) this.#findings.add(broken);
    if (this.#chains.streams > before && event.stream.startsWith(BENEFIT_YEAR_PREFIX)) this.#onYear(event.stream);
    const changedPack = event.type === PACK_ADOPTED && event.stream.startsWith(POLICY_PREFIX) ? packFinding(event) : null;
    if (changedPack !== null) this.#findings.add(changedPack);
    this.#tree.take(event);
    this.#count(event);
  }

  /** Counts what opens a case and what ends one; the reversal of a completed case ends nothing. */
  #count(event: SealedFact): void {
    const { type } = event;
    if (type === DISCHARGE_ACCEPTED) this.#accepted += 1;
    else if (type === DISCHARGE_RECORDED) this.#recorded += 1;
    else if (type === RESETTLEMENT_OPENED) this.#reopened += 1;
    else if (type === SETTLEMENT_COMPLETED) this.#ended += 1;
    else if (type === SETTLEMENT_REVERSED && /"wasOpen":true/.test(event.text)) this.#ended += 1;
  }

  #underway(): VerifyReport['underway'] {
    return { accepted: this.#accepted - this.#recorded, recorded: this.#recorded + this.#reopened - this.#ended };
  }
}

function gap(from: bigint, to: bigint): Finding {
  const places = from === to ? String(from) : `${from}–${to}`;
  return {
    check: 'tree',
    what: 'removed',
    position: String(from),
    message: `日志位置 ${places} 没有事件：已被删除。 The log holds no event at position ${places}: it was removed.`,
  };
}
