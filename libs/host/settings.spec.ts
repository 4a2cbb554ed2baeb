/** A bad setting must stop the start and say which variable, which value and what to do; a key must never be printed. */
import { loadSettings, parseKey, SettingsError, settingsHelp, tracesAreOn } from './settings';

function complaint(environment: Record<string, string>): string {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  it('has defaults for everything', () => {
    expect({ ...loadSettings({}) }).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: './data',
      eventStore: 'embedded',
      logLevel: 'info',
      settleWaitSeconds: 5,
      kafkaClientId: 'one-stop-settlement',
      kafkaSsl: false,
      tracesSampler: 'parentbased_always_on',
      tracesSamplerRatio: 1,
    });
  });

  it('sends traces where it is told to, and refuses what it cannot do', () => {
    const on = (environment: Record<string, string>): boolean => tracesAreOn(loadSettings(environment));
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';
    expect([
      on({}),
      on({ OTEL_EXPORTER_OTLP_ENDPOINT }),
      on({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }),
      on({ OTEL_TRACES_EXPORTER: 'otlp' }),
    ]).toEqual([false, true, false, true]);
    expect(complaint({ OTEL_TRACES_EXPORTER: 'zipkin' })).toMatch(/^OTEL_TRACES_EXPORTER="zipkin" must be one of otlp, none/);
    expect(complaint({ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318' })).toMatch(/must be an address such as http/);
    expect(complaint({ OTEL_TRACES_SAMPLER_ARG: '1.5' })).toMatch(/must be a share from 0 to 1/);
    expect(loadSettings({ OTEL_TRACES_SAMPLER_ARG: '0.05' }).tracesSamplerRatio).toBe(0.05);
  });

  it('takes Kafka brokers as a list, and refuses what is none', () => {
    expect(loadSettings({ KAFKA_BROKERS: 'kafka-1:9092, 10.0.0.2:9093' }).kafkaBrokers).toEqual([
      'kafka-1:9092',
      '10.0.0.2:9093',
    ]);
    expect(complaint({ KAFKA_BROKERS: 'kafka-1' })).toMatch(/^KAFKA_BROKERS="kafka-1" must be brokers in the form host:port/);
    expect(complaint({ KAFKA_BROKERS: ' , ' })).toMatch(/^KAFKA_BROKERS=" , " must be brokers in the form host:port/);
  });

  it('takes keys in hex and in base64', () => {
    const key = Buffer.alloc(32, 7);
    const { masterKey, hmacKey } = loadSettings({ OSS_MASTER_KEY: key.toString('hex'), OSS_HMAC_KEY: key.toString('base64') });
    expect([masterKey, hmacKey]).toEqual([key, key]);
    expect(parseKey('short')).toBeNull();
  });

  it('names every bad variable with its value and cure, but never a key', () => {
    const text = complaint({
      PORT: '80x',
      EVENT_STORE: 'mysql',
      SETTLE_WAIT_SECONDS: '61',
      OSS_MASTER_KEY: 'not-a-key-but-secret',
    });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^PORT="80x" must be .*Cure: correct it, or leave it out for 3000\.$/),
      expect.stringContaining('EVENT_STORE="mysql" must be one of embedded, kurrentdb'),
      expect.stringContaining('SETTLE_WAIT_SECONDS="61" must be from 0 to 60 seconds'),
      expect.stringMatching(/^OSS_MASTER_KEY=\(not shown\) must be 32 bytes/),
    ]);
    expect(text).not.toContain('secret');
  });

  it('takes KurrentDB with its connection string, refuses it without one, and never shows the string', () => {
    const url = 'kurrentdb://admin:secret@db:2113?tls=true';
    expect(loadSettings({ EVENT_STORE: 'kurrentdb', KURRENTDB_URL: url })).toMatchObject({
      eventStore: 'kurrentdb',
      kurrentdbUrl: url,
    });
    expect(loadSettings({ KURRENTDB_URL: 'kurrentdb+discover://db:2113' }).eventStore).toBe('embedded');
    expect(complaint({ EVENT_STORE: 'kurrentdb' })).toMatch(
      /^KURRENTDB_URL=\(not shown\) must be given with EVENT_STORE=kurrentdb/,
    );
    const wrong = complaint({ EVENT_STORE: 'kurrentdb', KURRENTDB_URL: 'http://admin:secret@db:2113' });
    expect(wrong).toMatch(/in the form kurrentdb:\/\//);
    expect(wrong).not.toContain('secret@');
  });

  it('lists every variable in the help', () => {
    for (const name of [
      'PORT',
      'HOST',
      'DATA_DIR',
      'POLICY_DIR',
      'EVENT_STORE',
      'KURRENTDB_URL',
      'LOG_LEVEL',
      'SETTLE_WAIT_SECONDS',
      'OSS_MASTER_KEY',
      'OSS_HMAC_KEY',
    ]) {
      expect(settingsHelp()).toContain(name);
    }
  });
});
