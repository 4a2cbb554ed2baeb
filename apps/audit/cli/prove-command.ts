/** `audit prove`: makes proofs and evidence bundles, and checks them offline. */
import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { formatYuan } from '@oss/money';
import { benefitYearStream } from '@oss/settlement';
import { logVerifierKey, textOf, verifierKeyFrom } from '../checkpoints/audit-files';
import { openLog } from '../log/audited-log';
import { parseNote } from '../notes/signed-note';
import { checkProof, type CheckedProof, PROOF_CHECKS } from '../prove/check-proof';
import { NotProvable } from '../prove/evidence';
import { settlementBundle, yearBundle } from '../prove/make-bundle';
import { consistencyProof, inclusionProof } from '../prove/make-proofs';
import { ProvableLog } from '../prove/provable-log';
import { LeafNotInLog, proofOfText, settlementOfLeaf } from '../prove/settlement-of-leaf';
import { refuseFilters } from './filters';
import { auditDirOf, CLEAN, FINDINGS, print, printJson, run, type StoreOptions, whole, withStore } from './run';

interface Options extends StoreOptions {
  readonly attempt?: number;
  readonly size?: number;
  readonly consistency?: number;
  readonly bundle?: true;
  readonly person?: string;
  readonly year?: string;
  readonly cosigned?: readonly string[];
  readonly check?: string;
  readonly key?: string;
  readonly witness?: readonly string[];
  readonly atLeast?: number;
  readonly leaf?: string;
  readonly out?: string;
  readonly json?: true;
}

const NO_FILTER = 'a proof is of one settlement, of one person’s year (--bundle --person --year), or of the whole log';
const EXAMPLES = `
  prove SETTLEMENT                      one settlement stands in the signed log
  prove SETTLEMENT --bundle             the same with all that it rests on, for an independent verifier
  prove --bundle --person KEY --year Y  a person's whole year
  prove --consistency 1200              the log grew by appending alone since its checkpoint over 1200 events (0: from nothing)
  prove --leaf CODE                     the settlement of a patient's statement: the text of its QR code, or its leaf
  prove --check FILE --key KEY          is the proof in FILE true? Offline, with the public key alone
  prove --check FILE --key KEY --leaf CODE   and is it of this statement?

Exit code: 0 made or accepted, 1 rejected or not of this log, 2 could not run.
`;

export function addProve(program: Command): void {
  const command = program
    .command('prove')
    .description('证明 Proofs that a settlement stands in the signed log, and their check')
    .argument('[settlement]', '结算号 settlementId')
    .option('--attempt <n>', 'which attempt (default the last)', whole)
    .option('--size <n>', 'under the checkpoint over so many events (default the last)', whole)
    .option('--consistency <n>', 'from the checkpoint over so many events to this one', whole)
    .option('--bundle', '证据包 an evidence bundle')
    .option('--person <key>', 'whose year (with --bundle)')
    .option('--year <year>', 'which benefit year, YYYY')
    .option('--cosigned <file...>', '见证副本 copies of checkpoints that witnesses have cosigned')
    .option('--check <file>', '核验 check this file')
    .option('--key <key>', 'public key of the log, or its file (default AUDIT_DIR/log.vkey)')
    .option('--witness <key...>', 'pinned witnesses, or their key files: all must have cosigned')
    .option('--at-least <n>', 'reject a checkpoint over fewer events as stale', whole)
    .option('--leaf <code>', '核验码 the proof code of a statement (text of its QR code), or the leaf, 64 hex digits')
    .option('--out <file>', 'write the proof there instead of printing it')
    .option('--json', 'the result of a check as JSON')
    .addHelpText('after', EXAMPLES);
  refuseFilters(withStore(command), ['from', 'to', 'region', 'payer', 'hospital'], NO_FILTER);
  command.action((settlement: string | undefined, options: Options) => {
    return run(() => (options.check === undefined ? make(settlement, options) : check(options.check, options)));
  });
}

async function make(settlement: string | undefined, options: Options): Promise<number> {
  const auditDir = auditDirOf(options);
  const key = logVerifierKey(auditDir, options.key);
  const cosigned = (options.cosigned ?? []).map((file) => parseNote(textOf(file, 'correct --cosigned')));
  const reader = await openLog(options);
  try {
    const log = await ProvableLog.open(reader, {
      auditDir,
      key,
      cosigned,
      ...(options.size === undefined ? {} : { size: options.size }),
    });
    const proof = `${JSON.stringify(await made(), null, 2)}\n`;
    if (options.out === undefined) print(proof);
    else writeFileSync(options.out, proof);
    return CLEAN;

    async function made(): Promise<object> {
      const { bundle, consistency, leaf, person, year } = options;
      if (consistency !== undefined) return consistencyProof(log, consistency);
      if (bundle && person !== undefined && year !== undefined) return yearBundle(log, key, benefitYearStream(person, year));
      if (leaf !== undefined && settlement !== undefined) throw new NotProvable('give either a settlement or --leaf');
      const { settlementId, attempt } =
        leaf === undefined ? { settlementId: settlement, attempt: options.attempt } : await settlementOfLeaf(reader, leaf);
      if (settlementId === undefined)
        throw new NotProvable('name a settlement, or --leaf, or --consistency, or --bundle with --person and --year');
      return bundle ? settlementBundle(log, key, settlementId, attempt) : inclusionProof(log, settlementId, attempt);
    }
  } catch (error) {
    if (!(error instanceof LeafNotInLog)) throw error;
    print(`核验码不符 Not of this log: ${error.message}`);
    return FINDINGS;
  } finally {
    await reader.close();
  }
}

async function check(file: string, options: Options): Promise<number> {
  const log = logVerifierKey(auditDirOf(options), options.key);
  const witnesses = (options.witness ?? []).map(verifierKeyFrom);
  const { atLeast } = options;
  const statement = options.leaf === undefined ? {} : { leaf: proofOfText(options.leaf).leaf };
  const parsed: unknown = JSON.parse(textOf(file, 'correct --check'));
  const result = checkProof(parsed, { log, witnesses, ...statement, ...(atLeast === undefined ? {} : { atLeast }) });
  if (options.json) printJson(result);
  else print(resultText(result));
  return result.accepted ? CLEAN : FINDINGS;
}

function resultText({ accepted, passed, failed, settlement }: CheckedProof): string {
  const lines = passed.map((each) => `  通过 passed   ${PROOF_CHECKS[each]} ${each}`);
  if (failed !== null) lines.push(`  不符 failed   ${PROOF_CHECKS[failed.check]} ${failed.check}: ${failed.reason}`);
  if (settlement !== undefined) {
    const { settlementId, totalFen, selfPayFen } = settlement;
    lines.push(`  结算 ${settlementId}：总费用 total ${formatYuan(totalFen)}，个人自付 self-pay ${formatYuan(selfPayFen)}`);
  }
  return `${accepted ? '证明成立 Accepted' : '证明不成立 Rejected'}\n${lines.join('\n')}\n`;
}
