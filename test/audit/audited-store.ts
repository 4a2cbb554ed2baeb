/**
 * A settled store with its audit files, made once for a spec: checkpoints signed on the way, and copies of it in which a
 * forger's SQL is run, as somebody with the file in his hands would.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { auditDirectory, checkpointsFile, logSigningKey } from '../../apps/audit/checkpoints/audit-files';
import { CheckpointKeeper } from '../../apps/audit/checkpoints/keeper';
import type { Checkpoint } from '../../apps/audit/notes/checkpoint';
import type { SigningKey } from '../../apps/audit/notes/note-keys';
import { type VerifyOptions, type VerifyReport, verify } from '../../apps/audit/verify/verify';
import { packFile } from '../../apps/hospital-gateway/policy/pack-files';
import { freshDirectory } from '../support/in-process';
import { ACTORS, type PlannedCase, Scene } from '../support/payers-on-a-store';

/** Fuliang's law as it first stood, four lines: the specs name events by their places, whatever lines that county gets. */
const LAW = packFile(join(__dirname, '360222-four-lines-2018.yaml'));

/** Three persons; the first one's year has several cases. */
const PLANNED: readonly PlannedCase[] = [
  { person: 1, category: 'registered-poor', level: 2, totalFen: 5_200_000 },
  { person: 2, category: null, level: 3, totalFen: 4_000_000 },
  { person: 1, category: 'registered-poor', level: 1, totalFen: 4_000_000 },
  { person: 3, category: 'low-income', level: 2, totalFen: 1_000_000 },
  { person: 1, category: 'registered-poor', level: 3, totalFen: 6_000_000 },
  { person: 2, category: null, level: 2, totalFen: 777_777 },
  { person: 3, category: 'low-income', level: 1, totalFen: 250_005 },
];

export class AuditedStore {
  readonly #copies = freshDirectory();
  #copied = 0;

  private constructor(
    readonly scene: Scene,
    readonly keeper: CheckpointKeeper,
    readonly key: SigningKey,
    readonly checkpoints: readonly Checkpoint[],
  ) {}

  /** Settles, with a checkpoint after every second case; what follows the last one stays unsigned. */
  static async settled(planned = PLANNED): Promise<AuditedStore> {
    const scene = await Scene.open(LAW);
    const directory = auditDirectory(scene.directory);
    const key = logSigningKey(scene.directory, directory);
    const keeper = await CheckpointKeeper.start(scene.store, directory, key);
    const taker = scene.taker();
    for (const actor of ACTORS) taker.enlist(actor);
    const checkpoints: Checkpoint[] = [];
    for (const [index, each] of planned.entries()) {
      await scene.enter(taker, each, `E${index}`);
      if (index % 2 === 1) checkpoints.push((await keeper.sign())!);
    }
    return new AuditedStore(scene, keeper, key, checkpoints);
  }

  get directory(): string {
    return this.scene.directory;
  }

  /** A copy of the store and its audit files in which some SQL was run. */
  copy(...statements: readonly string[]): string {
    const directory = join(this.#copies.path, String(this.#copied++));
    copyStore(this.directory, directory, statements);
    return directory;
  }

  verify(directory = this.directory, more: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
    const auditDir = auditDirectory(directory);
    const checkpointFiles = [checkpointsFile(auditDir)];
    return verify({ dataDir: directory, auditDir, key: this.key, checkpointFiles, selection: {}, threads: 1, ...more });
  }

  async close(): Promise<void> {
    await this.keeper.stop();
    await this.scene.close();
    this.#copies.remove();
  }
}

/** A copy of a store and its audit files, the system running or not, in which some SQL was run. */
export function copyStore(from: string, to: string, statements: readonly string[]): void {
  mkdirSync(to);
  const source = new DatabaseSync(join(from, 'events.sqlite'), { readOnly: true });
  source.exec(`VACUUM INTO '${join(to, 'events.sqlite')}'`);
  source.close();
  cpSync(auditDirectory(from), auditDirectory(to), { recursive: true });
  const copy = new DatabaseSync(join(to, 'events.sqlite'));
  for (const statement of statements) copy.exec(statement);
  copy.close();
}
