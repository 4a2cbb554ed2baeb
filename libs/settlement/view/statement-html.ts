/**
 * The patient's statement as one printable A4 page: Chinese first, English second; a bar for each payer, the workings with
 * their clause, the proof code with its QR code. Self-contained: no script, nothing loaded. Lays out a view; knows no names.
 */
import { type Bp, type Fen, formatBp, formatYuan, ratioBp, subtractFen, sumFen } from '@oss/money';
import { PAYERS, PROVENANCES } from '@oss/policy';
import type { Scope } from '../bill/discharge';
import { escapedHtml as text } from './html';
import { groupedLeaf, proofCode } from './proof-code';
import { qrSvg } from './qr-code';
import type { SettlementView, ShareView, WorkingView } from './settlement-view';
import {
  categoryNames,
  LEVELS,
  PROOF_PURPOSE,
  sharesByPayer,
  STATUS_NOTES,
  type StatementHeading,
  WORDS_ONLY,
} from './statement';

const STYLE = `
@page{size:A4;margin:8mm 12mm}
*{box-sizing:border-box}
body{font:8.6pt/1.22 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:#111;max-width:186mm;margin:8mm auto;padding:0 2mm}
@media print{body{margin:0 auto;padding:0}}
h1{font-size:15pt;margin:0 0 1mm}h1 small,h2 small{font-weight:normal;color:#555;font-size:.68em;margin-left:.6em}
h2{font-size:10pt;margin:2mm 0 .6mm;border-bottom:.3mm solid #111}
.note{border:.4mm solid #b00020;color:#b00020;padding:1mm 2mm;font-weight:bold;margin:1mm 0}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:0 6mm;margin:0}.facts div{display:flex;border-bottom:.1mm dotted #aaa}
.facts dt{flex:0 0 33mm;color:#555}.facts dd{margin:0;overflow-wrap:anywhere}.facts .wide{grid-column:1/3}
.pay{display:flex;justify-content:space-between;align-items:baseline;background:#f2f2f2;padding:1mm 2mm;margin:1.5mm 0;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.pay b{font-size:15pt}
table{width:100%;border-collapse:collapse}td{padding:.15mm 1mm;vertical-align:top;text-align:left}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.sum td{border-top:.3mm solid #111;font-weight:bold}
.bar{width:58mm}.bar i{display:block;height:3mm;margin-top:.8mm;min-width:.3mm;background:#2b6cb0;-webkit-print-color-adjust:exact;print-color-adjust:exact}.bar i.you{background:#c05621}
tr.line td{font-weight:bold;border-top:.1mm solid #bbb;padding-top:.5mm}tr.step td{font-size:7.5pt}tr.step td:first-child{padding-left:5mm}
.from{color:#555;white-space:nowrap}.remark{color:#555;font-size:7.2pt;margin:0}
tbody.each{break-inside:avoid}
.foot{display:flex;gap:4mm;margin-top:2mm;border-top:.3mm solid #111;padding-top:1mm;break-inside:avoid}.foot svg{width:31mm;height:31mm;flex:none}
.leaf{font:9pt/1.5 "DejaVu Sans Mono",Consolas,monospace;margin:.5mm 0}
.sources{font-size:7pt;color:#333;margin:.5mm 0 0;columns:2;column-gap:5mm}.sources p{margin:0}
`;

