/** A stage: those of one turn of the event loop go on together, after all that was ready before them. */
import { Stage } from './stage';

test('who comes in one turn goes on together, in the order of coming, after what was ready; who comes then goes with the next', async () => {
  const stage = new Stage();
  const seen: string[] = [];
  const passing = (name: string): Promise<void> => stage.pass().then(() => void seen.push(name));
  const late = passing('first').then(() => passing('late'));
  const second = Promise.resolve().then(() => passing('second'));
  await Promise.resolve().then(() => seen.push('ready'));
  await second;
  expect(seen).toEqual(['ready', 'first', 'second']);
  await late;
  expect(seen).toEqual(['ready', 'first', 'second', 'late']);
});

test('of a crowd a part goes on in each turn, nobody overtakes, and who comes later goes last', async () => {
  const stage = new Stage();
  const seen: number[] = [];
  const perTurn: number[] = [];
  const passing = (number: number): Promise<void> => stage.pass().then(() => void seen.push(number));
  const all = Array.from({ length: 40 }, (_, number) => passing(number));
  for (let turn = 0; turn < 3; turn += 1) {
    const before = seen.length;
    await new Promise((resolve) => setImmediate(resolve));
    perTurn.push(seen.length - before);
    if (turn === 0) all.push(passing(40));
  }
  await Promise.all(all);
  expect(seen).toEqual(Array.from({ length: 41 }, (_, number) => number));
  expect(perTurn).toEqual([16, 16, 9]);
});
