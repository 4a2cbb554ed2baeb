/** The report of `audit verify` as a person reads it: Chinese first, what is vouched for, then the findings. */
import { CHECKS, WRONGS } from './finding';
import type { VerifyReport } from './verify';

export function reportText(report: VerifyReport): string {
  const { events, streams, checkpoints, vouched, recomputed, underway, findings, more } = report;
  const lines = [
    report.clean ? '核验通过 Clean: nothing was found' : `核验发现问题 Findings: ${findings.length + more}`,
    `  事件 Events                    ${events}，流 streams ${streams}`,
    `  检查点 Checkpoints compared    ${checkpoints}`,
    vouched === null
      ? '  已见证至 Vouched for           无：没有与日志相符的检查点 nothing: no checkpoint agrees with the log'
      : `  已见证至 Vouched for           第 ${vouched.place} 个事件 event ${vouched.place}: ${vouched.stream}@${vouched.revision}, ${vouched.recordedAt}`,
    `  其后未见证 Not yet vouched     ${events - (vouched?.place ?? 0)}`,
    recomputed === null
      ? '  重新计算 Recomputed            未做 left out'
      : `  重新计算 Recomputed            ${recomputed.cases} 笔 cases, ${recomputed.compared} 项事实 facts, ${recomputed.years} 个年度 benefit years`,
    `  在途 Under way                 已受理未记录 accepted ${underway.accepted}，已记录未完成 recorded ${underway.recorded}`,
    ...findings.map(({ check, what, message }) => `\n  [${CHECKS[check]}${WRONGS[what]} ${check}/${what}]\n    ${message}`),
  ];
  if (more > 0) lines.push(`\n  … 另有 ${more} 项未列出 and ${more} more`);
  return `${lines.join('\n')}\n`;
}
