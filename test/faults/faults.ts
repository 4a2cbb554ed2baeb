/** The faults that are tried: what is done to the running system. Each is over when everything runs again. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Seeded } from '../support/seeded';
import { type App, type Member, PAYER_APPS, type Supervised } from '../support/supervised';
import type { Stage } from './stage';

export interface Fault {
  readonly name: string;
  strike(stage: Stage, random: Seeded): Promise<void>;
}

const LOOK_MS = 100;
const SHORTEST_CUT_MS = 200;
const LONGEST_CUT_MS = 2_500;
/** Longer than Kafka keeps a place in a group for a member that says nothing: 6 s. */
const FROZEN_MS = 8_000;
/** The client finds out after twice ten seconds. */
const HUSHED_MS = 21_000;

function killed(name: string, apps: readonly App[]): Fault {
  return {
    name,
    strike: async ({ system }, random) => {
      await system.kill(random.pick(apps.flatMap((app) => system.of(app))));
      await system.whole();
    },
  };
}

const PAYER_KILLED = killed('a payer killed', PAYER_APPS);
const GATEWAY_KILLED = killed('a gateway killed', ['hospital-gateway']);
const SETTLEMENT_KILLED = killed('a settlement app killed', ['settlement']);

/** For a moment nobody speaks for this payer. */
const BOTH_COPIES_KILLED: Fault = {
  name: 'both copies of a payer killed',
  strike: async ({ system }, random) => {
    await Promise.all(system.of(random.pick(PAYER_APPS)).map((member) => system.kill(member)));
    await system.whole();
  },
};

/** The relay that publishes; the other one takes over. */
const RELAY_KILLED: Fault = {
  name: 'the active relay killed',
  strike: async ({ system }) => {
    await system.kill(await activeRelay(system));
    await system.whole();
  },
};

/** Waits until there is one. */
async function activeRelay(system: Supervised): Promise<Member> {
  for (;;) {
    for (const relay of system.of('insurer-relay')) {
      const metrics = await relay.client?.get('/metrics').catch(() => null);
      if (metrics?.text.includes('oss_relay_active 1') === true) return relay;
    }
    await pause(LOOK_MS);
  }
}

/** It falls silent, the other takes over, and it wakes up in the belief that it still publishes. */
const RELAY_FROZEN: Fault = {
  name: 'the active relay frozen and thawed',
  strike: async ({ system }) => frozen(await activeRelay(system)),
};

/** It holds messages of the store and answers nobody. */
const PROCESS_FROZEN: Fault = {
  name: 'a process frozen and thawed',
  strike: ({ system }, random) => frozen(random.pick(system.members)),
};

async function frozen({ process }: Member): Promise<void> {
  process?.signal('SIGSTOP');
  await pause(FROZEN_MS);
  process?.signal('SIGCONT');
}

const BROKER_RESTARTED: Fault = {
  name: 'the broker stopped and started',
  strike: async ({ broker }) => {
    await broker.stop();
    await broker.start();
  },
};

const BROKER_KILLED: Fault = {
  name: 'the broker killed and started',
  strike: async ({ broker }) => {
    await broker.kill();
    await broker.start();
  },
};

const STORE_CUT: Fault = {
  name: 'the store cut off and back',
  strike: async ({ gate }, random) => {
    gate.shut();
    await pause(random.whole(SHORTEST_CUT_MS, LONGEST_CUT_MS));
    await gate.open();
  },
};

/** No connection breaks, none says anything any more, as behind a switch that died. */
const STORE_HUSHED: Fault = {
  name: 'the connections to the store fall silent',
  strike: async ({ gate }) => {
    gate.hush();
    await pause(HUSHED_MS);
  },
};

/** Only the double crashes when it is told to. What was acknowledged since the last checkpoints is delivered again, to all groups. */
const STORE_CRASHED: Fault = { name: 'the store crashed', strike: async ({ server }) => server.double?.crash() };

const NUDGED_TWICE: Fault = {
  name: 'every nudge twice and out of order',
  strike: async ({ server }, random) => server.double?.nudgeTwiceAndCrossed(random.whole(0, 1_000_000)),
};

/** Those of every run, in this order. */
const EACH: readonly Fault[] = [
  PAYER_KILLED,
  BOTH_COPIES_KILLED,
  GATEWAY_KILLED,
  SETTLEMENT_KILLED,
  RELAY_KILLED,
  STORE_CUT,
  STORE_CRASHED,
  BROKER_KILLED,
  NUDGED_TWICE,
];

const SEVERAL: Fault = {
  name: 'several at once',
  strike: async (stage, random) => {
    const chosen = random.shuffled(EACH.filter((fault) => fault !== BROKER_KILLED)).slice(0, 4);
    await Promise.all(
      chosen.map(async (fault) => {
        await pause(random.whole(0, 500));
        await fault.strike(stage, random);
      }),
    );
  },
};

const USUAL: readonly Fault[] = [...EACH, SEVERAL];
/** Those that take their time. */
const LONGER: readonly Fault[] = [BROKER_RESTARTED, RELAY_FROZEN, PROCESS_FROZEN, STORE_HUSHED];

/**
 * @param rounds null: the usual faults, each once; else so many rounds: all there are, then whatever chance says
 * @param only a part of the names of those that are wanted, of a longer run
 */
export function faultsOf(rounds: number | null, random: Seeded, only = ''): readonly Fault[] {
  if (rounds === null) return USUAL;
  const all = [...USUAL, ...LONGER].filter(({ name }) => name.includes(only));
  return Array.from({ length: rounds }, (_, round) => all[round] ?? random.pick(all));
}
