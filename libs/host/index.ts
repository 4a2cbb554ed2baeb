/** The door of `host`: what two apps share beside the domain. It knows no fen; who somebody is it seals, and reads with the master key. */
export * from './bootstrap';
export * from './clock';
export { letCollectorsGiveWay } from './collector-threads';
export * from './health';
export * from './host.module';
export * from './ids';
export {
  assertRecordableAccess,
  type IdentityAccessed,
  IDENTITY_ACCESS_STREAM,
  IDENTITY_ACCESSED,
  MAX_ACCESS_CHARS,
  recordIdentityAccess,
} from './identity/identity-access';
export {
  assertSameKey,
  type IdentityKeys,
  IdentityKeysError,
  keyCheckValue,
  loadIdentityKeys,
  loadMasterKey,
} from './identity/identity-keys';
export { DistributedIdentityReader, EmbeddedIdentityReader, type IdentityReader } from './identity/identity-reader';
export {
  identityStream,
  leaveOrCheckKeys,
  openedEntry,
  sealedEntry,
  type SealedEntry,
  sealedIn,
  sealedOf,
  streamsOf,
  type WayBack,
  wayBackOf,
  wayBackStream,
} from './identity/identity-streams';
export { type KnownPerson, type Lookup, lookupWith, openIdentity, sealIdentity } from './identity/sealing';
export { aborted, CONSUMER_RETRY, ended, ensureTopics, kafkaClient, type KafkaTopic, untilAborted } from './kafka';
export * from './logging';
export { acceptedOf } from './media';
export * from './metrics';
export {
  listParkedEvents,
  type ParkedItem,
  type ParkedList,
  type Replayed,
  type ReplayOrder,
  replayParkedEvents,
} from './parked/parked-events';
export * from './problem';
export * from './problem-codes';
export { asProblem, PROBLEM_MEDIA_TYPE } from './problem-filter';
export { AttemptQuery, settlementIdPipe } from './settlement-path';
export * from './settings';
export { Stage } from './stage';
export { Tracing, type WorkSpan } from './tracing/tracing';
export { EdgeValidation, validated } from './validation';
export { type ActorOptions, nudge, NUDGE_PREFIX, STUCK_PREFIX, TURN_FAILED, type TurnFailedFact } from './turns/actor';
export { ContentLibrary } from './turns/content-library';
export { EVENT_STORE } from './turns/event-store-token';
export { StoreModule } from './turns/store.module';
export type { Decided, TurnDomain } from './turns/turn-domain';
export { TurnFailed, TurnTaker } from './turns/turn-taker';
export { startAlone } from './turns/start-alone';
export { ActorModule, TurnsModule } from './turns/turns.module';
