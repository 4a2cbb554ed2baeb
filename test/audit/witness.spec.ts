/** Witnesses: they cosign what grows, refuse what does not, and two who were shown different histories find out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_BYTES } from '../../apps/audit/merkle/hashing';
import { MerkleTree } from '../../apps/audit/merkle/tree';
import { parseCheckpoint, signedCheckpoint } from '../../apps/audit/notes/checkpoint';
import { cosignedAt } from '../../apps/audit/notes/cosignature';
import { drawSecret, LOG_KEY, parseVerifierKey, signingKey, verifierKeyText } from '../../apps/audit/notes/note-keys';
import { parseNote } from '../../apps/audit/notes/signed-note';
import { CONSISTENCY_FORMAT, type ConsistencyProof } from '../../apps/audit/prove/evidence';
import { isFork } from '../../apps/audit/witness/fork';
import { Witness, type Witnessed } from '../../apps/audit/witness/witness';
import { freshDirectory } from '../support/in-process';

const NOW = 1_545_000_000;
const key = signingKey('county.example/log', LOG_KEY, drawSecret());
const log = parseVerifierKey(verifierKeyText(key));
const directory = freshDirectory();
afterAll(() => directory.remove());

/** Two histories of one log that part after 20 events. */
const history = Buffer.alloc(50 * HASH_BYTES, 'a leaf ');
history.forEach((_, at) => (history[at] = (at * 7 + Math.floor(at / HASH_BYTES)) % 251));
const other = Buffer.from(history);
other[20 * HASH_BYTES] = 255;

function proofOf(leaves: Buffer, first: number, second: number, signer = key): ConsistencyProof {
  const tree = new MerkleTree(leaves);
  return {
    format: CONSISTENCY_FORMAT,
    first: first === 0 ? null : signedCheckpoint(first, tree.root(first), signer),
    second: signedCheckpoint(second, tree.root(second), signer),
    hashes: first === 0 ? [] : tree.consistency(first, second).map((hash) => hash.toString('base64')),
  };
}

const witnessNamed = (name: string): Witness => new Witness(join(directory.path, name), `witness.example/${name}`);
const outcome = (result: Witnessed): string => ('refused' in result ? result.refused : `cosigned ${result.size}`);

test('cosigns step by step, also after it was started anew, and says when', () => {
  const first = witnessNamed('office');
  expect(first.seen(log)).toBeNull();
  expect(outcome(first.look(proofOf(history, 0, 10), log, NOW))).toBe('cosigned 10');
  const again = witnessNamed('office');
  expect(again.key.id).toBe(first.key.id);
  const result = again.look(proofOf(history, 10, 37), log, NOW);
  expect(outcome(result)).toBe('cosigned 37');
  const note = parseNote('cosigned' in result ? result.cosigned : '');
  expect(cosignedAt(note, parseVerifierKey(verifierKeyText(again.key)))).toBe(NOW);
  expect(outcome(again.look(proofOf(history, 10, 37), log, NOW))).toBe('cosigned 37');
  expect(again.seen(log)?.size).toBe(37);
});

test('refuses, and remembers what it saw before', () => {
  const witness = witnessNamed('insurer');
  witness.look(proofOf(history, 0, 30), log, NOW);
  const stranger = signingKey(key.name, LOG_KEY, drawSecret());
  const refused = [
    proofOf(history, 10, 20),
    proofOf(history, 20, 40),
    proofOf(history, 0, 40),
    proofOf(history, 30, 40, stranger),
    { ...proofOf(history, 30, 40), hashes: proofOf(history, 30, 41).hashes.toReversed() },
    { ...proofOf(history, 30, 40), format: 'other' as typeof CONSISTENCY_FORMAT },
  ].map((proof) => outcome(witness.look(proof, log, NOW)));
  expect(refused).toEqual(['stale', 'wrong-start', 'wrong-start', 'log-signature', 'consistency', 'format']);
  expect(witness.seen(log)?.size).toBe(30);
  expect(outcome(witness.look(proofOf(history, 30, 40), log, NOW))).toBe('cosigned 40');
});

describe('a fork: one witness was shown one history, another the other', () => {
  const one = witnessNamed('one');
  const two = witnessNamed('two');
  beforeAll(() => {
    expect(outcome(one.look(proofOf(history, 0, 30), log, NOW))).toBe('cosigned 30');
    expect(outcome(two.look(proofOf(other, 0, 30), log, NOW))).toBe('cosigned 30');
  });

  test('their checkpoints of one size differ', () => {
    expect(isFork(one.seen(log)!, two.seen(log)!)).toBe(true);
    expect(isFork(one.seen(log)!, one.seen(log)!)).toBe(false);
    expect(isFork(one.seen(log)!, parseCheckpoint(proofOf(other, 0, 31).second))).toBe(false);
  });

  test('no cosignature of the second lies on the first’s checkpoint', () => {
    expect(cosignedAt(one.seen(log)!.note, two.key)).toBeNull();
  });

  test('the second, shown the first’s history, keeps both checkpoints as evidence', () => {
    expect(outcome(two.look(proofOf(history, 0, 30), log, NOW))).toBe('fork');
    expect(outcome(two.look(proofOf(history, 30, 40), log, NOW))).toBe('fork');
    const kept = readdirSync(join(directory.path, 'two')).filter((name) => name.startsWith('fork-'));
    expect(kept.length).toBe(1);
    const text = readFileSync(join(directory.path, 'two', kept[0]!), 'utf8');
    const pair = text.split(/\n\n(?!— )/).map((note) => parseCheckpoint(`${note.trim()}\n`));
    expect(isFork(pair[0]!, pair[1]!)).toBe(true);
    expect(two.seen(log)?.size).toBe(30);
  });

  test('a later tree of the other history does not grow out of what it saw', () => {
    const lie = { ...proofOf(history, 30, 40), first: proofOf(other, 0, 30).second };
    expect(outcome(two.look(lie, log, NOW))).toBe('consistency');
  });
});
