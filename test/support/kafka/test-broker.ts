/** What a test holds in its hands: one Kafka of its own, which it may stop, kill and start again on its data. */

/** Who may log in to a broker that was started with `sasl`; not a secret. */
export const TEST_LOGIN = { user: 'tester', password: 'only-for-tests' };

export interface TestBroker {
  /** As KAFKA_BROKERS says it; the same after every start. */
  readonly address: string;
  /** The listener that asks for the log-in, of a broker that was started with `sasl`. */
  readonly saslAddress: string;
  /** Starts it again, on its data; resolves when it answers. */
  start(): Promise<void>;
  /** Stops it cleanly; its data stays. */
  stop(): Promise<void>;
  /** Ends it as no broker expects it; its data stays. */
  kill(): Promise<void>;
  /** Stops it, if it runs, and removes its data. */
  remove(): Promise<void>;
}

export interface BrokerOptions {
  /** With a second listener, which asks for the log-in `TEST_LOGIN`. */
  readonly sasl?: boolean;
}
