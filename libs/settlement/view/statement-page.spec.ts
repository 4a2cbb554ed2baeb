/** The whole page as the patient gets it, compared character by character with the pages under statements/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettlementView } from './settlement-view';
import { statementText } from './statement';
import { everyName, everything } from './testing';

function page(name: string): string {
  return readFileSync(join(__dirname, 'statements', `${name}.txt`), 'utf8');
}

it('a second attempt that was reversed, with everything that a page may hold', () => {
  expect(statementText(everything, everyName)).toBe(page('everything'));
});

it.each([
  ['pending', '本笔结算尚未完成，以下金额不是最终结果 Not yet complete'],
  ['resettling', '本笔结算正在重新计算 Being settled again'],
  ['stuck', '本笔结算遇到问题，正在处理 Held up: being looked into'],
  ['quoted', '预结算，仅供参考，不作为付款依据 A quote, not a settlement'],
] as const)('%s says first what the paper is worth, and without amounts no more', (status, note) => {
  const { selfPayFen: _fen, scope: _scope, ...bare } = everything;
  expect(statementText({ ...bare, status, attempt: 1, shares: [] })).toBe(page('bare').replace('NOTE', note));
});

it('a bill of which the hospital bears no excess has no line of it', () => {
  const scope = { ...(everything.scope ?? { totalFen: 0 }), hospitalExcessFen: 0 } as SettlementView['scope'];
  const lines = statementText({ ...everything, scope }).split('\n');
  expect(
    page('everything')
      .split('\n')
      .filter((line) => !lines.includes(line))
      .map((line) => line.trim()),
  ).toEqual([
    '姓名 Patient          张某',
    '人员类别 Category     特困、残疾',
    '医院 Hospital         浮梁县人民医院（三级 level 3）',
    '执行政策 Policy       测试县政策（999999/2018-01-01）',
    '－ 超定额（限价），医院负担 Hospital        2,000.00',
  ]);
});
