/** The door of `settlement`: the whole domain, pure. No clock, no I/O, no framework. */
export * from './bill/discharge';
export { scopeOf } from './bill/scope';
export {
  acceptedDischarge,
  type AcceptanceInput,
  checkEntitlement,
  completedMonths,
  normaliseBill,
  normaliseCare,
  type PostedDischarge,
  type RegisteredHospital,
  type RegisteredPerson,
  type Span,
} from './acceptance/accept';
export { type AgainInput, basisAgain } from './acceptance/accept-again';
export { checkBill, checkCare, fitsYear } from './acceptance/check-bill';
export { type ComparableDischarge, differingFields } from './acceptance/compare';
export { isIcd10 } from './acceptance/icd10';
export type { Refusal, RefusalCode } from './acceptance/refusal';
export { type AccountChange, type Share, type Working, WORKING_STEPS, type WorkingStep } from './lines/working';
export { type YearEndShare, yearEndShares } from './lines/year-end';
export { SELF_PAY_ACCOUNTS } from './lines/top-up';
export * from './year/events';
export {
  BENEFIT_YEAR_PREFIX,
  benefitYearStream,
  ENCOUNTER_PREFIX,
  encounterStream,
  eventIdOf,
  parseBenefitYearStream,
  settlementIdOf,
} from './year/ids';
export * from './year/benefit-year';
export * from './year/corrections/correct';
export * from './year/corrections/year-history';
export * from './year/year-end';
export * from './year/turn';
export * from './year/turn-domain';
export { recordDischarge, type RecordedFact, sayOpenCases, settleOpenCases, type TurnsTaken } from './year/record';
export * from './county/clearing';
export * from './county/lists';
export * from './view/correction-view';
export * from './view/case-attempts';
export * from './view/case-facts';
export {
  acceptedView,
  lineLabel,
  type SettlementFacts,
  type SettlementStatus,
  settlementView,
  type SettlementView,
  type ShareView,
  type WorkingView,
} from './view/settlement-view';
export { settlementJson } from './view/settlement-json';
export { categoryNames, provenanceMark, sharesByPayer, type StatementHeading, statementText, WORDS_ONLY } from './view/statement';
export { groupedLeaf, proofCode, readProofCode, type StatementProof } from './view/proof-code';
export { escapedHtml } from './view/html';
export { statementHtml } from './view/statement-html';
export { bar, columnsOf, padLeft, padRight, PAGE_COLUMNS, wrap } from './view/columns';
export * from './settle-alone';
export * from './id-number';
export * from './lint/lint-pack';
export { paidByPayer, Probe, type ProbeBill, type Probed, type Situation } from './lint/probe';
export { isRate } from './lint/thresholds';
