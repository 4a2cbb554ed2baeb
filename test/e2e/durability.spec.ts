/**
 * The real process, killed with SIGKILL at random moments under load: what was acknowledged is there unchanged, what had no
 * answer is posted again, every discharge ends in exactly one live settlement, all sums close, and nobody had to help.
 */
import type { SettlementView } from '@oss/settlement';
import {
  type DischargeBody,
  dischargeOf,
  HOSPITALS,
  inScopeBill,
  madeUpPerson,
  mixedBill,
  type PersonBody,
} from '../support/county';
import { assertHistory } from '../support/history';
import { type Answer, Client, isLost } from '../support/http-client';
import { freshDirectory } from '../support/in-process';
import { type RealProcess, startProcess } from '../support/real-process';
import { seeded } from '../support/seeded';

const KILLS = 10;
const CONNECTIONS = 8;
const SEED = 20180404;
jest.setTimeout(180_000);

const random = seeded(SEED);
const CATEGORIES = ['registered-poor', 'low-income', 'destitute', undefined] as const;

/** A hospital's side of things: what it has to post, what was answered, what it must post again. */
class Hospital {
  readonly acknowledged = new Map<string, { readonly body: DischargeBody; readonly text: string }>();
  readonly #registered = new Set<string>();
  /** Persons with the discharges that were not yet acknowledged, in their order. */
  readonly #waiting: { readonly person: PersonBody; readonly bodies: DischargeBody[] }[] = [];
  #persons = 0;
  #encounters = 0;

  /** New work: some persons with several cases each, many with a single one. */
  plan(): void {
    for (let i = 0; i < 6; i += 1) this.#waiting.push(this.#work(random.whole(3, 8)));
    for (let i = 0; i < 24; i += 1) this.#waiting.push(this.#work(1));
  }

  #work(cases: number): { person: PersonBody; bodies: DischargeBody[] } {
    const category = random.pick(CATEGORIES);
    const person = madeUpPerson(this.#persons++, category === undefined ? {} : { category });
    const bodies = Array.from({ length: cases }, () => {
      const dischargedOn = `2018-0${random.whole(1, 9)}-${random.whole(10, 28)}`;
      const bill =
        random.whole(0, 1) === 0
          ? inScopeBill(random.whole(0, 9_000_000))
          : mixedBill(random.whole(0, 3_000_000), random.whole(0, 999_999), random.whole(0, 99_999));
      return dischargeOf(person, {
        hospital: random.pick(['H1', 'H2', 'H3']),
        encounterNo: `K${this.#encounters++}`,
        dischargedOn,
        bill,
      });
    });
    return { person, bodies };
  }

  get open(): number {
    return this.#waiting.reduce((sum, { bodies }) => sum + bodies.length, 0);
  }

  /** Posts everything that waits, over several connections; after `limit` answers it tells `onLimit`. Stops when nobody answers. */
  async post(client: Client, limit = Infinity, onLimit: () => void = () => {}): Promise<void> {
    let answers = 0;
    const queue = random.shuffled(this.#waiting);
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const { person, bodies } = next;
        if (!this.#registered.has(person.idNumber)) {
          await client.register(person);
          this.#registered.add(person.idNumber);
        }
        // A person's discharges go out together: which comes first is the system's to decide, once.
        const sent = await Promise.allSettled(
          [...bodies].map(async (body) => {
            this.#take(next, body, await client.discharge(body));
            answers += 1;
            if (answers === limit) onLimit();
          }),
        );
        for (const each of sent) if (each.status === 'rejected') throw each.reason as Error;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: CONNECTIONS }, worker));
    for (const each of ended) if (each.status === 'rejected' && !isLost(each.reason)) throw each.reason as Error;
  }

  #take(work: { readonly bodies: DischargeBody[] }, body: DischargeBody, answer: Answer): void {
    if (answer.status === 503) throw Object.assign(new Error('the server is stopping'), { code: 'ECONNRESET' });
    if (answer.status !== 200 && answer.status !== 201) throw new Error(`${body.encounterNo}: ${answer.status} ${answer.text}`);
    work.bodies.splice(work.bodies.indexOf(body), 1);
    this.acknowledged.set(body.encounterNo, { body, text: answer.text });
  }
}

/** Every acknowledged settlement reads as it was answered, byte for byte. */
async function expectUnchanged(client: Client, { acknowledged }: Hospital): Promise<void> {
  for (const { text } of acknowledged.values()) {
    const { settlementId } = JSON.parse(text) as SettlementView;
    expect((await client.get(`/v1/settlements/${settlementId}`)).text).toBe(text);
  }
}

async function underLoadUntil(
  hospital: Hospital,
  dataDir: string,
  signal: NodeJS.Signals,
): Promise<{ process: RealProcess; answered: number }> {
  const process = await startProcess(dataDir);
  const client = new Client(process.url, CONNECTIONS * 4);
  const before = hospital.acknowledged.size;
  if (before === 0) await client.registerHospitals(HOSPITALS);
  hospital.plan();
  await hospital.post(client, random.whole(1, hospital.open), () => void process.end(signal));
  await client.close();
  return { process, answered: hospital.acknowledged.size - before };
}

test(`${KILLS} kills under load (seed ${SEED}): nothing acknowledged is lost, nothing is settled twice`, async () => {
  const directory = freshDirectory();
  const hospital = new Hospital();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { process, answered } = await underLoadUntil(hospital, directory.path, 'SIGKILL');
    expect(await process.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(answered).toBeGreaterThan(0);
    // As the kill left it: every chain holds, no fact is half there, what is open may be open.
    await assertHistory(directory.path, { mayBeOpen: true });
  }
  const last = await startProcess(directory.path);
  const client = new Client(last.url, CONNECTIONS * 4);
  await hospital.post(client);
  expect(hospital.open).toBe(0);
  await expectUnchanged(client, hospital);
  await client.close();
  expect(await last.end('SIGTERM')).toEqual({ code: 0, signal: null });

  const { accepted, completed } = await assertHistory(directory.path);
  expect(completed.size).toBe(hospital.acknowledged.size);
  expect([...accepted.values()].map(({ encounterNo }) => encounterNo).sort()).toEqual([...hospital.acknowledged.keys()].sort());
  expect([...accepted.values()].every(({ attempt }) => attempt === 1)).toBe(true);
  directory.remove();
});

test('SIGTERM under load: exit code 0, no request is cut off, every answered one is there', async () => {
  const directory = freshDirectory();
  const hospital = new Hospital();
  const { process, answered } = await underLoadUntil(hospital, directory.path, 'SIGTERM');
  expect(await process.ended).toEqual({ code: 0, signal: null });
  expect(answered).toBeGreaterThan(0);

  const again = await startProcess(directory.path);
  const client = new Client(again.url, CONNECTIONS * 4);
  await expectUnchanged(client, hospital);
  await hospital.post(client);
  await expectUnchanged(client, hospital);
  await client.close();
  expect(await again.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const { completed } = await assertHistory(directory.path);
  expect(completed.size).toBe(hospital.acknowledged.size);
  directory.remove();
});
