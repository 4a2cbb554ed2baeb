/** The sample is the same in every run, belongs to nobody, and everything in it settles or is refused as planned. */
import { idNumberProblem } from '@oss/settlement';
import { Expectation } from './expectation';
import { fenOfYuan } from './public-examples';
import type { DischargeBody } from './sample-bills';
import { sampleCounty } from './sample-county';

const county = sampleCounty();
const posts = county.queues.flat();
const settled = posts.filter(({ want }) => want === 'settled');
const keyOf = ({ body }: { body: unknown }) => `${(body as DischargeBody).hospitalCode}/${(body as DischargeBody).encounterNo}`;

test('two runs post the same, and enough of it', () => {
  expect(JSON.stringify(sampleCounty())).toBe(JSON.stringify(county));
  expect(settled.length).toBe(240);
  expect(posts.filter(({ want }) => want === 'repeat').length).toBeGreaterThan(5);
  expect(county.shown.length).toBe(3);
});

test('id numbers are valid and belong to no division; hospitals, persons and encounters are told apart', () => {
  const idNumbers = county.persons.map(({ idNumber }) => idNumber);
  expect(idNumbers.filter((idNumber) => idNumberProblem(idNumber) !== null || !idNumber.startsWith('99'))).toEqual([]);
  expect(new Set(idNumbers).size).toBe(idNumbers.length);
  expect(new Set(county.hospitals.map(({ code }) => code)).size).toBe(county.hospitals.length);
  expect(new Set(settled.map(keyOf)).size).toBe(settled.length);
  expect(new Set(county.hospitals.map(({ level }) => level))).toEqual(new Set([1, 2, 3]));
});

test('a planned refusal is a refusal of its own: no settled post is among them', () => {
  const codes = posts.flatMap(({ want }) => (typeof want === 'object' ? [want.code] : []));
  expect(codes).toEqual(
    expect.arrayContaining(['id-number-check-digit', 'lines-do-not-add-up', 'not-covered', 'encounter-differs']),
  );
});

test('the own reckoning notices a single fen, a missing line and another pack', () => {
  const [first] = settled;
  if (first === undefined) throw new Error('nothing is posted');
  const wanted = new Expectation('2026-01-01').settled(first);
  if (wanted === null) throw new Error('the first post is refused');
  const differences = (change: object) => new Expectation('2026-01-01').differences(first, { ...wanted, ...change });
  expect(differences({})).toEqual([]);
  expect(differences({ selfPayFen: 520001 })).toEqual([
    'selfPayFen: expected 520000, got 520001',
    '3840000 + 170500 + 552650 + 116850 + 0 + 520001 is not the total of 5200000 fen',
  ]);
  expect(differences({ shares: wanted.shares.slice(1) }).length).toBeGreaterThan(0);
  expect(differences({ policy: { ...wanted.policy, digest: 'sha256:0' } })).toEqual([
    `policy.digest: expected "${wanted.policy.digest}", got "sha256:0"`,
  ]);
});

test('every post that is to settle does, in its order, by the own reckoning', () => {
  const expectation = new Expectation('2026-01-01');
  expect(settled.filter((post) => expectation.settled(post) === null).map(keyOf)).toEqual([]);
});

test('printed yuan become fen digit by digit', () => {
  expect([937.8, 188778.01, 0.07, 52000].map(fenOfYuan)).toEqual([93780, 18877801, 7, 5200000]);
  expect(() => fenOfYuan(1.005)).toThrow('1.005 is no amount');
});
