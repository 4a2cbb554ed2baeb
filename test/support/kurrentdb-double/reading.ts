/** FOR TESTS ALONE. `Streams.Read`: streams and $all, both ways, and catch-up subscriptions with filters and checkpoints. */
import type { ServerWritableStream } from '@grpc/grpc-js';
import { ReadReq, ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { Empty } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import { filterOf } from './filter';
import type { Log, StoredEvent } from './log';
import { invalidPosition, recorded, streamDeleted, streamIdentifier, streamName } from './messages';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
type AllOptions = ReadReq.Options.AllOptions;

const NO_PLACE = 18_446_744_073_709_551_615n;
/** The server's default window of a filter that names none. */
const DEFAULT_SEARCH_WINDOW = 32;

export function read(log: Log, call: ReadCall): void {
  const options = call.request.getOptions()!;
  const outcome = options.hasSubscription()
    ? subscribe(log, call, options)
    : options.hasAll()
      ? readAll(log, call, options)
      : readStream(log, call, options);
  outcome.catch((error: Error) => call.emit('error', error));
}

async function readStream(log: Log, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const from = options.getStream()!;
  const name = streamName(from.getStreamIdentifier());
  const events = log.visible(name);
  if (events === 'tombstoned') throw streamDeleted(name);
  if (events === null) {
    const answer = new ReadResp();
    const missing = new ReadResp.StreamNotFound();
    missing.setStreamIdentifier(streamIdentifier(name));
    answer.setStreamNotFound(missing);
    await send(call, answer);
    return void call.end();
  }
  const backwards = isBackwards(options);
  const revision = from.hasRevision() ? Number(from.getRevision()) : from.hasEnd() ? Infinity : 0;
  const found = backwards
    ? events.filter((event) => event.revision <= revision).toReversed()
    : events.filter((event) => event.revision >= revision && (revision !== Infinity || !from.hasEnd()));
  for (const event of found.slice(0, Number(options.getCount()))) await send(call, eventMessage(log, event, options));
  call.end();
}

async function readAll(log: Log, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const passes = filterOf(options.getFilter());
  const place = placeOf(log, options.getAll()!);
  let left = Number(options.getCount());
  if (isBackwards(options)) {
    // Backwards, a position names the records before it.
    for (let i = log.indexFrom(place) - 1; i >= 0 && left > 0; i--) {
      if (!passes(log.all[i]!)) continue;
      await send(call, eventMessage(log, log.all[i]!, options));
      left -= 1;
    }
  } else {
    for (let i = log.indexFrom(place); i < log.all.length && left > 0; i++) {
      if (!passes(log.all[i]!)) continue;
      await send(call, eventMessage(log, log.all[i]!, options));
      left -= 1;
    }
  }
  call.end();
}

/** Events behind the position, first those that stand, then those that come; never ends by itself. */
async function subscribe(log: Log, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const filter = options.getFilter();
  const passes = filterOf(filter);
  const place = placeOf(log, options.getAll()!);
  const window = filter?.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW;
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 1);
  const confirmed = new ReadResp();
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(crypto.randomUUID());
  confirmed.setConfirmation(confirmation);
  await send(call, confirmed);
  let considered = 0;
  let live = false;
  for (let i = log.indexFrom(place); !call.cancelled && !call.destroyed;) {
    const event = log.all[i];
    if (!event) {
      if (!live) {
        // Both as servers of 24.10 and 25.0 did: no place at all when there was nothing yet; else where the next record will
        // begin, at a prepare position that lies before it.
        if (filter && considered === 0 && place === 0) await send(call, checkpointAt(NO_PLACE, NO_PLACE));
        if (filter && considered > 0) await send(call, checkpointAt(log.end, 0));
        await send(call, caughtUp());
      }
      live = true;
      await appended(log, call);
      continue;
    }
    i += 1;
    if (event.position === place && isWholly(options.getAll()!)) continue;
    if (passes(event)) await send(call, eventMessage(log, event, options));
    considered += 1;
    if (filter && considered % interval === 0) await send(call, checkpointAt(event.position, event.position));
  }
}

function placeOf(log: Log, all: AllOptions): number {
  if (all.hasStart()) return 0;
  if (all.hasEnd()) return log.all.at(-1)?.next ?? 0;
  const position = Number(all.getPosition()!.getCommitPosition());
  if (!log.isPosition(position)) throw invalidPosition();
  return position;
}

/** Whether a place is the event that stands there, and not only what stands before it. */
function isWholly(all: AllOptions): boolean {
  const position = all.getPosition();
  return position !== undefined && position.getPreparePosition() === position.getCommitPosition();
}

function isBackwards(options: ReadReq.Options): boolean {
  return options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
}

function eventMessage(log: Log, stored: StoredEvent, options: ReadReq.Options): ReadResp {
  const answer = new ReadResp();
  const message = new ReadResp.ReadEvent();
  const target = options.getResolveLinks() && stored.type === '$>' ? log.resolve(stored) : undefined;
  if (target === undefined) message.setEvent(recorded(new ReadResp.ReadEvent.RecordedEvent(), stored));
  else {
    message.setLink(recorded(new ReadResp.ReadEvent.RecordedEvent(), stored));
    if (target) message.setEvent(recorded(new ReadResp.ReadEvent.RecordedEvent(), target));
  }
  if (options.hasAll()) message.setCommitPosition(String(stored.position));
  else message.setNoPosition(new Empty());
  answer.setEvent(message);
  return answer;
}

function checkpointAt(commit: number | bigint, prepare: number | bigint): ReadResp {
  const answer = new ReadResp();
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(commit));
  checkpoint.setPreparePosition(String(prepare));
  answer.setCheckpoint(checkpoint);
  return answer;
}

function caughtUp(): ReadResp {
  const answer = new ReadResp();
  answer.setCaughtUp(new ReadResp.CaughtUp());
  return answer;
}

/** Waits while the client does not take what was sent, so that no subscription fills the memory. */
async function send(call: ReadCall, answer: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(answer)) return;
  await either(call, 'drain', 'cancelled', 'close');
}

async function appended(log: Log, call: ReadCall): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      log.off('appended', done);
      call.off('cancelled', done);
      call.off('close', done);
      resolve();
    };
    log.on('appended', done);
    call.on('cancelled', done);
    call.on('close', done);
  });
}

function either(call: ReadCall, ...names: readonly ('drain' | 'cancelled' | 'close')[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const name of names) call.off(name, done);
      resolve();
    };
    for (const name of names) call.on(name, done);
  });
}
