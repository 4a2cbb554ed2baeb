/**
 * Every error code of the HTTP contract, in one visible place: status, official title, when it happens, what to do.
 * The OpenAPI page prints this table. A code never changes its meaning; new ones are added here and nowhere else.
 */

export interface ProblemKind {
  readonly status: number;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly when: string;
  readonly cure: string;
}

const kind = (status: number, titleZh: string, titleEn: string, when: string, cure: string): ProblemKind => ({
  status,
  titleZh,
  titleEn,
  when,
  cure,
});

const request = {
  'invalid-body': kind(400, '请求内容不合规', 'The request does not fit the contract', 'a field is missing, unknown, of the wrong type or out of range', 'correct every field that `errors` names; amounts are whole fen, rates basis points'), // prettier-ignore
  'malformed-json': kind(400, '请求不是有效的JSON', 'The body is not JSON', 'the body cannot be parsed', 'send UTF-8 JSON with Content-Type: application/json'), // prettier-ignore
  'not-found': kind(404, '未找到', 'Not found', 'no such route, settlement, hospital or person', 'check the path and the identifiers'), // prettier-ignore
  'body-too-large': kind(413, '请求内容过大', 'The body is too large', 'one discharge is above 512 KiB', 'send one bill per request; send many through a batch or an import, which stream'), // prettier-ignore
  'unsupported-media-type': kind(415, '不支持的内容类型', 'Unsupported media type', 'the Content-Type is not one that the route reads', 'send the type that the route documents'), // prettier-ignore
  'internal': kind(500, '系统内部错误', 'Internal error', 'a defect on our side; nothing was half-recorded', 'send the same request again; if it stays, report `instance` to the operator'), // prettier-ignore
  'server-stopping': kind(503, '服务正在停止', 'The server is stopping', 'the request arrived while this process was shutting down; nothing of it was done', 'send the same request again after the seconds that Retry-After names: the same discharge is never settled twice'), // prettier-ignore
  'store-unavailable': kind(503, '存储暂不可用', 'The store is not available', 'the event store is closed, starting or did not answer in time', 'send the same request again after a few seconds: the same discharge is never settled twice'), // prettier-ignore
} as const;

const bill = {
  'lines-do-not-add-up': kind(422, '明细与合计不符', 'Lines do not add up to the total', 'Σ amountFen of the lines differs from totalFen; both sums are named', 'send all lines, net of returned items, or correct the total'), // prettier-ignore
  'over-limit-above-amount': kind(422, '超限价金额大于明细金额', 'Over-limit above the amount', 'overLimitFen of a line is above its amountFen', 'overLimitFen is the part of amountFen above the price limit'), // prettier-ignore
  'summary-above-total': kind(422, '汇总金额大于合计', 'Summary above the total', 'the sums of the summary are together above totalFen', 'correct the summary or the total'), // prettier-ignore
  'nothing-to-correct': kind(422, '无可更正的结算', 'Nothing to correct', 'a corrected bill comes for an encounter that was never accepted', 'post it without `corrects`'), // prettier-ignore
  'corrects-other-case': kind(422, '更正对象不是本次就诊', 'It corrects another case', '`corrects` names the settlement of another hospital or encounter', 'name the settlement of this hospital and encounter'), // prettier-ignore
  'year-total-too-large': kind(422, '年度累计金额超出上限', "The year's total is too large", "the bill would take the person's year above 2^53 − 1 fen", 'check the amounts: they are fen, not thousandths'), // prettier-ignore
} as const;

const care = {
  'no-such-day': kind(422, '日期不存在', 'No such day', 'a date has the form YYYY-MM-DD but is not in the calendar', 'correct the date'), // prettier-ignore
  'discharge-before-admission': kind(422, '出院日期早于入院日期', 'Discharge before admission', 'dischargedOn is before admittedOn', 'correct the dates'), // prettier-ignore
  'discharge-in-future': kind(422, '出院日期晚于今日', 'Discharge in the future', 'dischargedOn is after today in China time', 'post the discharge when it has happened; for an estimate pre-settle it with the day of today'), // prettier-ignore
  'malformed-icd10': kind(422, '疾病编码格式错误', 'Malformed ICD-10 code', 'a diagnosis or chronic disease is not written as an ICD-10 code', 'send the code as in ICD-10, for example C16.9'), // prettier-ignore
  'chronic-disease-not-approved': kind(422, '门诊慢性病未备案', 'Chronic disease not approved', 'the registry holds no approval of that disease for the person on that day', 'register the approval first, then post again'), // prettier-ignore
  'chronic-disease-not-in-pack': kind(422, '门诊慢性病不在病种目录', 'Chronic disease not in the pack', 'the pack in force lists the diseases of outpatient-chronic care, and this one is not among them for a person of that age and those categories', 'correct care.chronicDisease; if the county lists it, it is added to the pack'), // prettier-ignore
  'transfer-contradicts-hospital': kind(422, '转诊类型与就诊地不符', 'Transfer contradicts the hospital', "the kind of transfer does not fit the hospital's region", "`none` is for hospitals in the pack's local area; name the kind of transfer otherwise"), // prettier-ignore
  'care-type-not-in-pack': kind(422, '政策包不含该就医类型', 'The pack has no rule for this care', 'the pack in force says nothing about this care type or transfer', 'ask the county which rule applies; it is added to the pack'), // prettier-ignore
  'transfer-not-in-pack': kind(422, '政策包不含该转诊类型', 'The pack has no rule for this transfer', 'the pack in force says nothing about this kind of transfer', 'ask the county which rule applies; it is added to the pack'), // prettier-ignore
  'chronic-disease-missing': kind(422, '门诊慢性病未填病种', 'Chronic disease missing', 'an outpatient-chronic visit names no disease', 'name the approved disease in care.chronicDisease'), // prettier-ignore
  'chronic-disease-not-expected': kind(422, '住院不应填门诊慢性病', 'Chronic disease not expected', 'an inpatient stay names a chronic disease', 'leave care.chronicDisease out, or correct care.type'), // prettier-ignore
  'visit-longer-than-a-day': kind(422, '门诊就诊跨日', 'A visit longer than a day', 'an outpatient-chronic visit begins and ends on different days', 'post one discharge per visit day'), // prettier-ignore
} as const;

