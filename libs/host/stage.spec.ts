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
