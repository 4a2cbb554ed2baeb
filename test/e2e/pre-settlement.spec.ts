/**
 * A pre-settlement is what the settlement would be, to the fen, and leaves no trace: quoted and then posted, the amounts and
 * every working are equal, whatever stands in the person's year; what a post refuses, a quote refuses in the same words.
 */
import { join } from 'node:path';
import {
  acceptedDischarge,
  benefitYearStream,
  evolveYear,
  EMPTY_YEAR,
  recordDischarge,
  type SettlementView,
} from '@oss/settlement';
import { builtInPacks } from '../../apps/hospital-gateway/policy/pack-files';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import { type Answer, refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { seeded } from '../support/seeded';
import { identityFingerprint } from '../support/whole-log';
import { CONTENT_ROWS } from './bad-input/content.table';
import { PROVINCE_HOSPITALS, REGISTERED } from './bad-input/people';
import { SHAPE_ROWS } from './bad-input/shape.table';

const NOW = '2020-02-29T17:30:00Z';
const SEED = 20180405;
jest.setTimeout(60_000);
const random = seeded(SEED);
const directory = freshDirectory();
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock: new SetClock(NOW), policyDir: join(__dirname, 'packs') });
  await system.client.registerHospitals({ ...HOSPITALS, ...PROVINCE_HOSPITALS });
  for (const person of REGISTERED) await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

const quote = (body: object): Promise<Answer> => system.client.post('/v1/pre-settlements', body);
const standing = async (): Promise<readonly unknown[]> => [
  await system.store.headPosition(),
  identityFingerprint(directory.path),
];

/** Everything that a quote and its settlement must share: all but the status and the instant. */
function substance(answer: Answer): Omit<SettlementView, 'status' | 'completedAt'> {
  const { status: _, completedAt: __, ...rest } = answer.json<SettlementView>();
  return rest;
}

/** Quotes, proves that nothing was recorded, posts, and compares the two as wholes. */
async function expectKept(body: DischargeBody): Promise<void> {
  const before = await standing();
  const quoted = await quote(body);
  expect([quoted.status, quoted.json<SettlementView>().status]).toEqual([200, 'quoted']);
  expect(quoted.json<SettlementView>()).not.toHaveProperty('completedAt');
  expect(await standing()).toEqual(before);
  const posted = await system.client.discharge(body);
  expect([posted.status, posted.json<SettlementView>().status]).toEqual([201, 'completed']);
  expect(substance(quoted)).toEqual(substance(posted));
}

test(`quoted, then posted: the same to the fen, over whole years of eight persons (seed ${SEED})`, async () => {
  const categories = ['destitute', 'low-income', 'registered-poor', 'orphan', undefined] as const;
  for (let n = 0; n < 8; n += 1) {
    const category = random.pick(categories);
    const person = madeUpPerson(700 + n, category === undefined ? {} : { category });
    await system.client.register(person);
    for (let stay = 0; stay < 6; stay += 1) {
      const dischargedOn = `201${random.whole(8, 9)}-0${random.whole(1, 9)}-${random.whole(10, 28)}`;
      const bill =
        random.whole(0, 1) === 0
          ? inScopeBill(random.whole(0, 9_000_000))
          : mixedBill(random.whole(0, 9_000_000), random.whole(0, 999_999), random.whole(0, 99_999));
      const hospital = random.pick(['H1', 'H2', 'H3'] as const);
      await expectKept(dischargeOf(person, { encounterNo: `Q-${n}-${stay}`, hospital, dischargedOn, bill }));
    }
  }
});

test('cases accepted a moment ago count, although nobody waited for them', async () => {
  const person = madeUpPerson(720, { category: 'low-income' });
  await system.client.register(person);
  const stays = Array.from({ length: 5 }, (_, n) =>
    dischargeOf(person, { encounterNo: `Q-NOW-${n}`, bill: inScopeBill(4_000_001 + n) }),
  );
  const last = dischargeOf(person, { encounterNo: 'Q-NOW-LAST', bill: inScopeBill(3_000_000) });
  const answers = await Promise.all(stays.map((body) => system.client.discharge(body, { prefer: 'wait=0' })));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  const quoted = await quote(last);
  const posted = await system.client.discharge(last);
  expect([quoted.status, posted.status]).toEqual([200, 201]);
  expect(substance(quoted)).toEqual(substance(posted));
});

