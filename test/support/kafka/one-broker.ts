/**
 * The container of one broker: Kafka 4.1 in KRaft mode, as infra/kafka starts it from its jars. `@testcontainers/kafka` drives
 * Confluent's image alone (8.1 is Kafka 4.1), on a port that Docker draws anew at each start, and under a shell that writes it
 * into the settings and keeps Docker's signals to itself. A test that stops its broker looks for it again where it was, so here the
 * ports are chosen beforehand: nothing is left to write, and Kafka is the process that Docker stops.
 */
import { KafkaContainer } from '@testcontainers/kafka';
import { TEST_LOGIN } from './test-broker';

export const IMAGE = 'confluentinc/cp-kafka:8.1.0';

/** Inside the container; 9092 and 9094 are the library's, for the broker itself. */
const PLAIN_PORT = 9093;
const SASL_PORT = 9095;

/** One broker: everything of Kafka's own has one copy; and it waits for nobody. The same as in infra/kafka/broker.mjs. */
const SETTINGS = {
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
  KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: '4194304',
  KAFKA_NUM_NETWORK_THREADS: '2',
  KAFKA_NUM_IO_THREADS: '2',
};

export interface BrokerPlace {
  /** Where Docker publishes ports, as clients see it. */
  readonly host: string;
  readonly port: number;
  /** Of the listener that asks for the log-in; null: there is none. */
  readonly saslPort: number | null;
}

export class OneBroker extends KafkaContainer {
  constructor(
    image: string,
    private readonly place: BrokerPlace,
  ) {
    super(image);
    this.withKraft().withEnvironment({ ...SETTINGS, KAFKA_HEAP_OPTS: '-Xms64m -Xmx256m' });
  }

  protected override async beforeContainerCreated(): Promise<void> {
    await super.beforeContainerCreated();
    const { host, port, saslPort } = this.place;
    this.withExposedPorts({ container: PLAIN_PORT, host: port });
    this.#listen({ KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}` });
    if (saslPort !== null) this.#withLogin(host, saslPort);
    // The library names some settings twice; which of the two counts, the image's shell decides.
    this.createOpts.Env = Object.entries(this.environment).map(([name, value]) => `${name}=${value}`);
    this.withEntrypoint(['/etc/confluent/docker/run']).withCommand([]);
    // Not the library's, which waits for its shell: the default, that the ports are open.
    this.waitStrategy = undefined;
  }

  /** Nothing is left to write into the container. */
  protected override containerStarted(): Promise<void> {
    return Promise.resolve();
  }

  /** A listener that lets in one user alone. Confluent's image asks for a file of log-ins where a listener's name begins with SASL. */
  #withLogin(host: string, port: number): void {
    const { user, password } = TEST_LOGIN;
    const login = `username="${user}" password="${password}" user_${user}="${password}"`;
    this.withExposedPorts({ container: SASL_PORT, host: port });
    this.#listen({
      KAFKA_LISTENERS: `LOGIN://0.0.0.0:${SASL_PORT}`,
      KAFKA_ADVERTISED_LISTENERS: `LOGIN://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'LOGIN:SASL_PLAINTEXT',
    });
    this.withEnvironment({
      KAFKA_LISTENER_NAME_LOGIN_SASL_ENABLED_MECHANISMS: 'PLAIN',
      KAFKA_LISTENER_NAME_LOGIN_PLAIN_SASL_JAAS_CONFIG: `org.apache.kafka.common.security.plain.PlainLoginModule required ${login};`,
    });
  }

  /** Adds to lists that the library began. */
  #listen(more: Readonly<Record<string, string>>): void {
    const lists = Object.entries(more).map(([name, entry]) => [name, `${this.environment[name]},${entry}`]);
    this.withEnvironment(Object.fromEntries(lists) as Record<string, string>);
  }
}
