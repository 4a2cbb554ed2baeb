/** Settings to kafkajs' words: nothing by default, TLS with or without a CA of one's own, a user with his password or a file of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaSecurity } from './kafka-security';
import { loadSettings, SettingsError } from './settings';

const directory = mkdtempSync(join(tmpdir(), 'oss-kafka-security-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
afterAll(() => rmSync(directory, { recursive: true }));

const security = (environment: Record<string, string>) => kafkaSecurity(loadSettings(environment));
const USER = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'relay' };
const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

test('plain text and nobody by default', () => {
  expect(security({})).toEqual({});
  expect(security({ KAFKA_SSL: 'false' })).toEqual({});
});

test('TLS, under the CAs that Node knows or under one of our own', () => {
  expect(security({ KAFKA_SSL: 'true' })).toEqual({ ssl: true });
  expect(security({ KAFKA_SSL: 'true', KAFKA_CA_FILE: file('ca.pem', CA) })).toEqual({ ssl: { ca: [CA] } });
});

test('a user, with his password or a file of it', () => {
  const sasl = { mechanism: 'scram-sha-512', username: 'relay', password: 'p w' };
  expect(security({ ...USER, KAFKA_SASL_PASSWORD: 'p w' })).toEqual({ sasl });
  expect(security({ ...USER, KAFKA_SASL_PASSWORD_FILE: file('password', 'p w\n') })).toEqual({ sasl });
});

test.each<[Record<string, string>, RegExp]>([
  [{ KAFKA_SSL: 'yes' }, /^KAFKA_SSL="yes" must be true or false/],
  [{ KAFKA_CA_FILE: '/ca.pem' }, /^KAFKA_CA_FILE="\/ca\.pem" is of use with KAFKA_SSL=true alone/],
  [
    { KAFKA_SASL_MECHANISM: 'gssapi', KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_PASSWORD: 'b' },
    /^KAFKA_SASL_MECHANISM="gssapi" must be one of plain, scram/,
  ],
  [{ KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_PASSWORD: 'b' }, /^KAFKA_SASL_MECHANISM="" must be one of plain, scram/],
  [
    { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'b' },
    /^KAFKA_SASL_USERNAME="" must be given with KAFKA_SASL_MECHANISM/,
  ],
  [USER, /^KAFKA_SASL_PASSWORD=\(not shown\) must be given with KAFKA_SASL_MECHANISM, or KAFKA_SASL_PASSWORD_FILE/],
])('%j is refused, and the password is not shown', (environment, words) => {
  const refused = (): unknown => loadSettings(environment);
  expect(refused).toThrow(SettingsError);
  expect(refused).toThrow(words);
});

test('a file that cannot be read is named, with its variable', () => {
  const missing = join(directory, 'none');
  const asked = (): unknown => security({ ...USER, KAFKA_SASL_PASSWORD_FILE: missing });
  expect(asked).toThrow(SettingsError);
  expect(asked).toThrow(`KAFKA_SASL_PASSWORD_FILE=${JSON.stringify(missing)} cannot be read`);
});
