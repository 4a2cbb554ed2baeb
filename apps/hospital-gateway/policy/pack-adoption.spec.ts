/** Adoption on a real store: two gateways, races, and versions that follow each other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { ContentLibrary } from '@oss/host';
import type { Pack } from '@oss/policy';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { smallPack } from '../../../test/support/small-pack';
import { PackAdoption, PackConflict, PackNotAdopted } from './pack-adoption';
import { packSourceOf } from './pack-files';
import { PolicyShelf } from './policy-shelf';

const REGION = '530102';
const ID = `${REGION}/2018-01-01`;
const directory = mkdtempSync(join(tmpdir(), 'adoption-'));
let store: EventStore;
let folders = 0;

beforeEach(async () => {
  store = await openEmbeddedStore({ directory: join(directory, String(folders++)), clock: () => Date.parse('2026-07-01') });
});
afterEach(() => store.close());
afterAll(() => rmSync(directory, { recursive: true }));

/** What one gateway has: nothing is shared with another but the store. */
function gateway() {
  const shelf = new PolicyShelf(store, new ContentLibrary<Pack>(store, BENEFIT_YEAR_TURNS.contentIn));
  return { shelf, adoption: new PackAdoption(store, shelf) };
}

const source = (rateBp: number, suffix = '') => packSourceOf(smallPack({ rateBp, suffix }), `${rateBp}${suffix}.yaml`);
const OPERATOR = { operatorCode: 'OP-17' };

test('what one gateway adopts rules at once in the other', async () => {
  const [one, other] = [gateway(), gateway()];
  expect(await other.shelf.inForce(REGION, '2018-03-19')).toBeNull();
  await one.adoption.adopt(source(5_000), OPERATOR);
  expect((await other.shelf.inForce(REGION, '2018-03-19'))?.digest).toBe(source(5_000).digest);
  await one.adoption.adopt(source(6_000), { ...OPERATOR, replaces: ID });
  expect((await other.shelf.inForce(REGION, '2018-03-19'))?.digest).toBe(source(6_000).digest);
});

test('of two that adopt one id at the same moment one is told of the conflict; the same content is recorded once', async () => {
  const gateways = [gateway(), gateway()];
  const outcomes = await Promise.allSettled(
    gateways.map(({ adoption }, index) => adoption.adopt(source(5_000 + index), OPERATOR)),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(PackConflict) });

  await Promise.all(gateways.map(({ adoption }) => adoption.adopt(source(7_000, '-b'), OPERATOR)));
  expect((await gateway().shelf.of(REGION)).versions).toHaveLength(2);
});

test('a new version takes the place of the one it replaces: a variant adopted later still decides between equal starts', async () => {
  const { shelf, adoption } = gateway();
  await adoption.adopt(source(5_000), OPERATOR);
  await adoption.adopt(source(7_000, '-b'), OPERATOR);
  await adoption.adopt(source(6_000), { ...OPERATOR, replaces: ID });
  expect((await shelf.of(REGION)).ruling.map(({ digest }) => digest)).toEqual([source(6_000).digest, source(7_000, '-b').digest]);
  expect((await shelf.inForce(REGION, '2018-03-19'))?.digest).toBe(source(7_000, '-b').digest);
});

test('what was replaced by another id is named with its successor; an id that stands for law is not taken by replacing another', async () => {
  const { adoption } = gateway();
  await adoption.adopt(source(5_000), OPERATOR);
  await adoption.adopt(source(7_000, '-b'), { ...OPERATOR, replaces: ID });
  const again = adoption.adopt(source(8_000, '-c'), { ...OPERATOR, replaces: ID });
  await expect(again).rejects.toThrow(
    new PackNotAdopted(ID, `pack ${ID} was replaced by ${ID}-b; ruling in region ${REGION}: ${ID}-b`),
  );
  await expect(adoption.adopt(source(8_000), { ...OPERATOR, replaces: `${ID}-b` })).rejects.toThrow(PackConflict);
});
