/** What Docker is told about the container of one broker: all that can be seen of it where there is no Docker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerPlace, IMAGE, OneBroker } from '../support/kafka/one-broker';
import { ROOT } from '../support/source-tree';

/** A container that is not created: it only says what it would be created from. */
class NotCreated extends OneBroker {
  async orders() {
    await this.beforeContainerCreated();
    const { Env = [], Entrypoint, Cmd, Image } = this.createOpts;
    const { PortBindings } = this.hostConfig;
    return { env: Env.toSorted(), entrypoint: Entrypoint, command: Cmd, image: Image, ports: PortBindings as unknown };
  }
}

const ordersFor = (place: BrokerPlace) => new NotCreated(IMAGE, place).orders();

/** What the library sets by itself, for a broker that is its own controller. */
const OF_THE_LIBRARY = [
  'CLUSTER_ID=4L6g3nShT-eMCtK--X86sw',
  'KAFKA_BROKER_ID=1',
  'KAFKA_CONFLUENT_SUPPORT_METRICS_ENABLE=false',
  'KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER',
  'KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9094',
  'KAFKA_INTER_BROKER_LISTENER_NAME=BROKER',
  'KAFKA_LOG_FLUSH_INTERVAL_MESSAGES=9223372036854775807',
  'KAFKA_NODE_ID=1',
  'KAFKA_PROCESS_ROLES=broker,controller',
];
const OURS = [
  'KAFKA_AUTO_CREATE_TOPICS_ENABLE=false',
  'KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0',
  'KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS=1000',
  'KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE=4194304',
  'KAFKA_NUM_IO_THREADS=2',
  'KAFKA_NUM_NETWORK_THREADS=2',
  'KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=4',
  'KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1',
  'KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1',
  'KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS=4',
  'KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1',
];

test('one broker of Kafka 4.1 by itself, on a port that stays', async () => {
  expect(await ordersFor({ host: 'docker.test', port: 41_001, saslPort: null })).toEqual({
    image: 'confluentinc/cp-kafka:8.1.0',
    entrypoint: ['/etc/confluent/docker/run'],
    command: [],
    ports: { '9093/tcp': [{ HostPort: '41001' }] },
    env: [
      ...OF_THE_LIBRARY,
      ...OURS,
      'KAFKA_ADVERTISED_LISTENERS=BROKER://localhost:9092,PLAINTEXT://docker.test:41001',
      'KAFKA_HEAP_OPTS=-Xms64m -Xmx256m',
      'KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9093,BROKER://0.0.0.0:9092,CONTROLLER://0.0.0.0:9094',
      'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ].sort(),
  });
});

test('with a log-in, on a second port that stays too', async () => {
  const orders = await ordersFor({ host: 'localhost', port: 41_001, saslPort: 41_002 });
  expect(orders.ports).toEqual({ '9093/tcp': [{ HostPort: '41001' }], '9095/tcp': [{ HostPort: '41002' }] });
  expect(orders.env.filter((each) => each.includes('LOGIN'))).toEqual([
    'KAFKA_ADVERTISED_LISTENERS=BROKER://localhost:9092,PLAINTEXT://localhost:41001,LOGIN://localhost:41002',
    'KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9093,BROKER://0.0.0.0:9092,CONTROLLER://0.0.0.0:9094,LOGIN://0.0.0.0:9095',
    'KAFKA_LISTENER_NAME_LOGIN_PLAIN_SASL_JAAS_CONFIG=org.apache.kafka.common.security.plain.PlainLoginModule required ' +
      'username="tester" password="only-for-tests" user_tester="only-for-tests";',
    'KAFKA_LISTENER_NAME_LOGIN_SASL_ENABLED_MECHANISMS=PLAIN',
    'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT',
  ]);
});

test('its settings are those that the broker without Docker has', () => {
  const told = readFileSync(join(ROOT, 'infra/kafka/broker.mjs'), 'utf8').split('\n');
  const properties = OURS.map((each) => {
    const [name = '', value] = each.replace('KAFKA_', '').split('=');
    return `${name.toLowerCase().replaceAll('_', '.')}=${value}`;
  });
  expect(properties.filter((property) => !told.includes(property))).toEqual([]);
});
