/**
 * What keeping the log's tree and signing it costs a running system: the same load on the system as it is and on one without the audit
 * app, in turns, each going first in every other round. It signs every second, which is worse than usual.
 */
import { median, spread } from '../figures';
import { LoadGenerator } from '../load/load-generator';
import { type Figure, progress } from '../report';
import { ONE_STOP, Server, temporaryDirectory } from '../server';
import { Contender } from './contender';
import { CONNECTIONS, LINES, type Plan } from './plan';

const SIGN_EVERY_SECONDS = 1;

export async function keeper(plan: Plan): Promise<Figure[]> {
  const generator = new LoadGenerator();
  const servers: Server[] = [];
  const county = { persons: plan.persons };
  const start = async (name: string, program: string): Promise<Contender> => {
    const server = await Server.start(program, {
      DATA_DIR: temporaryDirectory(),
      AUDIT_CHECKPOINT_SECONDS: String(SIGN_EVERY_SECONDS),
    });
    servers.push(server);
    progress(`keeper: loading ${county.persons} persons through HTTP, ${name}`);
    await server.loadRegistry(county);
    return new Contender(name, server, county, generator, 0);
  };
  try {
    const kept = await start('with the tree', ONE_STOP);
    const bare = await start('without', 'test/bench/unwatched/main.js');
    for (let warmUp = 0; warmUp < plan.warmUpSeconds; warmUp += plan.roundSeconds)
      for (const each of [kept, bare]) await each.run({ maxSeconds: plan.roundSeconds });
    for (let round = 1; round <= plan.keeperRounds; round += 1) {
      for (const each of round % 2 === 0 ? [kept, bare] : [bare, kept]) await each.round(plan.roundSeconds);
      const last = [kept, bare].map(({ name, rounds }) => `${name} ${Math.round(rounds.at(-1)!.perSecond)}/s`);
      progress(`keeper: round ${round} of ${plan.keeperRounds}: ${last.join(', ')}`);
    }
    return figures(kept, bare);
  } finally {
    generator.stop();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function figures(kept: Contender, bare: Contender): Figure[] {
  const lost = kept.ratiosTo(bare).map((ratio) => (1 - ratio) * 100);
  const cpu = { kept: kept.cpuMs(), bare: bare.cpuMs() };
  const more = cpu.kept === null || cpu.bare === null ? null : (cpu.kept / cpu.bare - 1) * 100;
  return [
    {
      case: 'keeper',
      name: `settlements over HTTP, ${CONNECTIONS} connections, ${LINES} lines, as it is`,
      value: kept.median('perSecond'),
      unit: '/s',
      spread: kept.spread(),
      note: `without the audit app ${Math.round(bare.median('perSecond'))} /s; signed every ${SIGN_EVERY_SECONDS} s`,
    },
    {
      case: 'keeper',
      name: 'keeping and signing the tree costs of the settlement rate',
      value: median(lost),
      unit: '%',
      aim: { is: 'at most', value: 5 },
      note: `rounds from ${Math.min(...lost).toFixed(1)} to ${Math.max(...lost).toFixed(1)} %, spread of the ratio ${Math.round(spread(kept.ratiosTo(bare)) * 100)} %`,
    },
    {
      case: 'keeper',
      name: '… of the CPU per settlement, all threads',
      value: more,
      unit: '%',
      note:
        cpu.kept === null ? '' : `${cpu.kept.toFixed(3)} ms against ${cpu.bare?.toFixed(3)} ms; least disturbed by other work`,
    },
  ];
}
