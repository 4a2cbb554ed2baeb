/** The committed form of the contract: every file by its path in this folder, with its text. */
import { stringify } from 'yaml';
import { asyncApiDocument, schemaFiles } from './asyncapi';

const HEAD = '# Made of the published types by "npm run contract"; do not edit by hand.\n';

export function contractFiles(): ReadonlyMap<string, string> {
  const document = stringify(asyncApiDocument(), { aliasDuplicateObjects: false, lineWidth: 0 });
  const schemas = [...schemaFiles()].map(([file, schema]) => [file, `${JSON.stringify(schema, null, 2)}\n`] as const);
  return new Map([['asyncapi.yaml', HEAD + document], ...schemas]);
}
