/** Law that arrives while the system runs: adopted, listed, corrected. What was settled keeps the version that it names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackContent } from '@oss/policy';
import type { SettlementView } from '@oss/settlement';
import { packDigest } from '../../apps/hospital-gateway/policy/pack-files';
import { yuan } from '../support/amounts';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { refusalOf } from '../support/http-client';
import { smallPack } from '../support/small-pack';

jest.setTimeout(60_000);
const PATH = '/v1/policy/packs';
const NOW = '2026-07-01T00:00:00.000Z';
const directory = freshDirectory();
const person = madeUpPerson(301, { region: '530102' });
const first = smallPack({ rateBp: 5_000 });
const corrected = smallPack({ rateBp: 6_000, provenance: 'stated' });
let system: System;
let encounters = 0;

async function start(policyDir?: string): Promise<void> {
  system = await inProcess({
    dataDir: directory.path,
    clock: new SetClock(NOW),
    ...(policyDir === undefined ? {} : { policyDir }),
  });
}

beforeAll(async () => {
  await start();
  await system.client.registerHospitals({ ...HOSPITALS, YN2: { name: '甲院', region: '530102', level: 2, designated: true } });
  await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

const adopt = (content: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  system.client.post(PATH, { content, operatorCode: 'OP-17', ...more });

function bill(on: string) {
  const discharge = dischargeOf(person, {
    encounterNo: `ADOPT-${encounters++}`,
    dischargedOn: on,
    bill: inScopeBill(yuan('100.00')),
  });
  return { ...discharge, hospitalCode: 'YN2' };
}

const ruled = ({ policy, selfPayFen }: SettlementView) => ({ digest: policy.digest, selfPayFen });
const answerOf = ({ id, region, from }: PackContent, digest: string) => ({ id, digest, region, from, to: null });

test('adopted while it runs: no pack before, then it settles; the same again records nothing', async () => {
  expect(refusalOf(await system.client.discharge(bill('2018-03-19'))).code).toBe('no-pack');
  const answer = await adopt(first);
  expect([answer.status, answer.json()]).toEqual([201, answerOf(first, packDigest(first))]);
  expect(ruled(await system.client.settle(bill('2018-03-19')))).toEqual({ digest: packDigest(first), selfPayFen: yuan('50.00') });
  const head = await system.store.headPosition();
  const again = await adopt(first, { operatorCode: 'OP-18' });
  expect([again.status, again.json()]).toEqual([200, answerOf(first, packDigest(first))]);
  expect(await system.store.headPosition()).toBe(head);
});

test('the same id with other content is a conflict, unless it says what it replaces; earlier settlements keep theirs', async () => {
  const before = bill('2018-04-01');
  const settled = await system.client.settle(before);
  const refused = await adopt(corrected);
  expect(refusalOf(refused)).toEqual({ status: 409, code: 'pack-conflict', paths: ['content.id'] });
  for (const digest of [packDigest(first), packDigest(corrected)]) expect(refused.text).toContain(digest);

  const answer = await adopt(corrected, { replaces: first.id });
  const replaces = { digest: packDigest(first), id: first.id };
  expect([answer.status, answer.json()]).toEqual([201, { ...answerOf(corrected, packDigest(corrected)), replaces }]);
  expect(ruled(await system.client.settle(bill('2018-04-01')))).toEqual({
    digest: packDigest(corrected),
    selfPayFen: yuan('40.00'),
  });
  const repeated = await system.client.discharge(before);
  expect([repeated.status, repeated.json()]).toEqual([200, settled]);
  // A late retry of the first adoption brings nothing back.
  const late = await adopt(first);
  expect([late.status, late.json()]).toEqual([200, { ...answerOf(first, packDigest(first)), replacedBy: packDigest(corrected) }]);
  expect(ruled(await system.client.settle(bill('2018-04-02'))).digest).toBe(packDigest(corrected));
});

test('a pack that starts later never changes a settlement of an earlier date', async () => {
  const early = bill('2018-06-30');
  const settled = await system.client.settle(early);
  const later = smallPack({ from: '2018-07-01', rateBp: 9_000 });
  expect((await adopt(later)).status).toBe(201);
  const repeated = await system.client.discharge(early);
  expect([repeated.status, repeated.json()]).toEqual([200, settled]);
  const stands = await system.client.get(`/v1/settlements/${settled.settlementId}`);
  expect(stands.json()).toEqual(settled);
  // Nor a discharge of an earlier day that arrives only now.
  expect(ruled(await system.client.settle(bill('2018-06-30'))).digest).toBe(packDigest(corrected));
  expect(ruled(await system.client.settle(bill('2018-07-01')))).toEqual({ digest: packDigest(later), selfPayFen: yuan('10.00') });
});

test('every version is listed, nearest region first, and read by its digest', async () => {
  const province = smallPack({ region: '530000', from: '2019-01-01' });
  await adopt(province);
  const later = smallPack({ from: '2018-07-01', rateBp: 9_000 });
  const head = ({ id, name, region, from }: PackContent) => ({
    id,
    name,
    region,
    from,
    to: null,
    adoptedAt: NOW,
    operatorCode: 'OP-17',
  });
  expect((await system.client.get(`${PATH}?region=530102`)).json()).toEqual({
    items: [
      { ...head(first), digest: packDigest(first), replacedBy: packDigest(corrected) },
      { ...head(corrected), digest: packDigest(corrected), replaces: { digest: packDigest(first), id: first.id } },
      { ...head(later), digest: packDigest(later) },
      { ...head(province), digest: packDigest(province) },
    ],
  });
  expect((await system.client.get(`${PATH}/${packDigest(first)}`)).json()).toEqual(first);
  expect((await system.client.get(`${PATH}?region=110101`)).json()).toEqual({ items: [] });
  expect(refusalOf(await system.client.get(PATH))).toEqual({ status: 400, code: 'invalid-body', paths: ['region'] });
  for (const digest of ['nonsense', packDigest({})]) {
    expect(refusalOf(await system.client.get(`${PATH}/${digest}`)).code).toBe('not-found');
  }
});

test('refused: a body of another shape, a pack with problems, a pack to replace that does not rule', async () => {
  expect(refusalOf(await system.client.post(PATH, { content: [], surprise: 1 }))).toEqual({
    status: 400,
    code: 'invalid-body',
    paths: ['surprise', 'content', 'operatorCode'],
  });
  expect(refusalOf(await adopt(first, { operatorCode: person.idNumber }))).toMatchObject({
    status: 400,
    paths: ['operatorCode'],
  });

  const broken = { ...smallPack({ suffix: '-b' }), defaults: { source: 'nowhere' }, name: 5 };
  const invalid = await adopt(broken);
  expect(refusalOf(invalid)).toEqual({ status: 422, code: 'pack-invalid', paths: ['content.name'] });
  expect(invalid.text).toContain('Cure: put it in quotes');
  const unsourced = await adopt({ ...broken, name: '测试县' });
  expect(refusalOf(unsourced).paths).toContain('content.lines/basic/rules/0/parts/0/rate');
  const halfPair = await adopt({ ...smallPack({ suffix: '-b' }), name: '\ud800' });
  expect(refusalOf(halfPair)).toEqual({ status: 422, code: 'pack-invalid', paths: ['content'] });

  const unknown = await adopt(smallPack({ suffix: '-b' }), { replaces: '530102/1999-01-01' });
  expect(refusalOf(unknown)).toEqual({ status: 422, code: 'pack-not-adopted', paths: ['replaces'] });
  const elsewhere = await adopt(smallPack({ region: '530103' }), { replaces: first.id });
  expect(refusalOf(elsewhere).code).toBe('pack-not-adopted');
});

test('a restart with files of any adopted version is no conflict; the latest version stays the ruling one', async () => {
  const policies = join(directory.path, 'policies');
  mkdirSync(policies);
  writeFileSync(join(policies, 'first.json'), JSON.stringify(first));
  writeFileSync(join(policies, 'second.json'), JSON.stringify(corrected));
  const head = await system.store.headPosition();
  await system.stop();
  await start(policies);
  expect(await system.store.headPosition()).toBe(head);
  expect(ruled(await system.client.settle(bill('2018-05-01'))).digest).toBe(packDigest(corrected));
});
