/** How Kafka is spoken to: TLS and a user, as the settings say, in the words of kafkajs. Secrets may stand in files. */
import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { type Settings, SettingsError } from './settings';

/** @throws SettingsError naming the variable whose file cannot be read, and the cure */
export function kafkaSecurity(settings: Settings): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const { kafkaSsl, kafkaCaFile, kafkaSaslMechanism: mechanism, kafkaSaslUsername: username } = settings;
  const ca = kafkaCaFile === undefined ? undefined : contentOf('KAFKA_CA_FILE', kafkaCaFile);
  const login = mechanism && ({ mechanism, username, password: passwordOf(settings) } as SASLOptions);
  return {
    ...(kafkaSsl ? { ssl: ca === undefined ? true : { ca: [ca] } } : {}),
    ...(login === undefined ? {} : { sasl: login }),
  };
}

function passwordOf({ kafkaSaslPassword, kafkaSaslPasswordFile }: Settings): string {
  if (kafkaSaslPassword !== undefined) return kafkaSaslPassword;
  // Editors end a file with a line feed, which is no part of the password.
  return contentOf('KAFKA_SASL_PASSWORD_FILE', kafkaSaslPasswordFile!).replace(/\r?\n$/, '');
}

function contentOf(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(
      `${variable}=${JSON.stringify(file)} cannot be read (${reason}). Cure: name a file that this process may read.`,
    );
  }
}
