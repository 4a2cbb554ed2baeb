/** A checkpoint reads back as it was written, beyond 2^53, too; anything else stops the relay instead of being guessed at. */
import { checkpointText, LOG_BEGINNING, parseCheckpoint } from './checkpoint';

test('a checkpoint reads back as it was written', () => {
  const held = [{ stream: `benefit-year-${'a'.repeat(32)}-2018`, from: 7 }];
  for (const checkpoint of [LOG_BEGINNING, { position: 2n ** 60n, held, log: 'ab'.repeat(32) }]) {
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
  }
});

test('a checkpoint of before logs were named still reads', () => {
  expect(parseCheckpoint('{"version":1,"position":"7","held":[]}')).toEqual({ position: 7n, held: [], log: null });
});

test.each([
  '{}',
  '{"version":2,"position":null,"held":[]}',
  '{"version":1,"position":7,"held":[]}',
  '{"version":1,"position":"7","held":[],"log":"ab"}',
  '{"version":1,"position":"7","held":[{"stream":"person-x","from":0}]}',
  '{"version":1,"position":"7","held":[{"stream":"benefit-year-x","from":"0"}]}',
])('%s is no checkpoint', (text) => {
  expect(() => parseCheckpoint(text)).toThrow('the checkpoint of the relay cannot be read');
});
