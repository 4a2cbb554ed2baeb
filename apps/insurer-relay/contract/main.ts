/** `npm run contract`: writes the AsyncAPI document and the JSON Schemas anew, after a published type has grown. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractFiles } from './files';

const folder = join(process.cwd(), 'apps/insurer-relay/contract');
rmSync(join(folder, 'schemas'), { recursive: true, force: true });
mkdirSync(join(folder, 'schemas'));
for (const [file, text] of contractFiles()) writeFileSync(join(folder, file), text);
process.stdout.write(`${contractFiles().size} files written to apps/insurer-relay/contract\n`);
