/**
 * An explanation as one page that prints on A4: whom each fen falls to, each step with its arithmetic and, small beside it, the
 * value of the law that it used. Sources stand once, at the foot, and are named by their numbers above.
 */
import { formatYuan } from '@oss/money';
import { PROVENANCES } from '@oss/policy';
import { escapedHtml as text } from '@oss/settlement';
import type { Explained, Explanation, LawBehind } from './explanation';

const STYLE = `
@page{size:A4;margin:8mm 12mm}
body{font:8.4pt/1.22 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:#111;max-width:186mm;margin:8mm auto;padding:0 2mm}
@media print{body{margin:0 auto;padding:0}}
h1{font-size:14pt;margin:0 0 1mm}h1 small,h2 small{font-weight:normal;color:#555;font-size:.68em;margin-left:.6em}
h2{font-size:10pt;margin:2mm 0 .5mm;border-bottom:.3mm solid #111}
p{margin:0}p span{color:#555}
table{width:100%;border-collapse:collapse}td{padding:.2mm 1mm;vertical-align:top}
tr.part td{font-weight:bold;border-top:.1mm solid #aaa}tr.step td{font-size:7.6pt}tr.step td:first-child{padding-left:5mm}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.law{color:#555;font-size:7pt;overflow-wrap:anywhere}
tr.sum td{font-weight:bold;border-top:.3mm solid #111}
ol{margin:0;padding-left:6mm;font-size:7.4pt;columns:2}tbody{break-inside:avoid}
`;

const CHINA_AHEAD_MS = 8 * 3_600_000;

export function explanationHtml(explained: Explanation): string {
  const { settlementId, attempt, hospitalCode, encounterNo, dischargedOn, completedAt, policy, scope, total } = explained;
  const sources = sourcesOf(total);
  const fact = (label: string, value: string): string => `<p><span>${label}</span> ${text(value)}</p>`;
  const amounts = total.parts.map(({ amountFen }) => formatYuan(amountFen)).join(' + ');
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>结算说明 ${text(settlementId)}</title><style>${STYLE}</style></head><body>
<h1>结算说明<small>Explanation of a settlement</small></h1>
${fact('结算号 Settlement', `${settlementId}，第 ${attempt} 次 attempt ${attempt}`)}
${fact('医院 Hospital', `${hospitalCode}，住院号 encounter ${encounterNo}，出院 discharged ${dischargedOn}`)}
${fact('完成 Completed', completedAt === null ? '—' : `${chinaTime(completedAt)} 北京时间`)}
${fact('执行政策 Policy', `${policy.name}（${policy.pack}）`)}
${fact('摘要 Digest', policy.digest)}
<h2>一、费用范围（元）<small>Scope (yuan)</small></h2>
<table>${scopeRows(scope)}</table>
<h2>二、每一分钱由谁承担（元）<small>Whom each fen falls to (yuan)</small></h2>
<table>${total.parts.map((part) => partRows(part, sources)).join('')}
<tr class="sum"><td>${text(total.label)} Total</td><td></td><td class="n">${formatYuan(total.amountFen)}</td></tr></table>
<p>核对 Check: ${amounts} = ${formatYuan(total.amountFen)}</p>
<h2>依据<small>Sources</small></h2>
<ol>${sources.map((source) => `<li>${text(source)}</li>`).join('')}</ol>
</body></html>
`;
}

function scopeRows({ label, amountFen, note, parts }: Explained): string {
  const row = (name: string, fen: number, kind = ''): string => {
    return `<tr${kind}><td>${text(name)}</td><td class="n">${formatYuan(fen)}</td></tr>`;
  };
  const last = parts.length - 1;
  const shown = parts.flatMap((part, index) => {
    if (index === last)
      return [
        row(`＝ ${part.label}`, part.amountFen, ' class="sum"'),
        ...part.parts.map((each) => row(`　${each.label}`, each.amountFen)),
      ];
    return part.amountFen === 0 ? [] : [row(`－ ${part.label}`, part.amountFen)];
  });
  return [row(note === null ? label : `${label}（${note}）`, amountFen), ...shown].join('');
}

function partRows({ label, amountFen, parts }: Explained, sources: readonly string[]): string {
  const head = `<tr class="part"><td>${text(label)}</td><td></td><td class="n">${formatYuan(amountFen)}</td></tr>`;
  return `<tbody>${head}${parts.map((part) => stepRow(part, sources)).join('')}</tbody>`;
}

function stepRow({ label, amountFen, isWords, formula, law, note }: Explained, sources: readonly string[]): string {
  const amount = formula ?? (isWords && amountFen === 0 ? '' : formatYuan(amountFen));
  const beside = [law === null ? null : lawText(law, sources), note].filter((each) => each !== null && each !== '');
  return `<tr class="step"><td>${text(label)}</td><td class="law">${beside.map((each) => text(each!)).join('<br>')}</td><td class="n">${text(amount)}</td></tr>`;
}

/** Source by its number, clause, how sure it is, days in force, place in the pack. */
function lawText({ clause, source, provenance, from, to, ref }: LawBehind, sources: readonly string[]): string {
  const mark = provenance === null ? '' : `[${PROVENANCES[provenance].zh}] `;
  const number = source === null ? null : `依据${sources.indexOf(source) + 1}`;
  const days = `${from} 起${to === null ? '' : `至 ${to}`}`;
  return `${mark}${[number, clause, days, ref].filter((each) => each !== null).join('，')}`;
}

function sourcesOf(explained: Explained): string[] {
  const own = explained.law?.source ?? null;
  return [...new Set([...(own === null ? [] : [own]), ...explained.parts.flatMap(sourcesOf)])];
}

/** @param at RFC 3339 UTC */
function chinaTime(at: string): string {
  return new Date(Date.parse(at) + CHINA_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');
}
