/** What is wrong with a pack, said so that its author can mend it: where, what, and the cure. */

export interface PackProblem {
  /** Path in the authored pack: "lines[0].rules[1].parts[0].rate". */
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** Notes one problem while a pack is checked. */
export type Say = (path: string, message: string, cure: string) => void;

/** A pack that may not settle anything. Names the file and every problem found. */
export class PackInvalid extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly PackProblem[],
  ) {
    super(
      `policy pack ${file} cannot be used:\n` +
        problems.map(({ path, message, cure }) => `  ${path || '(whole file)'}: ${message}. Cure: ${cure}`).join('\n'),
    );
    this.name = 'PackInvalid';
  }
}
