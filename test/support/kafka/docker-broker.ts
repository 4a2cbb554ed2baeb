/** A broker in a container that Docker, or an engine like it, runs: stopped and killed by Docker, its data in a volume of its own. */
import type { StartedKafkaContainer } from '@testcontainers/kafka';
import { setTimeout as pause } from 'node:timers/promises';
import { getContainerRuntimeClient } from 'testcontainers';
import { freePort } from '../free-port';
import { IMAGE, OneBroker } from './one-broker';
import { testKafka } from './reader';
import type { BrokerOptions, TestBroker } from './test-broker';

const LONGEST_START_MS = 120_000;
const LONGEST_STOP_MS = 30_000;
const LOOK_MS = 200;

export class DockerBroker implements TestBroker {
  private constructor(
    readonly address: string,
    readonly saslAddress: string,
    private readonly container: StartedKafkaContainer,
  ) {}

  /** Fetches the image, if it is not there. The ports are free on this machine; an engine elsewhere refuses one that it has given away. */
  static async start({ sasl = false }: BrokerOptions): Promise<DockerBroker> {
    const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
    const place = { host, port: await freePort(), saslPort: sasl ? await freePort() : null };
    const container = await new OneBroker(process.env['KAFKA_IMAGE'] ?? IMAGE, place).start();
    const broker = new DockerBroker(`${host}:${place.port}`, `${host}:${place.saslPort}`, container);
    await broker.#untilItAnswers();
    return broker;
  }

  async start(): Promise<void> {
    // Of a container that stands still this is a start: the same ports, the same volume.
    await this.container.restart();
    await this.#untilItAnswers();
  }

  /** By Docker itself: the library stops a container once, and for good. */
  async stop(): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    await container.stop(container.getById(this.container.getId()), { timeout: LONGEST_STOP_MS });
  }

  async kill(): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    const running = container.getById(this.container.getId());
    await running.kill({ signal: 'SIGKILL' });
    await running.wait();
  }

  async remove(): Promise<void> {
    await this.container.stop({ remove: true, removeVolumes: true });
  }

  /** A port that Docker publishes is open before anybody listens behind it. */
  async #untilItAnswers(): Promise<void> {
    const until = performance.now() + LONGEST_START_MS;
    for (;;) {
      const admin = testKafka(this.address, 0).admin();
      try {
        await admin.connect();
        await admin.listTopics();
        return;
      } catch (error) {
        if (performance.now() > until) throw new Error(`Kafka does not answer on ${this.address}`, { cause: error });
        await pause(LOOK_MS);
      } finally {
        await admin.disconnect();
      }
    }
  }
}
