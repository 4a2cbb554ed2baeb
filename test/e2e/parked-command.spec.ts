/**
 * Parked events asked for by those who run the system: over HTTP, and with `npm run parked` as a process, through the running
 * server, in the directory of one that does not run, and in KurrentDB (its test double). A payer's defect parks a real event;
 * mended and delivered again, its case ends.
 */
import { type EventStore, openEmbeddedReader, openKurrentStore } from '@oss/event-store';
import {
  createLogger,
  EVENT_STORE,
  listen,
  loadSettings,
  type ParkedItem,
  type ParkedList,
  type RunningApp,
  TurnsModule,
} from '@oss/host';
import { SETTLEMENT_COMPLETED, type SettlementView } from '@oss/settlement';
import { oneStop } from '../../apps/one-stop/one-stop';
import type { ReplayReport } from '../../apps/one-stop/parked/replay';
import { until } from '../contract/samples';
import { type CommandResult, runCommand } from '../support/command';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpIdNumber, madeUpPerson } from '../support/county';
import { DEFECT, failingAssistance } from '../support/failing-payer';
import { Client, refusalOf } from '../support/http-client';
import { freshDirectory, SetClock } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { Scene } from '../support/payers-on-a-store';

/** Each step is a process of its own. */
jest.setTimeout(240_000);

const PAYER = 'medical-assistance';
const OF_PAYER = ['--subscription', PAYER];

function parked(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return runCommand('apps/one-stop/parked/main.js', args, environment);
}

