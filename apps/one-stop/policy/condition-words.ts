/** For whom and when a rule applies, in the words of the field; two rules of one line never get the same. */
import {
  CARE_TYPES,
  CATEGORIES,
  type CompiledLine,
  type CompiledRule,
  type Pack,
  type RuleCategory,
  TRANSFERS,
} from '@oss/policy';

type When = CompiledRule['when'];

const LEVELS = { 1: '一级', 2: '二级', 3: '三级' } as const;

export function categoryWord(category: RuleCategory): string {
  return category === 'ordinary' ? '普通参保人' : CATEGORIES[category].zh;
}

/** "特困、低保 · 住院 · 二级": every condition; without categories the rule is for all, or for all others. */
export function conditionWords(when: When, line: CompiledLine, pack: Pack): string {
  const { ageMonths, amountSet, careTypes, categories, designated, levels, programmes, transfers, ...others } = when;
  const named = line.rules.some((rule) => rule.when.categories !== undefined);
  const label = (id: string): string => pack.programmes.find((programme) => programme.id === id)?.label ?? id;
  return [
    categories === undefined ? (named ? '其余人员' : '所有人员') : categories.map(categoryWord).join('、'),
    ...(careTypes === undefined ? [] : [careTypes.map((each) => CARE_TYPES[each].zh).join('、')]),
    ...(levels === undefined ? [] : [levels.map((each) => LEVELS[each]).join('、')]),
    ...(transfers === undefined ? [] : [transfers.map((each) => TRANSFERS[each].zh).join('、')]),
    ...(designated === undefined ? [] : [designated ? '定点医疗机构' : '非定点医疗机构']),
    ...(programmes === undefined ? [] : [programmes.map(label).join('、')]),
    ...(amountSet === undefined ? [] : [amountSet ? '已定金额' : '未定金额']),
    ...(ageMonths === undefined
      ? []
      : [`月龄 ${ageMonths.from ?? 0} 起${ageMonths.below === undefined ? '' : `不满 ${ageMonths.below}`}`]),
    // A condition that this page has no words for is still told.
    ...Object.entries(others).map(([key, value]) => `${key} ${JSON.stringify(value)}`),
  ].join(' · ');
}
