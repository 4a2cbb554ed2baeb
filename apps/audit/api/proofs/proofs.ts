/** The main thread's side of the thread that makes proofs: begun at the first question, ended when nobody asks any more. */
import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '@oss/host';
import { compiledFile } from '../../threads/compiled-file';
import type { ProofAnswer, ProofQuestion, ProofSettings } from './protocol';

/** Questions that wait for their answers. */
const MAX_ASKED = 16;
/** The tree of a large log takes memory: it is given back after this time without a question. */
const IDLE_MS = 30_000;
const MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 };

interface Asked {
  readonly resolve: (answer: ProofAnswer) => void;
  readonly reject: (error: Error) => void;
}

@Injectable()
export class Proofs implements OnModuleDestroy {
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #asked: Asked[] = [];

  async onModuleDestroy(): Promise<void> {
    await this.#end(new Problem('store-unavailable', 'the server is stopping'));
  }

  /** The proof as a file. @throws Problem `audit-busy`, `log-contradicts`, `internal` */
  async make(settings: ProofSettings, question: ProofQuestion): Promise<string> {
    if (this.#asked.length >= MAX_ASKED) throw new Problem('audit-busy', `${MAX_ASKED} proofs are being made already`);
    const { proof, refused } = await this.#ask(settings, question);
    if (proof !== null) return proof;
    if (refused?.isContradiction) throw new Problem('log-contradicts', refused.message);
    throw new Problem('internal', 'the proof could not be made', { cause: new Error(refused?.message) });
  }

  #ask(settings: ProofSettings, question: ProofQuestion): Promise<ProofAnswer> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const worker = (this.#worker ??= this.#begin(settings));
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      worker.postMessage(question);
    });
  }

  #begin(settings: ProofSettings): Worker {
    const worker = new Worker(compiledFile('api/proofs/proof-worker'), { workerData: settings, resourceLimits: MEMORY });
    worker.on('message', (answer: ProofAnswer) => {
      this.#asked.shift()?.resolve(answer);
      if (this.#asked.length === 0) this.#idle = setTimeout(() => void this.#end(null), IDLE_MS).unref();
    });
    worker.on('error', (error: Error) => void this.#end(error));
    return worker;
  }

  /** Whoever waits is told why there is no answer. */
  async #end(error: Error | null): Promise<void> {
    const [worker, asked] = [this.#worker, this.#asked];
    if (this.#idle !== null) clearTimeout(this.#idle);
    [this.#worker, this.#asked, this.#idle] = [null, [], null];
    for (const { reject } of asked) reject(error ?? new Error('the thread that makes proofs ended'));
    await worker?.terminate();
  }
}
