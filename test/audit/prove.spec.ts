/**
 * Proofs and evidence bundles, checked by the product and by the independent verifier (another program, no shared code). Then
 * the liars: what they send is rejected, and by the check that is meant to see it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventReader, openEmbeddedReader, type RecordedEvent } from '@oss/event-store';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { auditDirectory } from '../../apps/audit/checkpoints/audit-files';
import { signedCheckpoint } from '../../apps/audit/notes/checkpoint';
import { cosign } from '../../apps/audit/notes/cosignature';
import {
  drawSecret,
  LOG_KEY,
  parseVerifierKey,
  signingKey,
  verifierKeyText,
  WITNESS_KEY,
} from '../../apps/audit/notes/note-keys';
import { type Note, parseNote } from '../../apps/audit/notes/signed-note';
import { type CheckedProof, checkProof } from '../../apps/audit/prove/check-proof';
import type { ConsistencyProof, EvidenceBundle, InclusionProof } from '../../apps/audit/prove/evidence';
import { settlementBundle, yearBundle } from '../../apps/audit/prove/make-bundle';
import { consistencyProof, inclusionProof } from '../../apps/audit/prove/make-proofs';
import { ProvableLog } from '../../apps/audit/prove/provable-log';
import { freshDirectory } from '../support/in-process';
import { ROOT } from '../support/source-tree';
import { AuditedStore } from './audited-store';

jest.setTimeout(60_000);
const VERIFIER = join(ROOT, 'apps/audit/verifier/verify-bundle.mjs');
const files = freshDirectory();
const witness = signingKey('witness.example/audit-office', WITNESS_KEY, drawSecret());
let store: AuditedStore;
let reader: EventReader;
let log: ProvableLog;
let facts: RecordedEvent[];
let completed: SettlementCompleted[];
let cosigned: Note;

beforeAll(async () => {
  store = await AuditedStore.settled();
  reader = await openEmbeddedReader({ directory: store.directory });
  const { note } = store.checkpoints.at(-1)!;
  cosigned = { body: note.body, signatures: [...note.signatures, cosign(note.body, 1_545_000_000, witness)] };
  log = await open({ cosigned: [cosigned] });
  facts = (await store.scene.events()).filter(({ type }) => type === SETTLEMENT_COMPLETED);
  completed = facts.map(({ data }) => data as SettlementCompleted);
});
afterAll(async () => {
  await reader.close();
  await store.close();
  files.remove();
});

/** As the independent verifier answers it. */
function withLeaf(settlement: SettlementCompleted): SettlementCompleted & { leaf: string } {
  const { hash } = facts.find(({ data }) => data === settlement)!;
  return {
    ...settlement,
    leaf: createHash('sha256')
      .update(Buffer.from(`00${hash}`, 'hex'))
      .digest('hex'),
  };
}

function open(more: { size?: number; cosigned?: readonly Note[] } = {}): Promise<ProvableLog> {
  return ProvableLog.open(reader, { auditDir: auditDirectory(store.directory), key: store.key, ...more });
}

/** The product's answer: accepted, or the check that failed. */
function verdict(file: unknown, more: { atLeast?: number; witnesses?: (typeof witness)[]; log?: typeof store.key } = {}): string {
  const { accepted, failed }: CheckedProof = checkProof(file, { log: store.key, witnesses: [], ...more });
  return accepted ? 'accepted' : failed!.check;
}

interface Independent {
  readonly accepted: boolean;
  readonly check?: string;
  readonly settlements?: readonly SettlementCompleted[];
}

