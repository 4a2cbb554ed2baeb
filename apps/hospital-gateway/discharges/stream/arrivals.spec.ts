/** Messages of one slice: a person's order holds while the store is away, a refusal harms nobody else, a defect ends the waiting. */
import { Problem } from '@oss/host';
import { dischargeOf, madeUpPerson } from '../../../../test/support/county';
import type { DischargeRequest } from '../discharge.dto';
import { Arrivals } from './arrivals';
import { rejectionMessage } from './rejection';

const content = (text: string): Uint8Array => Buffer.from(text);
const message = (person: number, encounterNo: string, offset: string) => ({
  offset,
  content: content(JSON.stringify(dischargeOf(madeUpPerson(person), { encounterNo }))),
});

test('while the store is away a message waits, and those of its person behind it', async () => {
  const posted: string[] = [];
  let away = 2;
  const post = ({ encounterNo }: DischargeRequest): Promise<void> => {
    if (encounterNo === 'A1' && away-- > 0) return Promise.reject(new Problem('store-unavailable', 'away'));
    posted.push(encounterNo);
    return Promise.resolve();
  };
  const failures: string[] = [];
  const arrivals = new Arrivals(post, ({ code }) => void failures.push(code), new AbortController().signal);
  expect(await arrivals.take([message(1, 'A1', '0'), message(1, 'A2', '1'), message(2, 'B1', '2')])).toEqual([]);
  expect(posted).toEqual(['B1', 'A1', 'A2']);
  expect(failures).toEqual(['store-unavailable', 'store-unavailable']);
});

test('what is refused is told in order; a defect of ours is tried five times', async () => {
  let tries = 0;
  const post = ({ encounterNo }: DischargeRequest): Promise<void> => {
    if (encounterNo === 'D1') tries += 1;
    return Promise.reject(encounterNo === 'D1' ? new Error('a defect') : new Problem('not-covered', 'no cover'));
  };
  const arrivals = new Arrivals(post, () => undefined, new AbortController().signal);
  const refused = await arrivals.take([
    message(1, 'D1', '0'),
    { offset: '1', content: null },
    { offset: '2', content: content('[') },
    { offset: '3', content: content('{}') },
    { offset: '4', content: Buffer.alloc(512 * 1024 + 1, 0x20) },
    message(2, 'R1', '5'),
  ]);
  expect(refused.map(({ offset, problem }) => [offset, problem.code])).toEqual([
    ['0', 'internal'],
    ['1', 'malformed-json'],
    ['2', 'malformed-json'],
    ['3', 'invalid-body'],
    ['4', 'body-too-large'],
    ['5', 'not-covered'],
  ]);
  expect(tries).toBe(5);
});

test('a stop interrupts: nothing is refused that was not tried', async () => {
  const stopping = new AbortController();
  const post = (): Promise<void> => {
    stopping.abort();
    return Promise.reject(new Problem('store-unavailable', 'away'));
  };
  const arrivals = new Arrivals(post, () => undefined, stopping.signal);
  await expect(arrivals.take([message(1, 'A1', '0')])).rejects.toThrow('stopping: the message comes again');
});

test('a rejection names hospital and encounter, but never what holds an id number, and nothing else of the body', () => {
  const person = madeUpPerson(1);
  const place = { partition: 3, offset: '42' };
  const problem = new Problem('not-covered', 'no cover');
  const rejected = (encounterNo: string) => {
    const { key, value } = rejectionMessage(content(JSON.stringify(dischargeOf(person, { encounterNo }))), place, problem);
    return [key, JSON.parse(String(value))] as unknown[];
  };
  const told = { topic: 'hospital.discharges.v1', ...place, hospitalCode: 'H2', problem: problem.toBody() };
  expect(rejected('ZY2018030700123')).toEqual(['3-42', { ...told, encounterNo: 'ZY2018030700123' }]);
  expect(rejected(`ZY${person.idNumber}`)).toEqual(['3-42', { ...told, encounterNo: null }]);
  expect(rejected(`${madeUpPerson(2).idNumber}-1`)).toEqual(['3-42', { ...told, encounterNo: null }]);
  expect(rejected('赵试一')).toEqual(['3-42', { ...told, encounterNo: null }]);
});
