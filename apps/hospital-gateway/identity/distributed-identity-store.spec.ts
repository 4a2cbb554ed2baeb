/** The identity store that several gateways share, against the KurrentDB test double: the same promises as the embedded one. */
import { KurrentDbDouble } from '../../../test/support/kurrentdb-double/double';
import { DistributedIdentityStore } from './distributed-identity-store';

/** Every step crosses a socket: patience, not measure. */
jest.setTimeout(30_000);

const ID = '11010519491231002X';
const OTHER_ID = '440524188001010014';
const NAME = '张三丰';
const KEYS = { master: Buffer.alloc(32, 1), hmac: Buffer.alloc(32, 2) };

let double: KurrentDbDouble;
let store: DistributedIdentityStore;
/** Another gateway's. */
let beside: DistributedIdentityStore;
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  store = await DistributedIdentityStore.open(double.url(), KEYS);
  beside = await DistributedIdentityStore.open(double.url(), KEYS);
});
afterEach(async () => {
  await Promise.all([store.close(), beside.close()]);
  double.stop();
});

/** Stream names, data and metadata of everything that the server was ever given. */
function everythingStored(): string {
  return double.log.all.map(({ stream, data, metadata }) => `${stream} ${text(data)} ${text(metadata)}`).join('\n');
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('distributed identity store', () => {
  it('gives one person one key, also when two gateways are asked many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 ? store : beside).put(ID, NAME)));
    expect(new Set(answers.map(({ personKey }) => personKey)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    const { personKey } = answers[0]!;
    expect(personKey).toMatch(/^[0-9a-f]{32}$/);
    expect(await beside.find(ID)).toEqual({ personKey, name: NAME });
    expect(await beside.reveal(personKey)).toEqual({ idNumber: ID, name: NAME });
    expect([await store.exists(personKey), await store.exists('0'.repeat(32))]).toEqual([true, false]);
    expect(await store.find(OTHER_ID)).toBeNull();
  });

  it('takes over a corrected name, at once for every gateway', async () => {
    const { personKey } = await store.put(ID, '张三');
    await beside.find(ID);
    expect(await store.put(ID, NAME)).toEqual({ personKey, outcome: 'renamed' });
    expect(await store.put(ID, NAME)).toEqual({ personKey, outcome: 'unchanged' });
    expect(await beside.find(ID)).toEqual({ personKey, name: NAME });
  });

  it('re-points a corrected id number and refuses to merge two persons', async () => {
    const { personKey } = await store.put(ID, NAME);
    expect(await store.repoint(ID, ID)).toEqual({ personKey });
    expect(await store.repoint(ID, OTHER_ID)).toEqual({ personKey });
    expect(await beside.find(ID)).toBeNull();
    expect(await beside.find(OTHER_ID)).toEqual({ personKey, name: NAME });
    expect(await beside.reveal(personKey)).toEqual({ idNumber: OTHER_ID, name: NAME });
    await expect(store.repoint(ID, OTHER_ID)).rejects.toThrow('nobody is registered');
    await store.put(ID, 'B');
    await expect(store.repoint(ID, OTHER_ID)).rejects.toThrow('already belongs');
  });

  it('finishes a re-pointing that was interrupted, and erases both places when it never was', async () => {
    const { personKey } = await store.put(ID, NAME);
    const { stream } = double.log.all.find(
      (event) => event.stream.startsWith('@identity-') && event.stream !== '@identity-keys',
    )!;
    await store.repoint(ID, OTHER_ID);
    // As if the last step, the old place's end, had not been reached.
    double.log.bringBack(stream);
    expect(await store.find(ID)).toEqual({ personKey, name: NAME });
    expect(await store.repoint(ID, OTHER_ID)).toEqual({ personKey });
    expect(await store.find(ID)).toBeNull();
    double.log.bringBack(stream);
    expect(await store.erase(personKey)).toBe(true);
    expect([await store.find(ID), await store.find(OTHER_ID)]).toEqual([null, null]);
  });

  it('erases for good: neither found nor revealed by any gateway, and a new registration gets a new key', async () => {
    const { personKey } = await store.put(ID, NAME);
    expect(await store.erase(personKey)).toBe(true);
    expect(await store.erase(personKey)).toBe(false);
    expect([await beside.find(ID), await beside.reveal(personKey)]).toEqual([null, null]);
    const again = await beside.put(ID, NAME);
    expect(again.outcome).toBe('created');
    expect(again.personKey).not.toBe(personKey);
    expect(await store.find(ID)).toEqual({ personKey: again.personKey, name: NAME });
    expect(await store.erase(again.personKey)).toBe(true);
    expect(await store.find(ID)).toBeNull();
  });

  it('never sends a name or an id number readably', async () => {
    const { personKey } = await store.put(ID, NAME);
    await store.put(ID, `${NAME}二`);
    await store.repoint(ID, OTHER_ID);
    await store.erase(personKey);
    for (const secret of [ID, OTHER_ID, NAME]) expect(everythingStored()).not.toContain(secret);
  });

  it('needs both keys from the environment, and the same ones everywhere', async () => {
    const open = (keys: Partial<typeof KEYS>) => DistributedIdentityStore.open(double.url(), keys);
    await expect(open({ master: KEYS.master })).rejects.toThrow(/set OSS_MASTER_KEY and OSS_HMAC_KEY/);
    await expect(open({ ...KEYS, hmac: Buffer.alloc(32) })).rejects.toThrow(/the hmac key is not the one/);
  });
});
