/** Every value of a pack has one place with words of its own. */
import { join } from 'node:path';
import { builtInPacks, packFile, packsIn } from '../../hospital-gateway/policy/pack-files';
import { placesOf, spanText, valueText } from './value-rows';

const ROOT = join(__dirname, '../../..');
const FIVE_SHAPES = packFile(join(ROOT, 'test/e2e/packs/520000-five-shapes-2019.yaml'));

test.each(
  [...builtInPacks(), ...packsIn(join(ROOT, 'test/cases/packs')), FIVE_SHAPES].map(({ pack }) => [pack.id, pack] as const),
)('%s: each value once, each place once', (_, pack) => {
  const places = placesOf(pack);
  const refs = places.flatMap(({ spans }) => spans.map(({ ref }) => ref));
  expect(refs.sort()).toEqual([...pack.values.keys()].sort());
  const keys = places.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('the words of a pack with all shapes: yuan, percent, periods, levels, payers that share, times', () => {
  const { pack } = FIVE_SHAPES;
  const rows = placesOf(pack).flatMap(({ place, spans }) =>
    spans.map((each) => `${place} = ${valueText(each, pack)} ${spanText(each, pack)}`.trimEnd()),
  );
  for (const row of [
    '居民基本医保 › 所有人员 › 政策范围内剩余费用 › 起付线周期 = 每年一次',
    '居民基本医保 › 所有人员 › 政策范围内剩余费用 › 起付线 = 500.00 元',
    '居民基本医保 › 所有人员 › 年度支付限额 = 20,000.00 元',
    '医疗救助 › 其余人员 › 非救助对象 = 不支付',
    '大病保险 › 所有人员 › 年度累计自付 › 分段起点 = 从零起算',
    '大病保险 › 所有人员 › 年度累计自付 › 第1段 › 分段上限 = 10,000.00 元',
    '医院减免 › 所有人员 · 定点医疗机构 › 政策范围外剩余费用 › 支付比例 = 10%',
    '商业补充保险 › 低保 › 单次支付限额 = 1,000.00 元',
    '兜底保障 › 低保 › 年度自付上限 = 1,000.00 元',
    '兜底保障 › 分担比例 = 60%',
    '门诊慢性病 › 所有人员 › 政策范围内剩余费用 › 支付比例 · 二级 = 80%',
    '费用范围 › 乙类先行自付 = 10% 至 2019-06-30',
    '费用范围 › 乙类先行自付 = 20% 自 2019-07-01',
    '费用范围 › 统筹区 = 52',
    '病种政策 › 单病种限价 › 单病种限价(白内障) = 4,000.00 元',
  ]) {
    expect(rows).toContain(row);
  }
});
