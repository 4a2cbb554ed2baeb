/** What must hold of identities: one key per person for ever, nothing readable on disk, gone for good when erased. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedIdentityStore } from './embedded-identity-store';

const ID = '11010519491231002X';
const OTHER_ID = '440524188001010014';
const NAME = '张三丰';

let directory: string;
let store: EmbeddedIdentityStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oss-identity-'));
  store = EmbeddedIdentityStore.open(directory);
});
afterEach(async () => {
  await store.close().catch(() => {});
  rmSync(directory, { recursive: true, force: true });
});

async function reopen(): Promise<void> {
  await store.close();
  store = EmbeddedIdentityStore.open(directory);
}

function everythingOnDisk(): Buffer {
  return Buffer.concat(
    readdirSync(directory).flatMap((name) => (name.startsWith('identity') ? [readFileSync(join(directory, name))] : [])),
  );
}

describe('embedded identity store', () => {
  it('gives one person one key, also when asked many times at once, and keeps it', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => store.put(ID, NAME)));
    expect(new Set(answers.map(({ personKey }) => personKey)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    const { personKey } = answers[0]!;
    expect(personKey).toMatch(/^[0-9a-f]{32}$/);
    await reopen();
    expect(await store.find(ID)).toEqual({ personKey, name: NAME });
    expect(await store.reveal(personKey)).toEqual({ idNumber: ID, name: NAME });
    expect([await store.exists(personKey), await store.exists('0'.repeat(32))]).toEqual([true, false]);
    expect(await store.find(OTHER_ID)).toBeNull();
  });

  it('takes over a corrected name, also in the cache', async () => {
    const { personKey } = await store.put(ID, '张三');
    await store.find(ID);
    expect(await store.put(ID, NAME)).toEqual({ personKey, outcome: 'renamed' });
    expect(await store.find(ID)).toEqual({ personKey, name: NAME });
  });

  it('re-points a corrected id number and refuses to merge two persons', async () => {
    const { personKey } = await store.put(ID, NAME);
    await store.find(ID);
    expect(await store.repoint(ID, OTHER_ID)).toEqual({ personKey });
    expect(await store.find(ID)).toBeNull();
    expect(await store.find(OTHER_ID)).toEqual({ personKey, name: NAME });
    expect(await store.reveal(personKey)).toEqual({ idNumber: OTHER_ID, name: NAME });
    await expect(store.repoint(ID, OTHER_ID)).rejects.toThrow('nobody is registered');
    await store.put(ID, 'B');
    await expect(store.repoint(ID, OTHER_ID)).rejects.toThrow('already belongs');
  });

  it('erases for good: neither found nor revealed, and a new registration gets a new key', async () => {
    const { personKey } = await store.put(ID, NAME);
    await store.find(ID);
    const before = everythingOnDisk();
    expect(await store.erase(personKey)).toBe(true);
    expect(await store.erase(personKey)).toBe(false);
    expect([await store.find(ID), await store.reveal(personKey)]).toEqual([null, null]);
    expect(before.includes(personKey)).toBe(true);
    expect(everythingOnDisk().includes(personKey)).toBe(false);
    expect((await store.put(ID, NAME)).personKey).not.toBe(personKey);
  });

  it('writes, erases and closes in the middle of look-ups, which share a transaction', async () => {
    const { personKey } = await store.put(ID, NAME);
    const { personKey: other } = await store.put('x', NAME);
    await reopen();
    const corrected = store.repoint('x', OTHER_ID).then(() => store.find(OTHER_ID));
    const erased = store.erase(personKey);
    const looked = store.find(ID);
    expect(await looked).toEqual({ personKey, name: NAME });
    expect(await corrected).toEqual({ personKey: other, name: NAME });
    expect(await erased).toBe(true);
    expect(await store.find(ID)).toBeNull();
    expect(everythingOnDisk().includes(personKey)).toBe(false);
    await reopen();
    expect(await store.find(OTHER_ID)).toEqual({ personKey: other, name: NAME });
  });

  it('never writes a name or an id number readably', async () => {
    const { personKey } = await store.put(ID, NAME);
    for (const step of [() => store.put(ID, `${NAME}二`), () => store.repoint(ID, OTHER_ID), () => store.erase(personKey)]) {
      for (const secret of [ID, OTHER_ID, NAME]) expect(everythingOnDisk().includes(secret)).toBe(false);
      await step();
    }
  });

  it('undoes one failing write alone', async () => {
    const results = await Promise.allSettled([store.put(ID, NAME), store.repoint('x', 'y'), store.put(OTHER_ID, 'B')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.find(OTHER_ID)).not.toBeNull();
  });
});

describe('its keys', () => {
  it('are drawn on first start, for the owner only', () => {
    for (const name of ['master.key', 'hmac.key']) expect(statSync(join(directory, 'keys', name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'keys')).mode & 0o777).toBe(0o700);
  });

  it('must be there when identities are', async () => {
    await store.close();
    rmSync(join(directory, 'keys', 'hmac.key'));
    expect(() => EmbeddedIdentityStore.open(directory)).toThrow(
      /holds identities, but their key is missing: set OSS_HMAC_KEY or restore/,
    );
  });

  it('must be the right ones', async () => {
    await store.close();
    expect(() => EmbeddedIdentityStore.open(directory, { master: Buffer.alloc(32) })).toThrow(/the master key is not the one/);
    writeFileSync(join(directory, 'keys', 'master.key'), 'nonsense');
    expect(() => EmbeddedIdentityStore.open(directory)).toThrow(/does not hold a key of 32 bytes/);
  });
});
