/** The command itself, as a process: what it prints, and the exit codes that scripts rely on. Needs the compiled tree. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackContent } from '@oss/policy';
import { inProcess } from '../../../test/support/in-process';
import { smallPack } from '../../../test/support/small-pack';
import { packDigest } from '../../hospital-gateway/policy/pack-files';

const ROOT = join(__dirname, '../../..');
const MAIN = join(ROOT, 'dist/apps/one-stop/policy/main.js');
const FIVE_SHAPES = join(ROOT, 'test/e2e/packs/520000-five-shapes-2019.yaml');
const directory = mkdtempSync(join(tmpdir(), 'policy-'));
/** Nobody listens there: the discard port. */
const NOWHERE = 'http://127.0.0.1:9';
afterAll(() => rmSync(directory, { recursive: true }));
jest.setTimeout(180_000);

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not synchronous: the server that it may speak to lives in this process. */
function policy(...args: readonly string[]): Promise<Run> {
  const env = { PATH: process.env.PATH ?? '', OSS_URL: NOWHERE };
  const options = { env, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function fileOf(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const sound = smallPack();
/** 80 % of everything and 60 % more above 1 000: parts that overlap where bands were meant. */
const overlapping: PackContent = {
  ...smallPack({ suffix: '-overlap' }),
  lines: [
    {
      ...sound.lines[0]!,
      rules: [
        {
          parts: [
            { base: 'in-scope-rest', rate: { value: 8_000, unit: 'bp' } },
            {
              base: 'in-scope-rest',
              deductible: { period: { value: 'stay' }, amount: { value: 100_000, unit: 'fen' } },
              rate: { value: 6_000, unit: 'bp' },
            },
          ],
        },
      ],
    },
  ],
};

/** A disease with a price limit of 8 000: above it class C gives way to the hospital first. */
const priceLimit: PackContent = {
  ...smallPack({ suffix: '-limit' }),
  care: { inpatient: { chain: ['ceiling', 'basic'] } },
  programmes: [
    {
      id: 'cataract',
      label: '单病种限价',
      kind: 'price-limit',
      careTypes: ['inpatient'],
      diseases: [{ label: '白内障', icd10: ['H25'], amount: { value: 800_000, unit: 'fen' } }],
    },
  ],
  lines: [{ id: 'ceiling', label: '限价超出部分', payer: 'hospital', shape: 'price-limit' }, ...sound.lines],
};

describe('check', () => {
  test('0: a sound pack, every value with its source, no finding; nothing on stderr where no terminal is', async () => {
    const { status, stderr, stdout } = await policy('check', fileOf('sound.json', sound));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const text of [
      '编号 Id：530102/2018-01-01　地区 Region：530102　适用 In force：2018-01-01',
      packDigest(sound),
      '通知载明 stated 0 · 公开文件 documented 0 · 待县确认 assumed 3',
      '  50%               居民基本医保 › 所有人员 › 政策范围内剩余费用 › 支付比例\n                      测试通知',
      '错误 errors 0，提示 notes 0\n  未发现问题 nothing found',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  test('0: the built-in packs, and what the lint finds in them', async () => {
    const { status, stdout } = await policy('check', join(ROOT, 'libs/policy/packs'), '--json');
    const { packs } = JSON.parse(stdout) as {
      packs: { id: string; counts: Record<string, number>; values: unknown[]; lint: { findings: unknown[]; coarse: number } }[];
    };
    const told = packs.map(({ counts, id, lint, values }) => {
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return { id, findings: lint.findings, coarse: lint.coarse, isCounted: total === values.length };
    });
    expect(told).toEqual([
      { id: '360222/2018-01-01', findings: [], coarse: 0, isCounted: true },
      { id: '360783/2020-01-01', findings: [], coarse: 0, isCounted: true },
      { id: '500000/2023-01-01', findings: [], coarse: 0, isCounted: true },
    ]);
    expect(status).toBe(0);
  });

  test('1: an error of the lint names edge and amounts; notes alone leave 0', async () => {
    const { status, stdout } = await policy('check', fileOf('overlap.json', overlapping));
    expect(status).toBe(1);
    for (const text of [
      '费用上升而个人自付下降 the self-pay falls as the cost rises (2)',
      '1. 错误 error',
      '目录内费用 cost 1,000.00 → 1,500.00',
      '个人自付 self-pay 200.00 → 0.00',
      '各方支付 shares 800.00 → 1,500.00',
      '支付超过整张账单 a rule would pay more than the whole bill',
      '按规则应付 wanted 13,400.00',
    ]) {
      expect(stdout).toContain(text);
    }
    const limited = await policy('check', fileOf('limited.json', priceLimit));
    expect(limited.status).toBe(0);
    for (const text of [
      '错误 errors 0，提示 notes 1',
      '1. 提示 note',
      '目录内费用 cost 3,000.00 → 7,999.99',
      '个人自付 self-pay 6,500.00 → 4,000.00',
      '医院负担 hospital 0.00 → 4,999.99',
      '情形 Where：2018-01-01，住院，一级，本地就医，普通参保人或低保，单病种限价，年度首笔',
    ]) {
      expect(limited.stdout).toContain(text);
    }
  });

  test('1: problems with file, path and cure; the other files are still checked', async () => {
    const broken = fileOf('broken.json', { ...sound, name: 5, lines: [] });
    const other = fileOf('z-other.json', { ...sound, name: '同一编号' });
    const { status, stdout } = await policy('check', broken, fileOf('sound.json', sound), other, '--json');
    expect(status).toBe(1);
    const { packs } = JSON.parse(stdout) as { packs: { file: string; id?: string; problems?: { path: string }[] }[] };
    expect(packs.map(({ file, id, problems }) => [file, id, problems?.map(({ path }) => path)])).toEqual([
      [broken, undefined, ['name', 'lines']],
      [join(directory, 'sound.json'), sound.id, undefined],
      [other, undefined, ['id']],
    ]);
    const text = await policy('check', broken);
    expect(text.stdout).toContain('不能使用 Cannot be used：2 处问题 problems');
    expect(text.stdout).toContain('办法 Cure：put it in quotes');
  });

  test('2: nothing to check', async () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    for (const [args, reason] of [
      [['check', join(directory, 'none.yaml')], 'there is no'],
      [['check', empty], 'holds no pack'],
      [['check'], 'missing required argument'],
    ] as const) {
      expect(await policy(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(reason) });
    }
  });
});

describe('diff', () => {
  test('two packs: what changed in structure and values, and a dozen bills under both', async () => {
    const after: PackContent = {
      ...smallPack({ rateBp: 6_000, provenance: 'stated' }),
      care: { inpatient: { chain: ['basic', 'assistance'] } },
      lines: [
        smallPack({ rateBp: 6_000 }).lines[0]!,
        {
          id: 'assistance',
          label: '医疗救助',
          payer: 'medical-assistance',
          shape: 'proportional',
          rules: [
            { when: { categories: ['low-income'] }, parts: [{ base: 'in-scope-rest', rate: { value: 10_000, unit: 'bp' } }] },
            { nothing: '非救助对象' },
          ],
        },
      ],
    };
    const args = ['diff', fileOf('before.json', sound), fileOf('after.json', after)];
    const { status, stdout } = await policy(...args, '--json');
    expect(status).toBe(0);
    const { chains, examples, structure, texts, values } = JSON.parse(stdout) as Record<string, unknown> & {
      examples: unknown[];
    };
    expect(chains).toEqual([{ care: '住院', before: ['居民基本医保'], after: ['居民基本医保', '医疗救助'] }]);
    const added = (place: string, text: string) => ({ place, change: 'added', before: null, after: text });
    expect(structure).toEqual([
      added('医疗救助', '医疗救助，医疗救助，proportional，账户 account assistance.paid'),
      added('医疗救助 › 低保', '政策范围内剩余费用'),
      added('医疗救助 › 其余人员', '不支付'),
    ]);
    const assumed = '〔待县确认，测试通知〕';
    const stated = '〔通知载明，测试通知〕';
    const changed = (place: string, before: string, now: string) => {
      return { place, change: 'changed', before: `${before}${assumed}`, after: `${now}${stated}` };
    };
    expect(values).toEqual([
      changed('居民基本医保 › 所有人员 › 政策范围内剩余费用 › 支付比例', '50%', '60%'),
      changed('费用范围 › 乙类先行自付', '10%', '10%'),
      changed('费用范围 › 统筹区', '5301', '5301'),
      added('医疗救助 › 低保 › 政策范围内剩余费用 › 支付比例', `100%${stated}`),
      added('医疗救助 › 其余人员 › 非救助对象', `不支付：非救助对象${stated}`),
    ]);
    expect(texts).toEqual([]);
    expect(examples).toHaveLength(12);
    // 50 000 − 2 000 (C) − 1 000 (10 % of B) = 47 000 in scope: half; then 60 %, and what is left of it to the poor.
    const bill = { level: 2, totalFen: 5_000_000, outOfCatalogueFen: 200_000, classBFen: 1_000_000, category: 'low-income' };
    const on = '2018-01-01';
    expect(examples[6]).toEqual({
      bill,
      before: { on, paid: { 'basic-insurance': 2_350_000 }, selfPayFen: 2_650_000 },
      after: { on, paid: { 'basic-insurance': 2_820_000, 'medical-assistance': 1_880_000 }, selfPayFen: 300_000 },
    });
    const text = (await policy(...args)).stdout;
    for (const line of [
      '数值 Values：新增 added 2 · 删除 removed 0 · 变更 changed 3',
      '      城乡居民基本医保           23,500.00     28,200.00     +4,700.00',
      '      个人自付 self-pay          26,500.00      3,000.00    -23,500.00',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('one pack on two days; packs by id; a pack and itself', async () => {
    const { stdout } = await policy('diff', FIVE_SHAPES, '--on', '2019-06-30', '--on', '2019-07-01');
    expect(stdout).toContain('数值 Values：新增 added 0 · 删除 removed 0 · 变更 changed 1');
    expect(stdout).toContain('~ 变更 changed  费用范围 › 乙类先行自付\n      旧 before 10%');
    const same = await policy('diff', '500000/2023-01-01', '500000/2023-01-01');
    expect(same.status).toBe(0);
    expect(same.stdout.match(/^\S.*相同 same$/gm)).toEqual(['规则结构 Rules by condition：相同 same', '数值 Values：相同 same']);
    expect(same.stdout.match(/无差异 same/g)).toHaveLength(12);
  });

  test('2: sides that cannot be compared', async () => {
    for (const [args, reason] of [
      [['diff', FIVE_SHAPES], 'give --on twice'],
      [['diff', FIVE_SHAPES, '--on', '2018-12-31', '--on', '2019-07-01'], 'is not in force on 2018-12-31'],
      [['diff', FIVE_SHAPES, '--on', '2019-02-30', '--on', '2019-07-01'], 'is no day of the calendar'],
      [['diff', '360222/1999-01-01', FIVE_SHAPES], 'there is no policy pack'],
    ] as const) {
      expect(await policy(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(reason) });
    }
  });
});

describe('adopt', () => {
  const corrected = smallPack({ rateBp: 6_000, provenance: 'stated' });
  const short = (content: PackContent): string => packDigest(content).slice(0, 'sha256:'.length + 12);

  test('into the directory of a system that does not run; then through the running one', async () => {
    const data = join(directory, 'data');
    mkdirSync(data);
    const first = fileOf('first.json', sound);
    const second = fileOf('second.json', corrected);
    const adopted = await policy('adopt', first, '--data-dir', data, '--operator', 'OP-17');
    expect(adopted).toMatchObject({ status: 0, stderr: '' });
    expect(adopted.stdout).toBe(
      [
        `${sound.id}：已采用 adopted`,
        `  文件 File：${first}`,
        `  摘要 Digest：${packDigest(sound)}`,
        '  地区 530102 的适用规则 Which pack rules in region 530102',
        '    此前 before  无 none',
        `    此后 after   2018-01-01 –             ${sound.id}  ${short(sound)}…`,
        '  此前受理的出院结算保持原规则 discharges accepted before keep the rules that they name',
        `记录于 Recorded in：${data}`,
        '',
      ].join('\n'),
    );
    const again = await policy('adopt', first, '--data-dir', data);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('此前已采用，未再记录 adopted before') });

    const system = await inProcess({ dataDir: data });
    try {
      const refused = await policy('adopt', second, '--url', system.url);
      expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('未采用 refused') });
      expect(refused.stdout).toContain('The pack id stands for other content');
      const replaced = await policy('adopt', second, '--url', `${system.url}/`, '--replaces', sound.id, '--json');
      const { packs, where } = JSON.parse(replaced.stdout) as { packs: Record<string, unknown>[]; where: string };
      const period = (content: PackContent) => ({ from: '2018-01-01', to: null, id: content.id, digest: packDigest(content) });
      expect([replaced.status, where]).toEqual([0, system.url]);
      expect(packs).toEqual([
        {
          file: second,
          id: corrected.id,
          digest: packDigest(corrected),
          region: '530102',
          outcome: 'adopted',
          before: [period(sound)],
          after: [period(corrected)],
        },
      ]);
      const late = await policy('adopt', first, '--url', system.url);
      expect(late.stdout).toContain(`已被替换，现行版本 it was replaced; ruling now: ${packDigest(corrected)}`);
      const listed = (await system.client.get('/v1/policy/packs?region=530102')).json<{ items: { operatorCode: string }[] }>();
      expect(listed.items.map(({ operatorCode }) => operatorCode)).toEqual(['OP-17', '-']);
      // The directory is the running system's: no second writer.
      const locked = await policy('adopt', second, '--data-dir', data);
      expect(locked).toMatchObject({ status: 2, stderr: expect.stringContaining('already open for writing') });
    } finally {
      await system.stop();
    }
  });

  test('one bad file adopts nothing; what rules nowhere cannot be replaced; without server and directory it does not run', async () => {
    const data = join(directory, 'untouched');
    mkdirSync(data);
    const folder = join(directory, 'packs');
    mkdirSync(folder);
    copyFileSync(FIVE_SHAPES, join(folder, 'a.yaml'));
    writeFileSync(join(folder, 'b.yaml'), readFileSync(FIVE_SHAPES, 'utf8').replace('chain: [chronic]', 'chain: [chronicle]'));
    const broken = await policy('adopt', folder, '--data-dir', data);
    expect(broken).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('b.yaml') });
    const unknown = await policy('adopt', FIVE_SHAPES, '--data-dir', data, '--replaces', '520000/2018-01-01');
    expect(unknown).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('520000/2018-01-01 is not adopted for region 520000'),
    });
    const two = await policy('adopt', FIVE_SHAPES, fileOf('sound.json', sound), '--replaces', sound.id, '--data-dir', data);
    expect(two).toMatchObject({ status: 2, stderr: expect.stringContaining('--replaces goes with one pack') });
    const nowhere = await policy('adopt', FIVE_SHAPES);
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining(`no answer from ${NOWHERE}`) });
    const missing = await policy('adopt', FIVE_SHAPES, '--data-dir', join(directory, 'nothing'));
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no data directory') });
  });
});
