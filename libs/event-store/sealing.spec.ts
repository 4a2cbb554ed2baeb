/** The chain: its exact bytes, and that every change of what it covers is found where it was made. */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from './event-store';
import { Recorded } from './recorded';
import { NO_HEAD, seal, verifyStream } from './sealing';

const ids = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
  '00000000-0000-4000-8000-000000000003',
];

function chain(): Recorded[] {
  const events = ids.map((id, n) => ({ id, type: 'T', text: `{"n":${n}}` }));
  return seal(NO_HEAD, 's', events, 0).map(({ revision, hash }, i) => {
    const { id, type, text } = events[i]!;
    return new Recorded(BigInt(i + 1), 's', revision, id, type, text, '1970-01-01T00:00:00.000Z', hash, 'due', 'trace');
  });
}

/** The same event with some fields changed. */
function changed(event: RecordedEvent, change: Partial<RecordedEvent>): RecordedEvent {
  return { ...event, data: event.data, ...change };
}

describe('sealing', () => {
  it('hashes the canonical array of what it covers', () => {
    const [first, second] = chain();
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(first!.hash).toBe(sha(`["s",0,"${ids[0]}","T",{"n":0},"1970-01-01T00:00:00.000Z",""]`));
    expect(second!.hash).toBe(sha(`["s",1,"${ids[1]}","T",{"n":1},"1970-01-01T00:00:00.000Z","${first!.hash}"]`));
  });

  it('goes on from a head, and holds a clock that runs backwards', () => {
    const [head] = seal(NO_HEAD, 's', [{ id: ids[0]!, type: 'T', text: '{}' }], 500);
    const [next] = seal(head!, 's', [{ id: ids[1]!, type: 'T', text: '{}' }], 400);
    expect(next).toMatchObject({ revision: 1, recordedAt: 500 });
    expect(seal(head!, 's', [{ id: ids[1]!, type: 'T', text: '{}' }], 600)[0]!.hash).not.toBe(next!.hash);
  });

  it('a sound stream verifies; due and trace are free to change', async () => {
    const events = chain().map((event) => changed(event, { due: 'other', trace: '' }));
    expect(await verifyStream(events)).toEqual({ events: 3, broken: null, head: events[2]!.hash });
    expect(await verifyStream([])).toEqual({ events: 0, broken: null, head: null });
  });

  it.each<[string, Partial<RecordedEvent>]>([
    ['the data', { text: '{"n":7}' }],
    ['the type', { type: 'U' }],
    ['the id', { id: ids[0]! }],
    ['the instant', { recordedAt: '1970-01-01T00:00:00.001Z' }],
    ['the stream', { stream: 't' }],
    ['the revision', { revision: 5 }],
    ['the hash', { hash: '0'.repeat(64) }],
  ])('a change of %s is found at its place', async (_, change) => {
    const [first, second, third] = chain();
    const { events, broken, head } = await verifyStream([first!, changed(second!, change), third!]);
    expect([events, head]).toEqual([1, first!.hash]);
    expect(broken!.revision).toBe(change.revision ?? 1);
  });

  it('an event that was taken out, or put first, is found', async () => {
    const [first, second, third] = chain();
    expect((await verifyStream([first!, third!])).broken).toMatchObject({ revision: 2 });
    expect((await verifyStream([second!, third!])).broken).toMatchObject({ revision: 1 });
  });
});
