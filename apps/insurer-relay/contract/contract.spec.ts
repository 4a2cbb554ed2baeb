/** The contract that is committed is the one that the code keeps, and the AsyncAPI tooling finds no fault in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { contractFiles } from './files';

const committed = (file: string): string => readFileSync(join(__dirname, file), 'utf8');

test('no drift: every file is what the code makes; "npm run contract" writes them anew', () => {
  const files = contractFiles();
  const schemas = readdirSync(join(__dirname, 'schemas')).map((name) => `schemas/${name}`);
  expect(['asyncapi.yaml', ...schemas].sort()).toEqual([...files.keys()].sort());
  for (const [file, text] of files) expect([file, committed(file)]).toEqual([file, text]);
});

test('the AsyncAPI parser accepts the document', async () => {
  const { document, diagnostics } = await new Parser().parse(committed('asyncapi.yaml'));
  const faults = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
  expect(faults.map(({ code, message, path }) => [code, message, path.join('.')])).toEqual([]);
  expect(
    document
      ?.channels()
      .all()
      .map((channel) => channel.address()),
  ).toEqual([
    'settlement.events.v1',
    'settlement.basic-insurance.v1',
    'settlement.critical-illness.v1',
    'settlement.supplementary-insurance.v1',
    'settlement.medical-assistance.v1',
    'settlement.fifth-line.v1',
    'hospital.discharges.v1',
    'hospital.discharges.v1.rejected',
  ]);
});
