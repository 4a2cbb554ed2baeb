/**
 * Verification: an untouched store is clean; and a store in whose file somebody wrote is not, and each touched event is named.
 * The log of the scene, by position: 1 pack · 2–8 case 1 of person 1 · 9–15 person 2 · 16 checkpoint · 17–23 person 1 ·
 * 24–30 person 3 · 31 checkpoint · 32–38 person 1 · 39–45 person 2 · 46 checkpoint · 47–53 person 3, not signed yet.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditDirectory, checkpointsFile, leavesFile } from '../../apps/audit/checkpoints/audit-files';
import { signedCheckpoint } from '../../apps/audit/notes/checkpoint';
import { drawSecret, LOG_KEY, signingKey } from '../../apps/audit/notes/note-keys';
import type { Finding } from '../../apps/audit/verify/finding';
import { AuditedStore } from './audited-store';
import { changeText, dropEvent, move, sealAgain, swap, truncateAfter } from './forger';

jest.setTimeout(60_000);
let store: AuditedStore;

beforeAll(async () => {
  store = await AuditedStore.settled();
});
afterAll(() => store.close());

const YEAR = { one: year(1), two: year(2), three: year(3) };

function year(person: number): string {
  return `benefit-year-${String(person).padStart(32, '0')}-2018`;
}

/** Check, what, and where: event, place in the log, or position. */
function short({ check, what, stream, revision, place, position }: Finding): string {
  const where =
    stream === undefined ? (place ?? position ?? '') : `${stream}@${revision}${place === undefined ? '' : ` #${place}`}`;
  return `${check}/${what} ${where}`.trim();
}

async function found(directory: string): Promise<string[]> {
  return (await store.verify(directory)).findings.map(short);
}

describe('an untouched log', () => {
  test('is clean; what was checked is counted; it is vouched for up to its last checkpoint', async () => {
    expect(await store.verify()).toEqual({
      clean: true,
      events: 53,
      streams: 12,
      checkpoints: 3,
      vouched: { place: 45, stream: YEAR.two, revision: 11, recordedAt: '2018-12-31T16:00:00.000Z' },
      recomputed: { years: 3, cases: 7, compared: 42 },
      underway: { accepted: 0, recorded: 0 },
      findings: [],
      more: 0,
    });
  });

  test('is clean as a copy, too', async () => {
    expect(await found(store.copy())).toEqual([]);
  });

  test.each([
    [{ person: '2'.padStart(32, '0') }, { years: 1, cases: 2, compared: 12 }],
    [{ payer: 'fifth-line' }, { years: 3, cases: 7, compared: 21 }],
    [
      { from: '2018-06-15', to: '2018-06-15', region: '3602', hospital: 'H' },
      { years: 3, cases: 7, compared: 42 },
    ],
    [
      { from: '2018-06-16', to: '2018-12-31' },
      { years: 3, cases: 0, compared: 0 },
    ],
    [{ hospital: 'H2' }, { years: 3, cases: 0, compared: 0 }],
    [{ region: '50' }, { years: 3, cases: 0, compared: 0 }],
    [{ from: '2019-01-01' }, { years: 0, cases: 0, compared: 0 }],
  ])('only %j is recomputed', async (selection, recomputed) => {
    expect((await store.verify(store.directory, { selection })).recomputed).toEqual(recomputed);
  });
});

