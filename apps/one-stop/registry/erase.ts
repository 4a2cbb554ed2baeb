/** The command that forgets who a person is. */
import { text } from 'node:stream/consumers';
import { call, CliError } from './server';

export interface EraseOptions {
  readonly personKey?: string;
  readonly idNumber?: string;
  readonly reason: string;
  readonly operator?: string;
}

export async function erase(url: string, { personKey, idNumber, reason, operator }: EraseOptions): Promise<void> {
  if ((personKey === undefined) === (idNumber === undefined)) throw new CliError('give either --person-key or --id-number');
  const who =
    personKey === undefined ? { idNumber: idNumber === '-' ? (await text(process.stdin)).trim() : idNumber } : { personKey };
  const answer = await call<object>(url, {
    method: 'POST',
    path: '/v1/registry/persons/erasure',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...who, reason, operatorCode: operator }),
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