describe('the embedded store', () => {
  const directory = freshDirectory();
  const logged: string[] = [];
  let mended = false;
  let running: RunningApp;
  let client: Client;
  let settlementId: string;

  beforeAll(async () => {
    const settings = loadSettings({ PORT: '0', DATA_DIR: directory.path });
    const logger = createLogger('info', { write: (line) => void logged.push(line) });
    // It stands still: the watcher does not ask after the open case, so that this one event is all that is parked.
    const system = oneStop({ settings, logger, clock: new SetClock('2018-04-01T08:00:00.000Z') });
    const turns = TurnsModule.of(failingAssistance(() => mended));
    const modules = system.modules.map((each) => ('module' in each && each.module === TurnsModule ? turns : each));
    running = await listen({ ...system, modules });
    client = new Client(running.url);
    await client.registerHospitals(HOSPITALS);
  });
  afterAll(async () => {
    await client.close();
    await running.close();
    directory.remove();
  });

  const ask = (...args: string[]): Promise<CommandResult> => parked(args, { OSS_URL: running.url });
  const listed = async (): Promise<readonly ParkedItem[]> =>
    (await client.get(`/v1/parked-events?subscription=${PAYER}`)).json<ParkedList>().items;
  /** Posts a bill that medical assistance cannot decide, and waits until that is parked. */
  const parkOne = async (person: number, encounterNo: string): Promise<string> => {
    const before = (await listed()).length;
    const who = madeUpPerson(person, { category: 'registered-poor' });
    await client.register(who);
    const answer = await client.discharge(dischargeOf(who, { encounterNo, bill: EXAMPLE_BILL }), { prefer: 'wait=0' });
    expect(answer.status).toBe(202);
    await until(async () => (await listed()).length === before + 1);
    return answer.json<SettlementView>().settlementId;
  };

  test('nothing is parked: exit code 0', async () => {
    const nothing = `没有搁置的事件 Nothing is parked (${running.url})\n`;
    expect(await ask('list')).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect(await ask('replay')).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect((await ask('list', '--subscription', 'x')).stdout).toBe(
      `订阅 x 没有搁置的事件 Nothing is parked by x (${running.url})\n`,
    );
  });

  test('an event that cannot be handled is listed, by HTTP and by command, and counted', async () => {
    settlementId = await parkOne(1, 'P-1');
    const items = await listed();
    const store = running.app.get<EventStore>(EVENT_STORE);
    const event = await store.readLast(items[0]!.stream);
    expect(items).toEqual([
      {
        subscription: PAYER,
        stream: expect.stringMatching(/^benefit-year-[0-9a-f]{32}-2018$/) as string,
        revision: event!.revision,
        position: String(event!.position),
        id: event!.id,
        type: 'CriticalIllnessSettled',
        attempts: 5,
        error: `${PAYER} cannot decide on ${event!.stream}: ${DEFECT}`,
        parkedAt: '2018-04-01T08:00:00.000Z',
      },
    ]);
    expect((await client.get('/metrics')).text).toMatch(/^oss_parked_events [12]$/m);
    const { code, stdout, stderr } = await ask('list', ...OF_PAYER);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      [`搁置的事件 Parked events: 1 (${running.url})`],
      [''],
      ['订阅 Subscription', '类型 Type', '次数 Attempts', '搁置时间 Parked at', '事件流 Stream@revision', '事件编号 Event id'],
      [PAYER, 'CriticalIllnessSettled', '5', '2018-04-01T08:00:00.000Z', `${event!.stream}@${event!.revision}`, event!.id],
      ['', `原因 Reason: ${items[0]!.error}`],
      [''],
    ]);
    const asJson = await ask('list', ...OF_PAYER, '--json');
    expect([asJson.code, JSON.parse(asJson.stdout)]).toEqual([1, { where: running.url, total: 1, items }]);
    const inDirectory = await parked(['list', ...OF_PAYER, '--data-dir', directory.path, '--json']);
    expect([inDirectory.code, JSON.parse(inDirectory.stdout)]).toEqual([1, { where: directory.path, total: 1, items }]);
  });

  test('replayed before it is mended, it is parked again, its attempts added up', async () => {
    const { code, stdout } = await ask('replay', ...OF_PAYER, '--json');
    const report = JSON.parse(stdout) as ReplayReport;
    expect(code).toBe(1);
    expect(report.replayed).toEqual([{ subscription: PAYER, parked: 1, delivered: 1 }]);
    expect(report.outcome).toEqual({ offTheList: 0, parkedAgain: 1 });
    expect(report.left.items.map(({ attempts }) => attempts)).toEqual([10]);
  });

  test('the directory of a running server is not worked in', async () => {
    const { code, stderr } = await parked(['replay', '--data-dir', directory.path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^无法运行 Could not run: .* is already open for writing by another process.*--url/);
  });

  test('mended and replayed, it is delivered and handled, and who asked for it is logged', async () => {
    mended = true;
    expect(await ask('replay', ...OF_PAYER, '--operator', 'OP-17')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `重新投递 Delivered again: 1 (${running.url})`,
        `  ${PAYER}: 搁置 parked 1，投递 delivered 1`,
        '  已离开清单 off the list: 1',
        '  再次搁置 parked again: 0',
        '',
        `订阅 ${PAYER} 没有搁置的事件 Nothing is parked by ${PAYER} (${running.url})`,
        '',
      ].join('\n'),
    });
    const settlement = (await client.get(`/v1/settlements/${settlementId}`)).json<SettlementView>();
    expect([settlement.status, settlement.selfPayFen]).toEqual(['completed', 520_000]);
    const told = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.find(({ operatorCode }) => operatorCode === 'OP-17')).toMatchObject({
      subscription: PAYER,
      parked: 1,
      delivered: 1,
      msg: 'parked events were asked for again',
    });
    // What the gateway's copier parked on the way goes with a replay of everything.
    const everything = await client.post('/v1/parked-events/replay', { operatorCode: 'OP-17' });
    expect(everything.status).toBe(202);
    await until(async () => (await client.get('/v1/parked-events')).json<ParkedList>().total === 0);
  });

  test.each([
    ['nobody', {}, ['operatorCode']],
    ['a blank operator', { operatorCode: ' ' }, ['operatorCode']],
    ['an operator who gives an id number', { operatorCode: madeUpIdNumber(7) }, ['operatorCode']],
    ['no name of a subscription', { operatorCode: 'OP-17', subscription: '' }, ['subscription']],
  ])('a replay by %s is refused', async (_, body, paths) => {
    const refused = refusalOf(await client.post('/v1/parked-events/replay', body));
    expect(refused).toEqual({ status: 400, code: 'invalid-body', paths });
  });

  test('in the directory of a system that was stopped, the command has the event handled', async () => {
    mended = false;
    const id = await parkOne(2, 'P-2');
    await running.close();
    const place = ['--data-dir', directory.path];
    expect((await parked(['list', ...place])).code).toBe(1);
    const { code, stdout, stderr } = await parked(['replay', ...place, '--operator', 'OP-18', '--json']);
    expect([code, (JSON.parse(stdout) as ReplayReport).left.total]).toEqual([0, 0]);
    expect(stderr).toContain('"operatorCode":"OP-18"');
    expect((await parked(['list', ...place])).code).toBe(0);
    const reader = await openEmbeddedReader({ directory: directory.path });
    const completed: string[] = [];
    for await (const { data } of reader.readAll({ filter: { types: [SETTLEMENT_COMPLETED] } }))
      completed.push((data as { settlementId: string }).settlementId);
    await reader.close();
    expect(completed).toEqual([settlementId, id]);
  });
});

