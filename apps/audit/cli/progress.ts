/** A progress bar on stderr with rate and time left; silent where stderr is no terminal. */
import { Presets, SingleBar } from 'cli-progress';

const FORMAT = '{what} {bar} {percentage}% | {value}/{total} | {rate}/s | 剩余 left {eta_formatted}';

export class Progress {
  readonly #bar = new SingleBar(
    { format: FORMAT, stream: process.stderr, hideCursor: true, etaBuffer: 64, clearOnComplete: true },
    Presets.shades_classic,
  );
  #what = '';
  #began = 0;
  #doneBefore = 0;

  /** Work done so far under a heading; another heading begins another bar. */
  report(what: string, done: number, total: number): void {
    if (what !== this.#what) {
      this.stop();
      this.#what = what;
      this.#began = performance.now();
      this.#doneBefore = done;
      this.#bar.start(total, done, { what, rate: '-' });
      return;
    }
    const seconds = Math.max(0.001, (performance.now() - this.#began) / 1_000);
    this.#bar.setTotal(total);
    this.#bar.update(done, { what, rate: Math.round((done - this.#doneBefore) / seconds) });
  }

  stop(): void {
    if (this.#what !== '') this.#bar.stop();
    this.#what = '';
  }
}
