/** Every app as a process of its own, on the KurrentDB double (a process, too) and, where there is one, on Kafka. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { dieWithUs } from '../children';
import { Server, temporaryDirectory } from '../server';

const PAIRS = [
  ['basic-insurance', 'critical-illness'],
  ['supplementary-insurance', 'medical-assistance'],
  ['fifth-line', 'settlement'],
] as const;
/** Not a secret: the store is gone with the bench. */
const KEY = '5a'.repeat(32);

/** The store outlives a fleet: another one goes on with what the first has written. */
export class Double {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<Double> {
    const child = dieWithUs(fork(join(__dirname, 'double/main.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    const [message] = (await once(child, 'message')) as [{ url: string }];
    return new Double(child, message.url);
  }

  stop(): void {
    this.child.kill();
  }
}

export interface FleetOptions {
  readonly store: string;
  /** Absent: no relay runs. */
  readonly brokers?: string;
  /** Traces of all apps go there. */
  readonly collector?: string;
}

export class Fleet {
  private constructor(
    readonly gateway: Server,
    private readonly others: readonly Server[],
  ) {}

  static async start({ store, brokers, collector }: FleetOptions): Promise<Fleet> {
    const environment = {
      EVENT_STORE: 'kurrentdb',
      KURRENTDB_URL: store,
      OSS_MASTER_KEY: KEY,
      OSS_HMAC_KEY: KEY,
      SETTLE_WAIT_SECONDS: '60',
      DATA_DIR: temporaryDirectory(),
      LOG_LEVEL: 'info',
      ...(collector === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: collector }),
    };
    const start = (app: string, more: Record<string, string> = {}): Promise<Server> =>
      Server.start(`apps/${app}/main.js`, { ...environment, ...more });
    // The gateway first: it adopts the packs. The others two by two: a start keeps a core busy.
    const gateway = await start('hospital-gateway');
    const others: Server[] = [];
    for (const pair of PAIRS) others.push(...(await Promise.all(pair.map((app) => start(app)))));
    if (brokers !== undefined)
      others.push(await start('insurer-relay', { KAFKA_BROKERS: brokers, KAFKA_CLIENT_ID: 'bench-relay' }));
    return new Fleet(gateway, others);
  }

  get processes(): number {
    return 1 + this.others.length;
  }

  /** Relay, payers and settlement before the gateway, so that nothing is accepted that waits. */
  async stop(): Promise<void> {
    await this.gateway.stop();
    await Promise.all(this.others.map((server) => server.stop()));
  }

  /** CPU seconds that all apps have used; null where the system does not tell. */
  cpuSeconds(): number | null {
    const each = [this.gateway, ...this.others].map((server) => server.cpuSeconds());
    return each.some((seconds) => seconds === null) ? null : each.reduce<number>((sum, seconds) => sum + seconds!, 0);
  }
}
