/**
 * The rival's process: the same Nest application on PostgreSQL. From the environment: DATABASE_URL, BENCH_SCHEMA,
 * BENCH_FORM (row-by-row or multi-row), BENCH_PERSONS (size of the county).
 */
import { createLogger, listen, loadSettings, stopOnSignals } from '@oss/host';
import { Pool } from 'pg';
import { Desk } from '../desk';
import { RivalController } from './rival.controller';
import { type Form, RowWriter } from './rows';

const POOL_SIZE = 16;

class RivalModule {}

async function main(): Promise<void> {
  const { DATABASE_URL, BENCH_SCHEMA = '', BENCH_FORM, BENCH_PERSONS } = process.env;
  const settings = loadSettings();
  const logger = createLogger(settings.logLevel);
  const pool = new Pool({ connectionString: DATABASE_URL, max: POOL_SIZE, min: POOL_SIZE, idleTimeoutMillis: 0 });
  const providers = [
    { provide: Desk, useValue: new Desk({ persons: Number(BENCH_PERSONS) }) },
    { provide: RowWriter, useValue: new RowWriter(pool, BENCH_SCHEMA, BENCH_FORM as Form) },
  ];
  const rival = { module: RivalModule, controllers: [RivalController], providers };
  const running = await listen({
    settings,
    logger,
    modules: [rival],
    texts: { title: 'rival', version: '1', description: 'bench only' },
  });
  stopOnSignals(running, logger);
  logger.info(`listening on ${running.url}`);
}

void main();