describe('an amount was changed', () => {
  test('in the data alone: its hash and its derivation both say so', async () => {
    const copy = store.copy(changeText(4, '"paidFen":4160000', '"paidFen":4160001'));
    expect(await found(copy)).toEqual([`chain/changed ${YEAR.one}@1`, `recomputation/changed ${YEAR.one}@1`]);
    const { message } = (await store.verify(copy)).findings[1]!;
    expect(message).toContain('paidFen: 4160001 → 4160000');
  });

  test('and the whole stream sealed again: the tree names every event that is not the signed one, the derivation the false amount', async () => {
    const copy = store.copy(changeText(4, '"paidFen":4160000', '"paidFen":4160001'));
    sealAgain(copy, 4);
    const touched = [4, 5, 6, 7, 8, 18, 19, 20, 21, 22, 23, 33, 34, 35, 36, 37, 38];
    const revisions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
    expect(await found(copy)).toEqual([
      'tree/changed 1',
      ...touched.map((place, index) => `tree/changed ${YEAR.one}@${revisions[index]} #${place}`),
      `recomputation/changed ${YEAR.one}@1`,
    ]);
  });

  test('in the accepted bill, sealed again: the copy of its hash in the year is the witness', async () => {
    const copy = store.copy(changeText(2, '"totalFen":5200000', '"totalFen":5200001'));
    sealAgain(copy, 2);
    const findings = await found(copy);
    expect(findings.filter((each) => each.startsWith('chain/'))).toEqual([]);
    expect(findings.filter((each) => each.startsWith('recomputation/'))[0]).toBe(`recomputation/changed ${YEAR.one}@0`);
    expect(findings.slice(0, 2)).toEqual(['tree/changed 1', expect.stringMatching(/^tree\/changed encounter-.*@0 #2$/)]);
  });

  test('so that it cannot even be read', async () => {
    const copy = store.copy(changeText(8, '{"accounts"', '{accounts'));
    expect(await found(copy)).toEqual([`chain/changed ${YEAR.one}@5`, `recomputation/underivable ${YEAR.one}@5`]);
  });
});

describe('an event was removed', () => {
  test('and left a gap', async () => {
    expect(await found(store.copy(dropEvent(5)))).toEqual([
      'tree/removed 5',
      `chain/removed ${YEAR.one}@2`,
      'tree/changed 1',
      `tree/removed ${YEAR.one}@3 #5`,
      `recomputation/underivable ${YEAR.one}@3`,
    ]);
  });

  test('a whole stream, and the gap was closed: only the tree can tell', async () => {
    const copy = store.copy(dropEvent(24), move(25, -1));
    expect(await found(copy)).toEqual([
      'tree/changed 16',
      `tree/removed ${YEAR.three}@0 #24`,
      `recomputation/underivable ${YEAR.three}@0`,
    ]);
  });

  test('the tail: it is said up to where the log is vouched for', async () => {
    const copy = store.copy(truncateAfter(40));
    const report = await store.verify(copy);
    expect(report.findings.map(short)).toEqual(['tree/truncated 40']);
    expect(report.vouched).toEqual({ place: 30, stream: YEAR.three, revision: 5, recordedAt: '2018-12-31T16:00:00.000Z' });
    expect(report.findings[0]?.message).toContain(
      `The log ends after 40 events (${YEAR.two}@6, 2018-12-31T16:00:00.000Z), and 45 have been seen: 5 are missing.`,
    );
    expect(report.underway).toEqual({ accepted: 0, recorded: 1 });
  });

  test('the tail, with all that the audit app kept there: a checkpoint kept elsewhere knows', async () => {
    const copy = store.copy(truncateAfter(30));
    rmSync(auditDirectory(copy), { recursive: true });
    expect(await found(copy)).toEqual([]);
    const elsewhere = checkpointsFile(auditDirectory(store.directory));
    const { findings } = await store.verify(copy, { checkpointFiles: [elsewhere] });
    expect(findings.map(short)).toEqual(['tree/truncated 30']);
  });
});

describe('events were put elsewhere', () => {
  test('of two streams: only the tree can tell', async () => {
    expect(await found(store.copy(swap(8, 9)))).toEqual([
      'tree/changed 1',
      expect.stringMatching(/^tree\/reordered encounter-.*@0 #8$/),
      `tree/reordered ${YEAR.one}@5 #9`,
    ]);
  });

  test('of one stream', async () => {
    expect(await found(store.copy(swap(19, 20)))).toEqual([
      `chain/reordered ${YEAR.one}@7`,
      'tree/changed 16',
      `tree/reordered ${YEAR.one}@8 #19`,
      `tree/reordered ${YEAR.one}@7 #20`,
    ]);
  });

  test('an event was slipped in', async () => {
    const slip = `INSERT INTO streams VALUES (99, 'hospital-H9'); INSERT INTO events VALUES (20, 99, 0, randomblob(16), 'HospitalRegistered', 0, zeroblob(32), NULL, NULL, '{}')`;
    const copy = store.copy(move(20, 1), slip);
    sealAgain(copy, 20);
    expect(await found(copy)).toEqual(['tree/changed 16', 'tree/inserted hospital-H9@0 #20']);
  });
});

describe('a pack was replaced', () => {
  const law = 'policy-360222@0';

  test('its content alone', async () => {
    const copy = store.copy(changeText(1, '"value":9000', '"value":9900'));
    expect(await found(copy)).toEqual([`chain/changed ${law}`, `pack/changed ${law}`, 'recomputation/underivable']);
    expect((await store.verify(copy)).findings[2]?.message).toContain('3 benefit years could not be derived again');
  });

  test('with its digest, sealed again: the cases name another one, and the tree another event', async () => {
    const copy = store.copy(changeText(1, '"digest":"sha256:', '"digest":"sha256:00'));
    sealAgain(copy, 1);
    expect(await found(copy)).toEqual([
      `pack/changed ${law}`,
      'tree/changed 1',
      `tree/changed ${law} #1`,
      'recomputation/underivable',
    ]);
  });
});

describe('checkpoints', () => {
  test('without the leaf file the stretch between two checkpoints is named', async () => {
    const copy = store.copy(swap(24, 25));
    rmSync(leavesFile(auditDirectory(copy)));
    const { findings } = await store.verify(copy);
    expect(findings.map(short)).toEqual(['tree/changed 16', `recomputation/underivable ${YEAR.three}@0`]);
    expect(findings[0]?.message).toContain('Events 16 to 30 of the log are not those');
  });

  test('one of another key proves nothing, and is reported', async () => {
    const copy = store.copy();
    const stranger = signingKey(store.key.name, LOG_KEY, drawSecret());
    writeFileSync(join(copy, 'stranger.txt'), signedCheckpoint(45, Buffer.alloc(32), stranger));
    const { findings } = await store.verify(copy, { checkpointFiles: [join(copy, 'stranger.txt')] });
    expect(findings.map(short)).toEqual(['checkpoint/untrusted']);
  });

  test('two of the log’s own key over one size: there are two histories', async () => {
    const copy = store.copy();
    writeFileSync(join(copy, 'fork.txt'), signedCheckpoint(30, Buffer.alloc(32), store.key));
    const { findings } = await store.verify(copy, {
      checkpointFiles: [checkpointsFile(auditDirectory(copy)), join(copy, 'fork.txt')],
    });
    expect(findings.map(short)).toEqual(['checkpoint/forked 30']);
  });

  test('a leaf file that was written over accuses no event', async () => {
    const copy = store.copy();
    writeFileSync(leavesFile(auditDirectory(copy)), Buffer.alloc(53 * 32));
    expect(await found(copy)).toEqual(['tree/changed 1']);
  });
});
