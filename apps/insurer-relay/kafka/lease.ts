/**
 * Who is active: the owner of the one partition of `relay.lease`, as the consumer group decides. Who holds it keeps it when
 * others join; who falls silent loses it to one that waits. It is a courtesy, not the lock: what keeps a stalled relay from
 * publishing is the epoch of its transactional id.
 */
import { CONSUMER_RETRY } from '@oss/host';
import { AssignerProtocol, type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs';
import { LEASE_TOPIC } from '../topics';

const GROUP = 'oss-relay-lease';
/** Who is silent for so long has lost it; the least that a broker allows unless told otherwise. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_500;
/** Nothing ever stands on the topic: so long an empty fetch lasts, and so long leaving waits for it. */
const EMPTY_FETCH_MS = 500;
const HOLDER = 'holder';

export class Lease {
  #held = false;
  #gained: () => void = () => undefined;
  #lost: () => void = () => undefined;
  /** Resolves when this process becomes the active one. */
  readonly gained = new Promise<void>((resolve) => (this.#gained = resolve));
  /** Resolves when it no longer is, or the group cannot be reached any more. */
  readonly lost = new Promise<void>((resolve) => (this.#lost = resolve));
  readonly #consumer: Consumer;

  private constructor(kafka: Kafka) {
    this.#consumer = kafka.consumer({
      groupId: GROUP,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: EMPTY_FETCH_MS,
      retry: CONSUMER_RETRY,
      partitionAssigners: [stayingPut(() => this.#held)],
    });
  }

  /** Stands in line. @throws when the brokers cannot be reached */
  static async ask(kafka: Kafka): Promise<Lease> {
    const lease = new Lease(kafka);
    const { GROUP_JOIN, CRASH } = lease.#consumer.events;
    lease.#consumer.on(GROUP_JOIN, ({ payload }) => lease.#assigned(payload.memberAssignment[LEASE_TOPIC] ?? []));
    lease.#consumer.on(CRASH, () => lease.#lost());
    try {
      await lease.#consumer.connect();
      await lease.#consumer.subscribe({ topics: [LEASE_TOPIC] });
      await lease.#consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    } catch (error) {
      await lease.leave();
      throw error;
    }
    return lease;
  }

  #assigned(partitions: readonly number[]): void {
    if (partitions.length > 0) {
      this.#held = true;
      this.#gained();
    } else if (this.#held) {
      this.#held = false;
      this.#lost();
    }
  }

  /** Steps out of line at once, so that another need not wait for a time-out. */
  async leave(): Promise<void> {
    this.#held = false;
    await this.#consumer.disconnect();
  }
}

/** Gives the partition to the member that says it holds it; else to the first by id. */
function stayingPut(isHolder: () => boolean): PartitionAssigner {
  const name = 'oss-staying-put';
  const version = 0;
  return () => ({
    name,
    version,
    protocol: ({ topics }) => {
      const userData = Buffer.from(isHolder() ? HOLDER : '');
      return { name, metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }) };
    },
    assign: ({ members }) => {
      const says = (metadata: Buffer): string => String(AssignerProtocol.MemberMetadata.decode(metadata)?.userData ?? '');
      const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
      const chosen = sorted.find(({ memberMetadata }) => says(memberMetadata) === HOLDER) ?? sorted[0];
      return Promise.resolve(
        members.map((member) => {
          const assignment: Record<string, number[]> = member === chosen ? { [LEASE_TOPIC]: [0] } : {};
          const encoded = AssignerProtocol.MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) });
          return { memberId: member.memberId, memberAssignment: encoded };
        }),
      );
    },
  });
}
