/**
 * Settings from the environment, typed and checked once at start. A bad value stops the start and the message names
 * the variable, the value and the cure. `--help` prints the same table that is read here, so it cannot drift.
 */
import 'reflect-metadata';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsEmpty,
  IsIn,
  IsInstance,
  IsInt,
  IsNotEmpty,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateIf,
  validateSync,
} from 'class-validator';
import { LOG_LEVELS, type LogLevel } from './logging';

const KEY_BYTES = 32;
const EVENT_STORES = ['embedded', 'kurrentdb'] as const;
const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const TRACES_EXPORTERS = ['otlp', 'none'] as const;
const TRACES_SAMPLERS = ['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const;
const SHARE_FORM = 'must be a share from 0 to 1';
const URL_FORM = 'must be given with EVENT_STORE=kurrentdb, in the form kurrentdb://user:password@host:port?tls=true';
const BROKERS_FORM = 'must be brokers in the form host:port, separated by commas';
const KEY_FORM = `must be ${KEY_BYTES} bytes, as ${KEY_BYTES * 2} hex digits or in base64`;

export class Settings {
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be from 0 (any free port) to 65535' })
  @Max(65_535, { message: 'must be from 0 (any free port) to 65535' })
  port: number;

  @IsNotEmpty({ message: 'must be an address or host name' })
  host: string;

  @IsNotEmpty({ message: 'must be a directory' })
  dataDir: string;

  @IsOptional()
  @IsNotEmpty({ message: 'must be a directory' })
  policyDir?: string;

  @IsIn(EVENT_STORES, { message: `must be one of ${EVENT_STORES.join(', ')}` })
  eventStore: (typeof EVENT_STORES)[number];

  /** Connection string of KurrentDB; may hold a password, so it is never shown. */
  @ValidateIf(({ eventStore, kurrentdbUrl }: Settings) => eventStore === 'kurrentdb' || kurrentdbUrl !== undefined)
  @Matches(/^(kurrentdb|kdb|esdb)(\+discover)?:\/\/[^\s]+$/, { message: URL_FORM })
  kurrentdbUrl?: string;

  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  logLevel: LogLevel;

  /** How long a posted discharge waits for its settlement before it is answered with 202. */
  @IsInt({ message: 'must be a whole number of seconds' })
  @Min(0, { message: 'must be from 0 to 60 seconds' })
  @Max(60, { message: 'must be from 0 to 60 seconds' })
  settleWaitSeconds: number;

  /** Wraps the data keys of persons (AES-256). Absent: kept in DATA_DIR/keys. */
  @IsOptional()
  @IsInstance(Buffer, { message: KEY_FORM })
  masterKey?: Buffer;

  /** Finds persons by their id number (HMAC-SHA256). Absent: kept in DATA_DIR/keys. */
  @IsOptional()
  @IsInstance(Buffer, { message: KEY_FORM })
  hmacKey?: Buffer;

  /** Kafka brokers, host:port each. Absent: nothing is published to Kafka, nothing is read from it. */
  @IsOptional()
  @ArrayNotEmpty({ message: BROKERS_FORM })
  @Matches(/^[\w.-]+:\d{1,5}$/, { each: true, message: BROKERS_FORM })
  kafkaBrokers?: readonly string[];

  @Matches(/^[\w.-]{1,100}$/, { message: 'must be 1 to 100 letters, digits, ".", "_" or "-"' })
  kafkaClientId: string;

  @IsBoolean({ message: 'must be true or false' })
  kafkaSsl: boolean;

  /** Certificate of the authority that signed the brokers' certificates (PEM). Absent: those that Node knows. */
  @ValidateIf(({ kafkaCaFile, kafkaSsl }: Settings) => kafkaCaFile !== undefined && kafkaSsl !== true)
  @IsEmpty({ message: 'is of use with KAFKA_SSL=true alone' })
  kafkaCaFile?: string;

  @ValidateIf((settings: Settings) => settings.kafkaSaslMechanism !== undefined || settings.kafkaSaslUsername !== undefined)
  @IsIn(SASL_MECHANISMS, { message: `must be one of ${SASL_MECHANISMS.join(', ')}` })
  kafkaSaslMechanism?: (typeof SASL_MECHANISMS)[number];

  @ValidateIf(({ kafkaSaslMechanism }: Settings) => kafkaSaslMechanism !== undefined)
  @IsNotEmpty({ message: 'must be given with KAFKA_SASL_MECHANISM' })
  kafkaSaslUsername?: string;

  @ValidateIf((settings: Settings) => settings.kafkaSaslMechanism !== undefined && settings.kafkaSaslPasswordFile === undefined)
  @IsNotEmpty({ message: 'must be given with KAFKA_SASL_MECHANISM, or KAFKA_SASL_PASSWORD_FILE' })
  kafkaSaslPassword?: string;

  @IsOptional()
  @IsNotEmpty({ message: 'must be a file' })
  kafkaSaslPasswordFile?: string;

  /** Whether traces are sent. Absent: if an endpoint is given. */
  @IsOptional()
  @IsIn(TRACES_EXPORTERS, { message: `must be one of ${TRACES_EXPORTERS.join(', ')}` })
  tracesExporter?: (typeof TRACES_EXPORTERS)[number];

  /** Base address of an OpenTelemetry collector (OTLP over HTTP). */
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: 'must be an address such as http://127.0.0.1:4318' })
  otlpEndpoint?: string;

  @IsIn(TRACES_SAMPLERS, { message: `must be one of ${TRACES_SAMPLERS.join(', ')}` })
  tracesSampler: (typeof TRACES_SAMPLERS)[number];

  /** Share of the traces that is kept, with `parentbased_traceidratio`. */
  @Min(0, { message: SHARE_FORM })
  @Max(1, { message: SHARE_FORM })
  tracesSamplerRatio: number;
}

