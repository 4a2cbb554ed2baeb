/** Of all notes that claim a size, the first that the log's key signed counts; what others signed, or nobody, never does. */
import { signedCheckpoint } from '../notes/checkpoint';
import { drawSecret, LOG_KEY, signingKey } from '../notes/note-keys';
import { SignedCheckpoints } from './signed-checkpoints';

const NAME = 'log.example/1';
const ours = signingKey(NAME, LOG_KEY, drawSecret());
const theirs = signingKey(NAME, LOG_KEY, drawSecret());
const root = (byte: number): Buffer => Buffer.alloc(32, byte);
const note = (size: number, byte: number, key = ours): string => signedCheckpoint(size, root(byte), key);
const forged = note(40, 1).replace(`${NAME}\n40\n`, `${NAME}\n50\n`);

const checkpoints = new SignedCheckpoints(
  [note(20, 1), note(10, 1), note(60, 1, theirs), 'no note', note(30, 9, theirs), note(30, 2), note(30, 3), forged, note(20, 1)],
  ours,
);

test('sizes, from the largest on, each once', () => {
  expect([...checkpoints.largestFirst()].map(({ size, root: [byte] }) => [size, byte])).toEqual([
    [30, 2],
    [20, 1],
    [10, 1],
  ]);
});

test.each([
  [20, 1],
  [30, 2],
  [50, undefined],
  [60, undefined],
  [11, undefined],
])('of size %d: root %p', (size, byte) => {
  for (const found of [checkpoints.ofSize(size), checkpoints.ofSize(size)]) expect(found?.root[0]).toBe(byte);
});