describe('KurrentDB', () => {
  test('what a group parked is listed and replayed without any server of ours; with nobody in the group it stays', async () => {
    const double = await KurrentDbDouble.start();
    const url = double.url();
    const environment = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: url };
    const scene = await Scene.open(undefined, (clock) => openKurrentStore({ url, clock }));
    scene.startActors(failingAssistance(() => false));
    await scene.enter(scene.taker(), { person: 1, category: 'registered-poor', level: 2, totalFen: 5_000_000 }, 'E1');
    await until(async () => (await scene.store.listParked()).length === 1);
    const [entry] = await scene.store.listParked();
    await scene.store.close();

    const list = await parked(['list', '--json'], environment);
    expect([list.code, list.stderr]).toEqual([1, '']);
    expect(JSON.parse(list.stdout)).toEqual({
      where: 'KurrentDB (KURRENTDB_URL)',
      total: 1,
      items: [{ ...entry, position: String(entry!.position) }],
    });

    const alone = await parked(['replay', '--operator', 'OP-17'], environment);
    expect(alone.code).toBe(1);
    expect(alone.stdout).toContain(`${PAYER}: 搁置 parked 1，投递 delivered 0（目前没有进程处理该订阅`);
    expect(alone.stderr).toContain('"operatorCode":"OP-17"');

    const store = openKurrentStore({ url });
    scene.startActors(undefined, store);
    await until(() => double.consumers(PAYER) === 1);
    const replayed = await parked(['replay', ...OF_PAYER, '--json'], environment);
    const report = JSON.parse(replayed.stdout) as ReplayReport;
    expect(replayed.code).toBe(0);
    expect(report.replayed).toEqual([{ subscription: PAYER, parked: 1, delivered: 1 }]);
    expect(report.outcome).toEqual({ offTheList: 1, parkedAgain: 0 });
    await until(async () => (await store.readLast(entry!.stream))?.type === SETTLEMENT_COMPLETED);
    expect((await parked(['list'], environment)).code).toBe(0);

    await store.close();
    await scene.close();
    double.stop();
  });
});

test.each([
  ['no server', ['list', '--url', 'http://127.0.0.1:9'], /no answer from .*or give --data-dir/],
  ['no store in the directory', ['replay', '--data-dir', '/no/such/directory'], /there is no event store in/],
  ['an option that is none', ['list', '--nope'], /unknown option '--nope'/],
  ['no command', [], /Usage: npm run parked --/],
  ['a blank operator', ['replay', '--operator', ' '], /1 to 64 characters, not blank/],
  ['a wait that is too short to see anything', ['replay', '--wait', '2'], /3 to 600/],
])('exit code 2: %s', async (_, args, said) => {
  const { code, stderr } = await parked(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
});

test('exit code 2: a distributed store without its address', async () => {
  const { code, stderr } = await parked(['list'], { EVENT_STORE: 'kurrentdb' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^无法运行 Could not run: KURRENTDB_URL=/);
});
