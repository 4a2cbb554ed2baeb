/** FOR TESTS ALONE. What goes wrong with networks and servers, on demand: each order is for the next append alone. */

export type AppendFault =
  /** Stored, but the answer is never sent: the client runs into its deadline. */
  | 'swallow the answer'
  /** Stored, then the call breaks. */
  | 'break after storing'
  /** The call breaks before anything was stored. */
  | 'break before storing';

export class Faults {
  readonly #next: AppendFault[] = [];
  /** Milliseconds that every answer to an append waits. */
  appendDelayMs = 0;

  order(...faults: readonly AppendFault[]): void {
    this.#next.push(...faults);
  }

  take(): AppendFault | undefined {
    return this.#next.shift();
  }
}
