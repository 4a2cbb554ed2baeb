/** An insurer who reads committed settlements from Kafka and notes when each one came, by the number of its discharge. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Consumer, Kafka, logLevel } from 'kafkajs';

const TOPIC = 'settlement.events.v1';
const PATIENCE_MS = 30_000;
/** "ZY" and the year stand before the number (test/bench/county.ts). */
const NUMBER_AT = 6;

export class Insurer {
  /** Milliseconds since 1970. */
  readonly cameAt = new Map<number, number>();

  private constructor(private readonly consumer: Consumer) {}

  /** Reads from now on; the topic exists once the relay stands in line. */
  static async start(brokers: string): Promise<Insurer> {
    const kafka = new Kafka({
      brokers: [brokers],
      clientId: 'bench-insurer',
      logLevel: logLevel.NOTHING,
      retry: { retries: 20 },
    });
    const consumer = kafka.consumer({ groupId: 'bench-insurer', readUncommitted: false });
    const insurer = new Insurer(consumer);
    await consumer.connect();
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const now = performance.timeOrigin + performance.now();
        for (const { value } of batch.messages) {
          const { encounterNo } = JSON.parse(String(value)) as { encounterNo: string };
          insurer.cameAt.set(Number(encounterNo.slice(NUMBER_AT)), now);
        }
        return Promise.resolve();
      },
    });
    await joined;
    return insurer;
  }

  /** From sending to reading, ms, of the discharges from a number on; waits for those on their way. @throws when one does not come */
  async delays(from: number, sentAt: readonly number[]): Promise<number[]> {
    const late = performance.now() + PATIENCE_MS;
    const missing = (): number => sentAt.findIndex((_, index) => !this.cameAt.has(from + index));
    while (missing() >= 0) {
      if (performance.now() > late) throw new Error(`settlement ${from + missing()} did not reach the insurer in time`);
      await pause(50);
    }
    return sentAt.map((at, index) => this.cameAt.get(from + index)! - at);
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }
}
