/** Where an adoption goes: to the running server, or, when none answers, straight into a data directory under its lock. */
import { existsSync } from 'node:fs';
import { openEmbeddedStore } from '@oss/event-store';
import { ContentLibrary, SystemClock } from '@oss/host';
import type { Pack } from '@oss/policy';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import type { AdoptedVersion } from '../../hospital-gateway/policy/adopted-packs';
import { PackAdoption, PackConflict, PackNotAdopted } from '../../hospital-gateway/policy/pack-adoption';
import type { PackSource } from '../../hospital-gateway/policy/pack-files';
import { PolicyShelf } from '../../hospital-gateway/policy/policy-shelf';
import { call, CliError, NoAnswer } from '../registry/server';

export interface Wish {
  readonly operatorCode: string;
  readonly replaces?: string | undefined;
}

/** What can be asked of either. Refusals are CliErrors; NoAnswer is none of them. */
export interface AdoptionDesk {
  /** For people: where it was recorded. */
  readonly where: string;
  versions(region: string): Promise<readonly AdoptedVersion[]>;
  /** @throws CliError when it is refused */
  adopt(source: PackSource, wish: Wish): Promise<void>;
  close(): Promise<void>;
}

/**
 * The server's desk, or the directory's when no server answers.
 * @param region any region that will be asked about
 * @throws NoAnswer without a directory to fall back on
 */
export async function openDesk(url: string, dataDir: string | undefined, region: string): Promise<AdoptionDesk> {
  const server = serverDesk(url);
  try {
    await server.versions(region);
    return server;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (dataDir !== undefined) return directoryDesk(dataDir);
    throw new NoAnswer(`${error.message}; or give --data-dir, the directory of a system that does not run`);
  }
}

function serverDesk(url: string): AdoptionDesk {
  return {
    where: url,
    versions: async (region) =>
      (await call<{ items: AdoptedVersion[] }>(url, { method: 'GET', path: `/v1/policy/packs?region=${region}` })).items,
    adopt: async ({ content }, wish) => {
      await call(url, {
        method: 'POST',
        path: '/v1/policy/packs',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ content, ...wish }),
      });
    },
    close: async () => {},
  };
}

async function directoryDesk(directory: string): Promise<AdoptionDesk> {
  if (!existsSync(directory)) throw new NoAnswer(`there is no data directory ${directory}: correct --data-dir`);
  const clock = new SystemClock();
  const store = await openEmbeddedStore({ directory, clock: () => clock.now().getTime() }).catch((error: unknown) => {
    throw new NoAnswer(error instanceof Error ? error.message : String(error));
  });
  const shelf = new PolicyShelf(store, new ContentLibrary<Pack>(store, BENEFIT_YEAR_TURNS.contentIn));
  const adoption = new PackAdoption(store, shelf);
  return {
    where: directory,
    versions: (region) => shelf.versionsFor(region),
    adopt: async (source, wish) => {
      try {
        await adoption.adopt(source, wish);
      } catch (error) {
        if (error instanceof PackConflict || error instanceof PackNotAdopted) throw new CliError(error.message);
        throw error;
      }
    },
    close: () => store.close(),
  };
}
