/**
 * A test double of KurrentDB: FOR TESTS ALONE, in memory, nothing is kept. It speaks the server's public gRPC protocol
 * (Streams, Persistent Subscriptions, Server Features; service definitions from the client package) with the semantics that
 * the adapter relies on, and lets a test cut the connection, lose an answer or crash the server. What only a real server can
 * show (elections, disks, scavenging, access rights) it does not imitate.
 */
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { PersistentSubscriptionsService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/persistentsubscriptions_grpc_pb';
import { ServerFeaturesService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb';
import type { Empty } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import { StreamsService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
import { Faults } from './faults';
import type { Deliver } from './group';
import { Log } from './log';
import { PersistentSubscriptions } from './persistent-subscriptions';
import { read } from './reading';
import { append, remove, tombstone } from './writing';

const VERSION = '25.1.0';
/** As the server's own defaults have it: clients that no longer answer are gone after twenty seconds. */
const KEEP_ALIVE = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 10_000 };
const SETTINGS = { 'grpc.max_receive_message_length': 17 * 1_024 * 1_024, ...KEEP_ALIVE };

export class KurrentDbDouble {
  readonly faults = new Faults();
  readonly log = new Log();
  readonly #persistent = new PersistentSubscriptions(this.log);
  #server: Server | null = null;
  #port = 0;

  /** Starts on a free port of the loopback address. */
  static async start(): Promise<KurrentDbDouble> {
    const double = new KurrentDbDouble();
    await double.restore();
    return double;
  }

  /** Connection string for the client; `defaultDeadline` in ms bounds the calls of its single answers. */
  url(defaultDeadline?: number): string {
    return `kurrentdb://127.0.0.1:${this.#port}?tls=false${defaultDeadline === undefined ? '' : `&defaultDeadline=${defaultDeadline}`}`;
  }

  /** Cuts every connection and refuses new ones. What was stored stays, and so do the groups' memories. */
  cut(): void {
    this.#server?.forceShutdown();
    this.#server = null;
  }

  /** Cuts every connection and forgets which messages were acknowledged since the last checkpoint, as a crash does. */
  crash(): void {
    this.cut();
    for (const group of this.#persistent.groups.values()) group.forget();
  }

  /** Listens again, on the same port. */
  async restore(): Promise<void> {
    const server = new Server(SETTINGS);
    server.addService(StreamsService as ServiceDefinition, {
      append: (call: Parameters<typeof append>[2], answer: Parameters<typeof append>[3]) =>
        append(this.log, this.faults, call, answer),
      delete: (call: Parameters<typeof remove>[1], answer: Parameters<typeof remove>[2]) => remove(this.log, call, answer),
      read: (call: Parameters<typeof read>[1]) => read(this.log, call),
      tombstone: (call: Parameters<typeof tombstone>[1], answer: Parameters<typeof tombstone>[2]) =>
        tombstone(this.log, call, answer),
    });
    server.addService(PersistentSubscriptionsService as ServiceDefinition, this.#persistent.service());
    const features: handleUnaryCall<Empty, SupportedMethods> = (_call, answer) => answer(null, supportedMethods());
    server.addService(ServerFeaturesService as ServiceDefinition, { getSupportedMethods: features });
    this.#port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    this.#server = server;
  }

  /** From now on groups hand their messages over like this. */
  deliver(deliver: Deliver): void {
    this.#persistent.deliver = deliver;
  }

  /** How many consumers a group has. */
  consumers(group: string): number {
    return this.#persistent.groups.get(group)?.consumers.length ?? 0;
  }

  /** The next consumers, so many, are not answered. */
  ignoreConsumers(count: number): void {
    this.#persistent.ignored = count;
  }

  /** From now on a group says of itself that it is behind, though it has read everything. */
  keepBehind(group: string): void {
    this.#persistent.groups.get(group)!.staysBehind = true;
  }

  /** Parks what a group has in flight, as the server does after too many deliveries; answers how many. */
  parkByServer(group: string): number {
    return this.#persistent.groups.get(group)?.giveUp() ?? 0;
  }

  stop(): void {
    this.#persistent.stop();
    this.cut();
  }
}

function supportedMethods(): SupportedMethods {
  const supported = new SupportedMethods();
  supported.setEventStoreServerVersion(VERSION);
  for (const service of [StreamsService, PersistentSubscriptionsService]) {
    for (const { path } of Object.values(service) as readonly { path: string }[]) {
      if (path === StreamsService.batchAppend.path) continue;
      const [, serviceName, methodName] = path.toLowerCase().split('/');
      const method = new SupportedMethod();
      method.setServiceName(serviceName!);
      method.setMethodName(methodName!);
      method.setFeaturesList(['stream', 'all', 'position', 'events']);
      supported.addMethods(method);
    }
  }
  return supported;
}
