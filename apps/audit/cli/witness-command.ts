/** `audit witness`: run by an insurer or the audit office with a key of its own; needs proofs, not the log. */
import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { textOf, verifierKeyFrom } from '../checkpoints/audit-files';
import { trustedCheckpoint } from '../notes/checkpoint';
import { verifierKeyText, type VerifierKey } from '../notes/note-keys';
import type { ConsistencyProof } from '../prove/evidence';
import { isFork } from '../witness/fork';
import { Witness } from '../witness/witness';
import { ALL_FILTERS, refuseFilters } from './filters';
import { CLEAN, FINDINGS, print, printJson, run } from './run';

interface Options {
  readonly name: string;
  readonly state: string;
  readonly key: string;
  readonly out?: string;
  readonly seen?: true;
  readonly compare?: readonly string[];
  readonly json?: true;
}

const HELP = `
PROOF is the file that "audit prove --consistency N" makes, N being what "audit witness --seen" answers.
Without PROOF the witness tells its own public key, to be pinned by whoever checks proofs.

Exit code: 0 cosigned, 1 refused or a fork was found, 2 could not run.
`;

export function addWitness(program: Command): void {
  const command = program
    .command('witness')
    .description('见证 Cosigns a checkpoint if it grew out of the last one seen by appending alone')
    .argument('[proof]', 'consistency proof from the last checkpoint seen')
    .requiredOption('--name <name>', '见证人 name of the witness, such as witness.example.gov/audit-office')
    .requiredOption('--state <dir>', 'directory of its key and of what it has seen; keep it away from the log')
    .requiredOption('--key <key>', 'public key of the log, or its file')
    .option('--out <file>', 'write the cosigned checkpoint there instead of printing it')
    .option('--seen', 'how many events the last checkpoint seen covers')
    .option('--compare <file...>', '比对 compare with checkpoints that other witnesses were shown')
    .option('--json', 'the result as JSON')
    .addHelpText('after', HELP);
  refuseFilters(command, ALL_FILTERS, 'a witness looks at the whole log, as its checkpoints do');
  command.action((proof: string | undefined, options: Options) => run(async () => answer(proof, options)));
}

function answer(proof: string | undefined, options: Options): number {
  const log = verifierKeyFrom(options.key);
  const witness = new Witness(options.state, options.name);
  if (options.seen) return tell(String(witness.seen(log)?.size ?? 0));
  if (options.compare !== undefined) return compare(options.compare, witness, log);
  if (proof === undefined) return tell(verifierKeyText(witness.key));
  const consistency = JSON.parse(textOf(proof, 'correct the name of the proof')) as ConsistencyProof;
  const result = witness.look(consistency, log, Math.floor(Date.now() / 1_000));
  if (options.json) printJson(result);
  if ('refused' in result) {
    if (!options.json) print(`不予见证 Refused [${result.refused}]: ${result.reason}`);
    return FINDINGS;
  }
  if (options.out !== undefined) writeFileSync(options.out, result.cosigned);
  else if (!options.json) print(result.cosigned);
  return CLEAN;
}

function tell(text: string): number {
  print(text);
  return CLEAN;
}

/** Notes of other witnesses against what this one has seen, and against each other. */
function compare(files: readonly string[], witness: Witness, log: VerifierKey): number {
  const shown = files.map((file) => ({ file, checkpoint: trustedCheckpoint(textOf(file, 'correct --compare'), log) }));
  const last = witness.seen(log);
  if (last !== null) shown.unshift({ file: 'seen by this witness', checkpoint: last });
  const forks = shown.flatMap((one, index) => {
    return shown.slice(index + 1).flatMap((other) => (isFork(one.checkpoint, other.checkpoint) ? [[one, other] as const] : []));
  });
  for (const [one, other] of forks) {
    print(
      `分叉 Fork: ${one.file} 与 and ${other.file} 对前 ${one.checkpoint.size} 个事件各有一个版本 give two histories of ${one.checkpoint.size} events`,
    );
  }
  if (forks.length === 0) print('未见分叉 No fork among checkpoints of one size; for other sizes ask for a consistency proof');
  return forks.length === 0 ? CLEAN : FINDINGS;
}
