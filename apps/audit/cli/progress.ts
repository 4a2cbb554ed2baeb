/**
 * A progress bar on stderr with rate and time left; silent where stderr is no terminal. Where nobody knows how much there is, or
 * more came than was expected, it says so and counts.
 */
import { Presets, SingleBar } from 'cli-progress';

const FORMAT = '{what} {bar} {percentage}% | {value}/{total} | {rate}/s | 剩余 left {eta_formatted}';
const ENDLESS = '{what} {value} | {rate}/s | 总数未知 total unknown';

export class Progress {
  #bar = barOf(FORMAT);
  #isEndless = false;
  #what = '';
  #began = 0;
  #doneBefore = 0;

  /** Work done so far under a heading, and how much there is, or null; another heading begins another bar. */
  report(what: string, done: number, total: number | null): void {
    const isEndless = total === null || done > total;
    if (what !== this.#what || isEndless !== this.#isEndless) {
      const isAnother = what !== this.#what;
      this.stop();
      this.#what = what;
      this.#isEndless = isEndless;
      this.#bar = barOf(isEndless ? ENDLESS : FORMAT);
      if (isAnother) [this.#began, this.#doneBefore] = [performance.now(), done];
      this.#bar.start(total ?? 0, done, { what, rate: '-' });
      return;
    }
    const seconds = Math.max(0.001, (performance.now() - this.#began) / 1_000);
    if (total !== null) this.#bar.setTotal(total);
    this.#bar.update(done, { what, rate: Math.round((done - this.#doneBefore) / seconds) });
  }

  stop(): void {
    if (this.#what !== '') this.#bar.stop();
    this.#what = '';
  }
}

function barOf(format: string): SingleBar {
  return new SingleBar(
    { format, stream: process.stderr, hideCursor: true, etaBuffer: 64, clearOnComplete: true },
    Presets.shades_classic,
  );
}