const parties = {
  'id-number-check-digit': kind(422, '身份证号码校验错误', 'Wrong check digit of an id number', 'the id number does not have the form, date or check digit of GB 11643', 'read the number again from the card'), // prettier-ignore
  'unknown-hospital': kind(422, '医疗机构未登记', 'Unknown hospital', 'the registry does not hold this hospital', 'PUT /v1/registry/hospitals/{code} first'), // prettier-ignore
  'undesignated-hospital': kind(422, '非定点医疗机构', 'Undesignated hospital', 'the hospital is not designated and the pack has no rule for that', 'the patient settles by hand at the agency'), // prettier-ignore
  'unknown-person': kind(422, '参保人未登记', 'Unknown person', 'the registry does not hold this id number', 'PUT /v1/registry/persons first, or import the roster'), // prettier-ignore
  'name-differs': kind(422, '姓名与登记不符', 'The name differs', 'the name is not the one in the registry', 'correct the name here or in the registry'), // prettier-ignore
  'region-differs': kind(422, '参保地与登记不符', 'The region differs', 'the region is not the one in the registry', 'correct the region here or in the registry'), // prettier-ignore
  'not-covered': kind(422, '出院日未参保', 'Not covered on that day', 'the person has no cover on dischargedOn', 'enrol the person (subsidised persons must be), then post again'), // prettier-ignore
  'no-pack': kind(422, '该地区该日期无政策包', 'No pack for region and date', 'no pack is in force for the region, its city or its province on that date', 'adopt a pack that covers the date'), // prettier-ignore
} as const;

const conflicts = {
  'encounter-differs': kind(409, '同一就诊号内容不同', 'Same encounter, other content', 'this encounter was accepted with other content; the differing fields are named', 'reverse the settlement and post the corrected bill with `corrects`'), // prettier-ignore
  'attempt-not-live': kind(409, '该次结算不是有效结算', 'Not the live attempt', 'the attempt that the command names is not the live one', 'read the settlement again and name its attempt'), // prettier-ignore
  'attempt-not-reversed': kind(409, '该次结算尚未冲销', 'The attempt is not reversed', 'a corrected bill names an attempt that still counts', 'reverse the settlement first, then post the corrected bill again'), // prettier-ignore
  'correction-too-large': kind(409, '更正涉及的结算过多', 'The correction is too large', 'so many later cases would have to be settled again that one append cannot hold them', 'reverse the later cases one by one, the last first'), // prettier-ignore
  'year-not-over': kind(409, '年度尚未结束', 'The year is not over', 'a year-end settlement is asked for before 1 January of the next year in China', 'run it after the year has ended'), // prettier-ignore
  'later-cases': kind(409, '存在后续结算', 'Later cases in the way', 'later cases of this person and year exist, or one is still open; they are listed', 'ask for `cascade`, or reverse them first'), // prettier-ignore
  'earlier-case-stuck': kind(409, '前序结算停滞', 'An earlier settlement is stuck', "a pre-settlement would stand behind a case of the person's year that cannot be decided; `settlementId` names it", 'post the discharge: it is accepted, and settled by itself once that case is; GET /v1/stuck-settlements shows the error to mend'), // prettier-ignore
  'registry-busy': kind(409, '登记记录正在被修改', 'The record is being changed', 'the same record was changed by others at the same moment, again and again', 'send the request again'), // prettier-ignore
} as const;