/** Whether this process tells where its time goes. */
export function tracesAreOn({ tracesExporter, otlpEndpoint }: Settings): boolean {
  return tracesExporter === 'otlp' || (tracesExporter === undefined && otlpEndpoint !== undefined);
}

interface Variable {
  readonly variable: string;
  readonly field: keyof Settings;
  readonly kind: 'text' | 'list' | 'whole number' | 'share' | 'flag' | 'key' | 'secret text';
  readonly fallback?: string;
  readonly help: string;
}

const VARIABLES: readonly Variable[] = [
  { variable: 'PORT', field: 'port', kind: 'whole number', fallback: '3000', help: 'port to listen on; 0 takes any free one' },
  { variable: 'HOST', field: 'host', kind: 'text', fallback: '127.0.0.1', help: 'address to listen on' },
  {
    variable: 'DATA_DIR',
    field: 'dataDir',
    kind: 'text',
    fallback: './data',
    help: 'directory of the embedded store, of identities and keys',
  },
  { variable: 'POLICY_DIR', field: 'policyDir', kind: 'text', help: 'directory with further policy packs (*.yaml)' },
  {
    variable: 'EVENT_STORE',
    field: 'eventStore',
    kind: 'text',
    fallback: 'embedded',
    help: `which event store: ${EVENT_STORES.join(', ')}`,
  },
  {
    variable: 'KURRENTDB_URL',
    field: 'kurrentdbUrl',
    kind: 'secret text',
    help: 'connection string, with EVENT_STORE=kurrentdb: kurrentdb://user:password@host:port?tls=true',
  },
  { variable: 'LOG_LEVEL', field: 'logLevel', kind: 'text', fallback: 'info', help: LOG_LEVELS.join(', ') },
  {
    variable: 'SETTLE_WAIT_SECONDS',
    field: 'settleWaitSeconds',
    kind: 'whole number',
    fallback: '5',
    help: 'longest wait of a posted discharge, 0 to 60',
  },
  {
    variable: 'OSS_MASTER_KEY',
    field: 'masterKey',
    kind: 'key',
    help: 'key that wraps the data keys of persons: 32 bytes, hex or base64',
  },
  {
    variable: 'OSS_HMAC_KEY',
    field: 'hmacKey',
    kind: 'key',
    help: 'key that finds persons by id number: 32 bytes, hex or base64',
  },
  {
    variable: 'KAFKA_BROKERS',
    field: 'kafkaBrokers',
    kind: 'list',
    help: 'host:port, comma-separated: publish settlements to Kafka and read discharges from it',
  },
  {
    variable: 'KAFKA_CLIENT_ID',
    field: 'kafkaClientId',
    kind: 'text',
    fallback: 'one-stop-settlement',
    help: "this process's name to the Kafka brokers",
  },
  { variable: 'KAFKA_SSL', field: 'kafkaSsl', kind: 'flag', fallback: 'false', help: 'true: speak TLS with the brokers' },
  {
    variable: 'KAFKA_CA_FILE',
    field: 'kafkaCaFile',
    kind: 'text',
    help: "certificate (PEM) of the brokers' own authority, with KAFKA_SSL=true",
  },
  {
    variable: 'KAFKA_SASL_MECHANISM',
    field: 'kafkaSaslMechanism',
    kind: 'text',
    help: `log in to the brokers: ${SASL_MECHANISMS.join(', ')}`,
  },
  { variable: 'KAFKA_SASL_USERNAME', field: 'kafkaSaslUsername', kind: 'text', help: 'as whom' },
  { variable: 'KAFKA_SASL_PASSWORD', field: 'kafkaSaslPassword', kind: 'secret text', help: 'with which password' },
  {
    variable: 'KAFKA_SASL_PASSWORD_FILE',
    field: 'kafkaSaslPasswordFile',
    kind: 'text',
    help: 'or in which file the password stands',
  },
  {
    variable: 'OTEL_TRACES_EXPORTER',
    field: 'tracesExporter',
    kind: 'text',
    help: 'otlp: send traces to an OpenTelemetry collector; none: do not; absent: if the endpoint is given',
  },
  {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    field: 'otlpEndpoint',
    kind: 'text',
    help: 'the collector, OTLP over HTTP: http://127.0.0.1:4318 (its other OTEL_EXPORTER_OTLP_… variables hold, too)',
  },
  {
    variable: 'OTEL_TRACES_SAMPLER',
    field: 'tracesSampler',
    kind: 'text',
    fallback: 'parentbased_always_on',
    help: `which requests are traced whose caller does not say: ${TRACES_SAMPLERS.join(', ')}`,
  },
  {
    variable: 'OTEL_TRACES_SAMPLER_ARG',
    field: 'tracesSamplerRatio',
    kind: 'share',
    fallback: '1',
    help: 'share of the traces that is kept, 0 to 1, with parentbased_traceidratio',
  },
];