/** The whole page. @param heading names are printed only if given: a page without one has a blank line for it */
export function statementHtml(view: SettlementView, heading: StatementHeading = {}): string {
  const note = STATUS_NOTES[view.status];
  const { selfPayFen, selfPayBp } = view;
  const parts = [
    '<h1>医疗费用一站式结算单<small>One-stop settlement statement</small></h1>',
    note === null ? '' : `<p class="note">${text(note)}</p>`,
    facts(view, heading),
    selfPayFen === undefined ? '' : summary(view, selfPayFen, selfPayBp ?? ratioBp(selfPayFen, view.totalFen)),
    view.scope === undefined ? '' : scopeTable(view.scope),
    view.shares.length === 0 ? '' : workingsTable(view.shares),
    foot(view, heading.leaf),
  ];
  const title = `结算单 ${view.hospitalCode} ${view.encounterNo}`;
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title><style>${STYLE}</style></head><body>
${parts.filter((part) => part !== '').join('\n')}
</body></html>
`;
}

/** A Chinese heading with its English beside it. */
const h2 = (zh: string, en: string): string => `<h2>${zh}<small>${en}</small></h2>`;

function facts(
  view: SettlementView,
  { patientName, hospitalName, hospitalLevel, categories, packName }: StatementHeading,
): string {
  const level = hospitalLevel === undefined ? '' : `（${LEVELS[hospitalLevel]} level ${hospitalLevel}）`;
  const attempt = view.attempt > 1 ? `（第${view.attempt}次结算 attempt ${view.attempt}）` : '';
  const rows: [string, string | undefined, 'wide'?][] = [
    ['姓名 Patient', patientName ?? ''],
    ['人员类别 Category', categories === undefined ? undefined : categoryNames(categories)],
    ['医院 Hospital', `${hospitalName ?? view.hospitalCode}${level}`],
    ['住院号 Encounter', view.encounterNo],
    ['出院日期 Discharged', view.dischargedOn],
    ['参保地 Insured in', view.region],
    ['执行政策 Policy', packName === undefined ? view.policy.pack : `${packName}（${view.policy.pack}）`, 'wide'],
    ['结算号 Settlement', `${view.settlementId}${attempt}`, 'wide'],
  ];
  const each = rows.flatMap(([label, value, wide]) => {
    if (value === undefined) return [];
    return [`<div${wide === undefined ? '' : ` class="${wide}"`}><dt>${label}</dt><dd>${text(value)}</dd></div>`];
  });
  return `<dl class="facts">${each.join('')}</dl>`;
}

function summary(view: SettlementView, selfPayFen: Fen, selfPayBp: Bp): string {
  const { totalFen } = view;
  const row = (label: string, fen: Fen, bp: Bp, colour = ''): string => {
    const bar = fen === 0 ? '' : `<i${colour} style="width:${formatBp(bp)}"></i>`;
    return `<tr><td>${text(label)}</td><td class="n">${formatYuan(fen)}</td><td class="n">${formatBp(bp)}</td><td class="bar">${bar}</td></tr>`;
  };
  const payers = sharesByPayer(view.shares);
  const amounts = [...payers.values(), selfPayFen];
  const sum = sumFen(amounts);
  return `<div class="pay"><span>您要付 You pay <b>${formatYuan(selfPayFen)}</b> 元，占总费用的 ${formatBp(selfPayBp)}</span><span>总费用 Total ${formatYuan(totalFen)} 元，其中 ${formatYuan(subtractFen(totalFen, selfPayFen))} 元不用您付</span></div>
${h2('一、谁付多少（元）', 'Who pays what (yuan)')}
<table>${[...payers].map(([payer, fen]) => row(`${PAYERS[payer].zh} ${PAYERS[payer].en}`, fen, ratioBp(fen, totalFen))).join('')}${row('个人自付 You pay', selfPayFen, selfPayBp, ' class="you"')}
<tr class="sum"><td>合计 Total</td><td class="n">${formatYuan(sum)}</td><td class="n">${formatBp(ratioBp(sum, totalFen))}</td><td class="bar"></td></tr></table>`;
}

function scopeTable(scope: Scope): string {
  const row = (label: string, fen: Fen, kind = ''): string =>
    `<tr${kind}><td>${text(label)}</td><td class="n">${formatYuan(fen)}</td></tr>`;
  const minus: [string, Fen][] = [
    ['超定额（限价），医院负担 Hospital', scope.hospitalExcessFen],
    ['丙类全自费 Out of catalogue', scope.outOfCatalogueFen],
    ['超限价 Above limit price', scope.overLimitFen],
    ['乙类先行自付 Class B', scope.classBSelfPayFen],
    ['异地先行自付 Out of area', scope.areaSelfPayFen],
  ];
  const rows = [
    row('医疗总费用 Total', scope.totalFen),
    ...minus.filter(([, fen]) => fen > 0).map(([label, fen]) => row(`－ ${label}`, fen)),
    row('＝ 政策范围内费用 In scope', scope.inScopeFen, ' class="sum"'),
    ...(scope.admitted ?? []).map(({ fen, label }) => row(`　含${label}（丙类纳入） admitted`, fen)),
  ];
  const programme =
    scope.programme === undefined ? '' : `<p class="remark">病种 Disease programme：${text(scope.programme.disease)}</p>`;
  return `${h2('二、哪些费用在政策范围内（元）', 'What the policy covers (yuan)')}<table>${rows.join('')}</table>${programme}`;
}

function workingsTable(shares: readonly ShareView[]): string {
  const blocks = shares.map((share, index) => {
    const payer = PAYERS[share.payer];
    const by = share.label === payer.zh ? ` ${payer.en}` : `（${payer.zh}）`;
    const verb = share.payer === 'hospital' ? '负担' : '支付';
    const head = `<tr class="line"><td colspan="2">${index + 1}. ${text(share.label)}${text(by)}</td><td class="n">${verb} ${formatYuan(share.paidFen)}</td></tr>`;
    return `<tbody class="each">${head}${share.workings.map(stepRow).join('')}</tbody>`;
  });
  return `${h2('三、每一道怎么算出来（元）', 'How each line was worked out (yuan)')}<table>${blocks.join('')}</table>`;
}

function stepRow({ step, label, clause, provenance, amountFen, formula, note }: WorkingView): string {
  const origin = provenance === null ? '' : `[${PROVENANCES[provenance].zh}] ${clause ?? ''}`;
  const amount = formula ?? (WORDS_ONLY.has(step) && amountFen === 0 ? '' : formatYuan(amountFen));
  const remark = note === null || note === '' ? '' : `<div class="remark">注：${text(note)}</div>`;
  return `<tr class="step"><td>${text(label)}${remark}</td><td class="from">${text(origin.trim())}</td><td class="n">${text(amount)}</td></tr>`;
}

/** Where the numbers come from, and how the paper can be checked. */
function foot(view: SettlementView, leaf: string | undefined): string {
  const sources = new Set(
    view.shares.flatMap(({ workings }) =>
      workings.flatMap(({ source, provenance }) =>
        source === null || provenance === null ? [] : [`<p>[${PROVENANCES[provenance].zh}] ${text(source)}</p>`],
      ),
    ),
  );
  const marks = Object.values(PROVENANCES).map(({ zh, en }) => `[${zh}] ${en}`);
  const rounding = '金额按每道四舍五入到分；各方支付加个人自付等于总费用。';
  const about = `<div class="sources"><b>依据 Sources</b>${[...sources].join('')}<p>${text(marks.join('；'))}</p><p>${rounding}</p></div>`;
  if (leaf === undefined) {
    const unrecorded = '尚无核验码：结算完成并写入日志后才有。 No proof code yet: it comes with the completed settlement.';
    return `<div class="foot"><div><p class="remark">${unrecorded}</p>${about}</div></div>`;
  }
  const groups = groupedLeaf(leaf);
  const lines = [groups.slice(0, groups.length / 2), groups.slice(groups.length / 2)].map((half) => half.join(' '));
  const { settlementId, attempt } = view;
  return `<div class="foot">${qrSvg(proofCode({ settlementId, attempt, leaf }))}<div><b>核验码（叶哈希）Proof code (leaf hash)</b>
<div class="leaf">${lines.join('<br>')}</div><p class="remark">${PROOF_PURPOSE.zh}<br>${PROOF_PURPOSE.en}</p>${about}</div></div>`;
}