const registry = {
  'categories-overlap': kind(422, '救助对象类别时段重叠', 'Periods of a category overlap', 'the same category is given twice for the same day', 'join the periods, or end the first before the second begins'), // prettier-ignore
  'period-ends-before-start': kind(422, '时段止期早于起期', 'A period ends before it begins', '`to` is before `from`', 'correct the dates; both are inclusive'), // prettier-ignore
  'duplicate-in-file': kind(422, '文件内重复', 'Twice in one file', 'an id number stands in two rows of one import with different content', 'keep one row per person'), // prettier-ignore
  'number-cell-lost-digits': kind(422, '号码以数值存储，末位已丢失', 'A number cell has lost digits', 'an id number (or a member number of more than 15 digits) stands in a spreadsheet as a number, which keeps 15 digits', 'format the column as text, enter the numbers again from the source, and import again'), // prettier-ignore
  'unreadable-spreadsheet': kind(422, '表格文件无法读取', 'The spreadsheet cannot be read', 'the file is damaged, is no XLSX workbook, is protected by a password, or inflates beyond all bounds', 'open it in a spreadsheet program and save it as XLSX without a password, or save the sheet as CSV (UTF-8)'), // prettier-ignore
  'spreadsheet-too-large': kind(413, '表格文件过大', 'The spreadsheet is too large', 'an XLSX file is above 64 MiB', 'save the sheet as CSV, which streams without a limit, or split it'), // prettier-ignore
  'day-in-future': kind(422, '日期晚于今日', 'A day in the future', 'the day of a payment or of a list is after today in China time', 'report it when it has come'), // prettier-ignore
  'list-counts-contradict': kind(422, '名册人数不符', 'The counts of a list contradict each other', 'a list names more members than its head count, or a part beyond its number of parts', 'correct the head count or the members'), // prettier-ignore
  'id-number-taken': kind(409, '身份证号码已登记', 'The id number is taken', 'the corrected id number already belongs to another record', 'check both records; erase the one that was made by mistake'), // prettier-ignore
} as const;

const policy = {
  'pack-conflict': kind(409, '政策包编号已用于其他内容', 'The pack id stands for other content', 'the id is adopted with another digest and `replaces` does not name it', 'give the rules an id and start of their own, or name the id in `replaces` to adopt a new version'), // prettier-ignore
  'pack-invalid': kind(422, '政策包不合规', 'The pack cannot be used', 'the pack fails its schema or its check; `errors` names every path with its cure', 'mend every path that `errors` names; npm run policy -- check shows the same'), // prettier-ignore
  'pack-not-adopted': kind(422, '被替换的政策包未采用', 'The pack to replace is not adopted', '`replaces` names a pack that does not rule in the region', 'name a pack that GET /v1/policy/packs lists without `replacedBy`, or leave `replaces` out'), // prettier-ignore
} as const;

const audit = {
  'not-completed': kind(409, '结算尚未完成', 'Not completed yet', 'an explanation or a proof is asked for of a case that is still on its way', 'ask again after the seconds that Retry-After names'), // prettier-ignore
  'not-under-checkpoint': kind(409, '结算尚未纳入检查点', 'Not under a checkpoint yet', 'the settlement was completed after the last signed checkpoint, or none is signed yet', 'ask again after the seconds that Retry-After names; AUDIT_CHECKPOINT_SECONDS says how often the system signs'), // prettier-ignore
  'log-contradicts': kind(409, '日志与已签检查点或记录不符', 'The log contradicts itself', 'the log is not the one that its checkpoint was signed for, or the amounts of a settlement do not close', 'run `npm run audit -- verify`, or a run of kind verify: it names what was changed'), // prettier-ignore
  'run-not-over': kind(409, '任务尚未结束', 'The run is not over', 'the result of a run is asked for before it is done', 'follow GET /v1/audit/runs/{id}/events, or ask again after the seconds that Retry-After names'), // prettier-ignore
  'run-without-result': kind(409, '任务没有结果', 'The run has no result', 'the run was cancelled or failed; the run says why', 'mend what the run names, then start it again'), // prettier-ignore
  'run-over': kind(409, '任务已结束', 'The run is over', 'a run that is done or failed cannot be cancelled', 'read its result'), // prettier-ignore
  'audit-busy': kind(429, '审计任务过多', 'Too much audit work waits', 'the queue of runs, of proofs or of listeners is full', 'send the same again after the seconds that Retry-After names, or cancel a run that waits'), // prettier-ignore
} as const;

export const PROBLEM_KINDS = {
  ...request,
  ...bill,
  ...care,
  ...parties,
  ...conflicts,
  ...registry,
  ...policy,
  ...audit,
} satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEM_KINDS;

/** The table for the OpenAPI page, in Markdown. */
export function problemCodeTable(): string {
  const rows = Object.entries(PROBLEM_KINDS).map(
    ([code, each]) => `| \`${code}\` | ${each.status} | ${each.titleZh} ${each.titleEn} | ${each.when} | ${each.cure} |`,
  );
  return ['| code | status | title | when | cure |', '|---|---|---|---|---|', ...rows].join('\n');
}
