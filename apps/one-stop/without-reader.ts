/** What a command does when whoever reads its output (`| head`) has seen enough: no failure of ours, and no reason for a trace. */

/**
 * It ends without a word. Call it once, before the first line is printed.
 * @param exitCode of a command whose code is an answer, which nobody has now; default the one that has been set so far
 */
export function endWithReader(exitCode?: number): void {
  whenReaderLeaves(() => process.exit(exitCode));
}

/** It goes on without output: for a command that has things to stop and to clear away. */
export function goOnWithoutReader(): void {
  whenReaderLeaves(() => undefined);
}

function whenReaderLeaves(then: () => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    then();
  });
}