describe('a case that is recorded and waits for its payers', () => {
  const person = madeUpPerson(721, { category: 'registered-poor' });
  const next = dischargeOf(person, { encounterNo: 'Q-NEXT', bill: inScopeBill(5_000_000) });
  const pack = builtInPacks().find(({ pack: { region } }) => region === '360222')!;

  /** A system of its own whose year of `person` holds one record that names nobody as due: as if every payer were away. */
  async function withOpenCase(digest: string, run: (other: System, openId: string) => Promise<void>): Promise<void> {
    const apart = freshDirectory();
    const other = await inProcess({ dataDir: apart.path });
    try {
      await other.client.registerHospitals(HOSPITALS);
      const personKey = await other.client.register(person);
      const accepted = acceptedDischarge({
        discharge: dischargeOf(person, { encounterNo: 'Q-OPEN', bill: inScopeBill(9_000_000) }),
        attempt: 1,
        hospital: HOSPITALS.H2,
        person: {
          personKey,
          region: '360222',
          cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
          categories: [{ category: 'registered-poor', from: '2016-01-01' }],
          approvedDiseases: [],
          birthDate: '1940-03-17',
        },
        pack: { pack: pack.pack, digest },
      });
      const recorded = recordDischarge(accepted, '00'.repeat(32), pack.pack);
      expect(evolveYear(EMPTY_YEAR, recorded).open).toHaveLength(1);
      await other.store.append(benefitYearStream(personKey, '2018-03-19'), 'no_stream', [recorded]);
      await run(other, accepted.settlementId);
    } finally {
      await other.stop();
      apart.remove();
    }
  }

  test('is decided first, in memory', () =>
    withOpenCase(pack.digest, async ({ client, store }) => {
      const head = await store.headPosition();
      const quoted = await client.post('/v1/pre-settlements', next);
      expect(await store.headPosition()).toBe(head);
      const posted = await client.discharge(next);
      expect([quoted.status, posted.status]).toEqual([200, 201]);
      expect(substance(quoted)).toEqual(substance(posted));
    }));

  test('and that cannot be decided, its pack being lost: the quote says what it stands behind, and what to do', () =>
    withOpenCase(`sha256:${'0'.repeat(64)}`, async ({ client, store }, openId) => {
      const head = await store.headPosition();
      const quoted = await client.post('/v1/pre-settlements', next);
      expect(await store.headPosition()).toBe(head);
      expect([quoted.status, quoted.headers['content-type']]).toEqual([409, 'application/problem+json; charset=utf-8']);
      expect(quoted.json()).toMatchObject({
        code: 'earlier-case-stuck',
        title: '前序结算停滞 An earlier settlement is stuck',
        detail: `settlement ${openId} comes first in this person's year and cannot be decided`,
        settlementId: openId,
      });
      // The cure holds: the discharge itself is accepted, and waits its turn.
      expect((await client.discharge(next, { prefer: 'wait=0' })).status).toBe(202);
    }));
});

describe('a discharge that was accepted already', () => {
  const person = madeUpPerson(722);
  const body = dischargeOf(person, { encounterNo: 'Q-AGAIN', bill: mixedBill(300_000, 100_000, 1) });

  test('is answered with the settlement as it stands, byte for byte, also when the person has left', async () => {
    await system.client.register(person);
    const posted = await system.client.discharge(body);
    await system.client.register({ ...person, cover: null });
    const before = await standing();
    const quoted = await quote(body);
    expect([posted.status, quoted.status, quoted.text]).toEqual([201, 200, posted.text]);
    expect(await standing()).toEqual(before);
  });

  test('with other content it is refused as the post is', async () => {
    const other = { ...body, bill: mixedBill(300_000, 100_000, 2) };
    const refusal = { status: 409, code: 'encounter-differs', paths: ['bill.lines[2].amountFen', 'bill.totalFen'] };
    for (const answer of [await quote(other), await system.client.discharge(other)]) {
      const { status, code, paths } = refusalOf(answer);
      expect({ status, code, paths: paths.sort() }).toEqual(refusal);
    }
  });
});

describe('what a post refuses, a quote refuses in the same words', () => {
  const rows = [...SHAPE_ROWS, ...CONTENT_ROWS].map(({ name, body }) => [name, body] as const);

  test.each(rows)('%s', async (_, body) => {
    const before = await standing();
    const quoted = await quote(body as object);
    const posted = await system.client.post('/v1/discharges', body);
    const { instance: _q, ...said } = quoted.json<Record<string, unknown>>();
    const { instance: _p, ...expected } = posted.json<Record<string, unknown>>();
    expect([quoted.status, said]).toEqual([posted.status, expected]);
    expect(quoted.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(await standing()).toEqual(before);
  });

  test('bills that would take the year above 2^53 − 1 fen', async () => {
    const person = madeUpPerson(723);
    await system.client.register(person);
    const huge = (encounterNo: string) => dischargeOf(person, { encounterNo, bill: inScopeBill(2 ** 53 - 1) });
    expect((await system.client.discharge(huge('Q-HUGE-1'))).status).toBe(201);
    expect(refusalOf(await quote(huge('Q-HUGE-2')))).toEqual({
      status: 422,
      code: 'year-total-too-large',
      paths: ['bill.totalFen'],
    });
  });
});

test('the OpenAPI page names the route, Chinese first', async () => {
  const { paths } = (await system.client.get('/docs/openapi.json')).json<{
    paths: Record<string, { post?: { summary: string; responses: Record<string, unknown> } }>;
  }>();
  const { summary, responses } = paths['/v1/pre-settlements']!.post!;
  expect(summary).toMatch(/^预结算 /);
  expect(Object.keys(responses)).toEqual(['200', '400', '409', '413', '422', '503']);
});