/** The start must not go on; the message is meant for whoever typed the command. */
export class SettingsError extends Error {}

/**
 * Reads and checks the settings.
 * @throws SettingsError naming every bad variable, its value (never that of a key) and the cure
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const settings = new Settings();
  for (const { variable, field, kind, fallback } of VARIABLES) {
    const raw = environment[variable] || fallback;
    if (raw !== undefined) Object.assign(settings, { [field]: parse(raw, kind) });
  }
  const complaints = validateSync(settings).map(({ property, constraints }) => {
    const known = VARIABLES.find(({ field }) => field === property)!;
    const value =
      known.kind === 'key' || known.kind === 'secret text' ? '(not shown)' : JSON.stringify(environment[known.variable] ?? '');
    const cure = known.fallback === undefined ? 'leave it out' : `leave it out for ${known.fallback}`;
    return `${known.variable}=${value} ${Object.values(constraints ?? {})[0]}. Cure: correct it, or ${cure}.`;
  });
  if (complaints.length > 0) throw new SettingsError(complaints.join('\n'));
  return settings;
}

function parse(raw: string, kind: Variable['kind']): unknown {
  if (kind === 'whole number') return /^\d{1,9}$/.test(raw) ? Number(raw) : raw;
  if (kind === 'flag') return raw === 'true' || (raw === 'false' ? false : raw);
  if (kind === 'share') return /^[01](\.\d{1,9})?$/.test(raw) ? Number(raw) : raw;
  if (kind === 'key') return parseKey(raw) ?? raw;
  if (kind === 'list') {
    return raw
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }
  return raw;
}

/** 32 bytes from 64 hex digits or from base64; anything else is null. */
export function parseKey(raw: string): Buffer | null {
  const text = raw.trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : null;
}

/** The table of variables for `--help`. */
export function settingsHelp(): string {
  const lines = VARIABLES.map(({ variable, fallback, help }) => {
    return `  ${variable.padEnd(28)} ${help}${fallback === undefined ? '' : ` (default ${fallback})`}`;
  });
  return `Environment:\n${lines.join('\n')}\n`;
}
