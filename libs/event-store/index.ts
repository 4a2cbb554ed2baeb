/** The one door of the library: the port, its two adapters, the decider runner, the hash chain, canonical JSON. */
export * from './event-store';
export { canonicalJson } from './canonical-json';
export { checkedAppend } from './checked-append';
export { type CheckedEvent, type Draft } from './checked-event';
export { collect } from './collect';
export {
  type Append,
  DeciderRunner,
  type Decision,
  type Execution,
  type FoldDefinition,
  type RunnerOptions,
  type StepWatch,
} from './decider-runner';
export { eventAt } from './event-at';
export { type FailedDelivery } from './delivery/delivery';
export { type BulkReader, isBulkReader, type Told } from './embedded/bulk-reader';
export { DirectoryLocked, lockDirectory } from './embedded/directory-lock';
export { type EmbeddedStoreOptions, openEmbeddedReader, openEmbeddedStore } from './embedded/open-store';
export { cureOf } from './embedded/opening';
export { type Fact, type SealedFact } from './embedded/stored-fact';
export { type ErasableEntry, ErasableStreams, type ErasableStreamsOptions } from './kurrentdb/erasable-streams';
export { type KurrentStoreOptions, openKurrentStore } from './kurrentdb/open-kurrent-store';
export { leafHash, writeLeafHash } from './leaf';
export {
  type BrokenSeal,
  hashAgain,
  instantText,
  NO_HEAD,
  seal,
  type Sealable,
  type Sealed,
  type StreamHead,
  type Verification,
  verifyStream,
} from './sealing';
export { PassingMap } from './passing-map';
export { resolveUnknownAppend } from './unknown-append';