/** The independent verifier's answer, as a program of its own. */
function independent(file: unknown, logKey = verifierKeyText(store.key), ...witnesses: string[]): Independent {
  const path = join(files.path, 'evidence.json');
  writeFileSync(path, JSON.stringify(file));
  const { stdout, stderr, status } = spawnSync(process.execPath, [VERIFIER, path, logKey, ...witnesses], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const answer = JSON.parse(stdout) as Independent;
  expect(status).toBe(answer.accepted ? 0 : 1);
  return answer;
}

describe('a settlement under a checkpoint', () => {
  test('every one that the checkpoint covers is proven, to both', async () => {
    for (const settlement of completed.slice(0, 6)) {
      const proof = await inclusionProof(log, settlement.settlementId);
      expect(checkProof(proof, { log: store.key, witnesses: [witness], atLeast: 45 })).toEqual({
        accepted: true,
        passed: ['format', 'log-signature', 'witnesses', 'fresh', 'fact', 'sums', 'inclusion'],
        failed: null,
        settlement,
      });
      expect(independent(proof, undefined, verifierKeyText(witness)).settlements).toEqual([withLeaf(settlement)]);
    }
  });

  test('of a smaller checkpoint as well, and without the leaf file', async () => {
    const earlier = await open({ size: 30 });
    const proof = await inclusionProof(earlier, completed[3]!.settlementId, 1);
    expect(verdict(proof)).toBe('accepted');
    const fromLog = await ProvableLog.open(reader, { auditDir: files.path, key: store.key, size: 30 });
    expect(await inclusionProof(fromLog, completed[3]!.settlementId)).toEqual(proof);
  });

  test('what cannot be proven yet is refused with the reason', async () => {
    const later = completed[6]!.settlementId;
    await expect(inclusionProof(log, later)).rejects.toThrow(
      `the checkpoint over 45 events was signed before settlement ${later} was completed`,
    );
    await expect(inclusionProof(log, 'no-such-id')).rejects.toThrow('the log holds no settlement no-such-id');
    await expect(open({ size: 44 })).rejects.toThrow('no checkpoint covers 44 events: choose one of 15, 30, 45');
  });

  describe('a lying prover', () => {
    let honest: InclusionProof;
    beforeAll(async () => {
      honest = await inclusionProof(log, completed[2]!.settlementId);
    });
    const proofLines = (change: (lines: string[]) => string[]): string => change(honest.proof.split('\n')).join('\n');

    test('who alters an amount, and the sums with it', () => {
      const text = honest.fact.text
        .replace(/"selfPayFen":\d+/, '"selfPayFen":1')
        .replace(/"totalFen":\d+/, () => `"totalFen":${completed[2]!.totalFen - completed[2]!.selfPayFen + 1}`);
      const lie = { ...honest, fact: { ...honest.fact, text } };
      expect([verdict(lie), independent(lie).check]).toEqual(['inclusion', 'inclusion']);
    });

    test('who alters an amount alone', () => {
      const lie = { ...honest, fact: { ...honest.fact, text: honest.fact.text.replace(/"selfPayFen":\d+/, '"selfPayFen":1') } };
      expect(verdict(lie)).toBe('sums');
    });

    test('who gives the proof of another settlement', () => {
      const lie = { ...honest, settlementId: completed[0]!.settlementId };
      expect([verdict(lie), independent(lie).check]).toEqual(['fact', 'subject']);
    });

    test('who gives another event of the stream', () => {
      expect(verdict({ ...honest, fact: { ...honest.fact, type: 'FifthLineSettled' } })).toBe('fact');
    });

    test.each<[string, (lines: string[]) => string[]]>([
      ['leaves a hash out', (lines) => lines.toSpliced(2, 1)],
      ['cuts the hashes off', (lines) => lines.toSpliced(2, lines.indexOf('') - 2)],
      ['puts a hash twice', (lines) => lines.toSpliced(2, 0, lines[2]!)],
      ['says another place', (lines) => lines.toSpliced(1, 1, 'index 21')],
      ['says a place beyond the log', (lines) => lines.toSpliced(1, 1, 'index 45')],
    ])('who %s', (_, change) => {
      const lie = { ...honest, proof: proofLines(change) };
      expect([verdict(lie), independent(lie).check]).toEqual(['inclusion', 'inclusion']);
    });

    test('who cuts the file short', () => {
      expect(verdict({ ...honest, proof: honest.proof.slice(0, 40) })).toBe('format');
      expect(verdict({})).toBe('format');
      expect(verdict(null)).toBe('format');
    });

    test('who shows the checkpoint of another log, or one that he signed himself', async () => {
      const own = signingKey(store.key.name, LOG_KEY, drawSecret());
      const other = signingKey('other.example/log', LOG_KEY, drawSecret());
      const lines = honest.proof.slice(0, honest.proof.indexOf('\n\n') + 2);
      for (const forger of [own, other]) {
        const lie = { ...honest, proof: lines + signedCheckpoint(45, log.tree.root(), forger) };
        expect([verdict(lie), independent(lie).check]).toEqual(['log-signature', 'log signature']);
      }
    });

    test('who changes the size or the root under a true signature', () => {
      const lie = { ...honest, proof: honest.proof.replace('\n45\n', '\n46\n') };
      expect([verdict(lie), independent(lie).check]).toEqual(['log-signature', 'log signature']);
    });

    test('who shows an old checkpoint to somebody who has seen a newer one', async () => {
      const stale = await inclusionProof(await open({ size: 30 }), completed[2]!.settlementId);
      expect([verdict(stale), verdict(stale, { atLeast: 45 })]).toEqual(['accepted', 'fresh']);
    });

    test('who has no cosignature of a pinned witness, or a false one', async () => {
      const alone = await inclusionProof(await open(), completed[2]!.settlementId);
      expect(verdict(alone, { witnesses: [witness] })).toBe('witnesses');
      expect(independent(alone, undefined, verifierKeyText(witness)).check).toBe('witnesses');
      const false1 = cosign(cosigned.body.replace('45', '46'), 1_545_000_000, witness);
      const forged = { body: cosigned.body, signatures: [...store.checkpoints.at(-1)!.note.signatures, false1] };
      const lie = await inclusionProof(await open({ cosigned: [forged] }), completed[2]!.settlementId);
      expect(verdict(lie, { witnesses: [witness] })).toBe('witnesses');
      expect(independent(lie, undefined, verifierKeyText(witness)).check).toBe('witnesses');
    });
  });
});

describe('one checkpoint out of another', () => {
  test('all pairs', async () => {
    for (const first of [0, 15, 30, 45]) expect(verdict(consistencyProof(log, first))).toBe('accepted');
    expect(() => consistencyProof(log, 44)).toThrow('there is no checkpoint over 44 events before the one over 45');
  });

  test('a lying prover', async () => {
    const honest: ConsistencyProof = consistencyProof(log, 15);
    const rewritten = signedCheckpoint(15, Buffer.alloc(32), store.key);
    expect(verdict({ ...honest, first: rewritten })).toBe('consistency');
    expect(verdict({ ...honest, hashes: honest.hashes.slice(1) })).toBe('consistency');
    expect(verdict({ ...honest, first: honest.second, second: honest.first })).toBe('consistency');
    expect(verdict({ ...honest, first: honest.first!.replace('\n15\n', '\n16\n') })).toBe('log-signature');
  });
});

describe('an evidence bundle', () => {
  let bundle: EvidenceBundle;
  beforeAll(async () => {
    bundle = JSON.parse(JSON.stringify(await settlementBundle(log, store.key, completed[2]!.settlementId))) as EvidenceBundle;
  });

  test('of a settlement: its year as far as it is covered, the bills of the cases in it, the law', () => {
    const streams = bundle.streams.map(({ stream, facts }) => `${stream.replace(/-.*/, '')} ${facts.length}`);
    expect(streams).toEqual(['benefit 18', 'encounter 1', 'encounter 1', 'encounter 1', 'policy 1']);
    expect(verdict(bundle, { witnesses: [witness] })).toBe('accepted');
    expect(independent(bundle, undefined, verifierKeyText(witness))).toEqual({
      accepted: true,
      size: 45,
      settlements: [withLeaf(completed[2]!)],
      reversed: [],
    });
  });

  test('of a person’s year: every case that the checkpoint covers', async () => {
    const year = await yearBundle(log, store.key, `benefit-year-${'3'.padStart(32, '0')}-2018`);
    expect(independent(year).settlements).toEqual([withLeaf(completed[3]!)]);
  });

  test('holds the key for information; the keys of others are not accepted', () => {
    expect(parseVerifierKey(bundle.logKey).id).toBe(store.key.id);
    const other = verifierKeyText(signingKey('other.example/log', LOG_KEY, drawSecret()));
    expect(independent(bundle, other).check).toBe('log signature');
  });

  /** The bundle with a text changed in one of its facts. */
  function altered(stream: number, fact: number, from: string | RegExp, to: string): EvidenceBundle {
    const copy = structuredClone(bundle) as unknown as { streams: { facts: { text: string }[] }[] };
    const found = copy.streams[stream]!.facts[fact]!;
    found.text = found.text.replace(from, to);
    return copy as unknown as EvidenceBundle;
  }

  test.each<[string, () => EvidenceBundle, string]>([
    ['an amount of a share', () => altered(0, 1, /"paidFen":\d+/, '"paidFen":1'), 'inclusion'],
    ['the accepted bill', () => altered(1, 0, '"totalFen":5200000', '"totalFen":5200001'), 'inclusion'],
    ['the law', () => altered(4, 0, '"value":9000', '"value":9900'), 'inclusion'],
    ['a stream left out', () => ({ ...bundle, streams: bundle.streams.toSpliced(1, 1) }), 'acceptance'],
    ['the law left out', () => ({ ...bundle, streams: bundle.streams.slice(0, -1) }), 'law'],
    ['another subject', () => ({ ...bundle, subject: { ...bundle.subject, attempt: 2 } }), 'subject'],
    ['an older checkpoint', () => ({ ...bundle, checkpoint: log.noteOf(store.checkpoints[0]!) }), 'inclusion'],
  ])('%s is noticed by the independent verifier', (_, lie, check) => expect(independent(lie()).check).toBe(check));

  test('the verifier stays small, and imports nothing: a browser can run it', () => {
    const source = readFileSync(VERIFIER, 'utf8');
    expect(source.split('\n').length).toBeLessThan(300);
    expect(source.match(/^import |require\(/gm)).toBeNull();
    expect(source.match(/import\('[^']*'\)/g)).toEqual(["import('node:fs')"]);
  });
});

test('notes read back as they were written', () => {
  expect(parseNote(log.noteOf(log.checkpoint)).signatures.map(({ name }) => name)).toEqual([store.key.name, witness.name]);
});
