/** The door of `policy`: packs as dated data, checked on load, and the one question "which rule on this day". */
export * from './vocabulary';
export * from './content';
export { dayAfter, isDay, isRealDate } from './calendar';
export { PackInvalid, type PackProblem } from './problem';
export { compilePack } from './compile';
export { checkedPack, parsePack, readPack } from './read-pack';
export { admissionsFor, admittedBy } from './admitted-items';
export { listsDiseases, type ProgrammeMatch, programmesFor } from './programmes';
export { accumulatesHere, chainFor, ruleFor, yearEndAccounts } from './pack';
export type {
  BandStep,
  ChainEntry,
  CompiledAdmission,
  CompiledLine,
  CompiledPart,
  CompiledProgramme,
  CompiledRule,
  Pack,
  RuleContext,
} from './pack';
export { packInForce, regionsFor, type PackHead } from './policy-book';
export { subsidisedCategories, type SubsidisedCategory } from './subsidy';
export { type Levelled, type Resolved, type Timeline, valueAt } from './values';
