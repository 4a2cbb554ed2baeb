/** FOR TESTS ALONE. `Streams.Append`, `Delete` and `Tombstone`, with the faults that were ordered. */
import { type sendUnaryData, type ServerReadableStream, type ServerUnaryCall, status } from '@grpc/grpc-js';
import {
  AppendReq,
  AppendResp,
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { Empty } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import type { Faults } from './faults';
import { type AppendOutcome, type Expected, type Log, MAX_APPEND_BYTES, type ProposedEvent } from './log';
import { failure, streamDeleted, streamName } from './messages';

/** Two seconds at the real server. */
const COMMIT_TIMEOUT_MS = 100;

type AppendAnswer = sendUnaryData<AppendResp>;

export function append(log: Log, faults: Faults, call: ServerReadableStream<AppendReq, AppendResp>, answer: AppendAnswer): void {
  let options: AppendReq.Options | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (request: AppendReq) => {
    if (request.hasOptions()) options = request.getOptions()!;
    else events.push(proposed(request.getProposedMessage()!));
  });
  call.on('error', () => {});
  call.on('end', () => {
    const fault = faults.take();
    const broken = failure(status.UNAVAILABLE, 'the connection was lost (ordered by the test)');
    if (fault === 'break before storing') return answer(broken);
    const stream = streamName(options!.getStreamIdentifier());
    const outcome = log.append(stream, expectedOf(options!), events);
    if (fault === 'swallow the answer') return;
    if (fault === 'break after storing') return answer(broken);
    const delay = outcome.kind === 'not ready' ? COMMIT_TIMEOUT_MS : faults.appendDelayMs;
    setTimeout(() => reply(outcome, stream, options!, answer), delay);
  });
}

export function remove(log: Log, call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void {
  const options = call.request.getOptions()!;
  const stream = streamName(options.getStreamIdentifier());
  const refusal = refusedRemoval(log, stream, options);
  if (refusal) return answer(refusal);
  log.softDelete(stream);
  const done = new DeleteResp();
  done.setNoPosition(new Empty());
  answer(null, done);
}

export function tombstone(
  log: Log,
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  answer: sendUnaryData<TombstoneResp>,
): void {
  const options = call.request.getOptions()!;
  const stream = streamName(options.getStreamIdentifier());
  const refusal = refusedRemoval(log, stream, options);
  if (refusal) return answer(refusal);
  log.tombstone(stream);
  const done = new TombstoneResp();
  done.setNoPosition(new Empty());
  answer(null, done);
}

function refusedRemoval(log: Log, stream: string, options: { hasRevision(): boolean; getRevision(): string }) {
  if (log.visible(stream) === 'tombstoned') return streamDeleted(stream);
  const actual = log.lastRevision(stream);
  if (!options.hasRevision() || Number(options.getRevision()) === actual) return null;
  return failure(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': options.getRevision(),
    'actual-version': String(actual),
  });
}

function proposed(message: AppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()!.getString(),
    type: metadata.get('type')!,
    isJson: metadata.get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function expectedOf(options: AppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasAny() ? 'any' : Number(options.getRevision());
}

function reply(outcome: AppendOutcome, stream: string, options: AppendReq.Options, answer: AppendAnswer): void {
  const message = new AppendResp();
  switch (outcome.kind) {
    case 'deleted':
      return answer(streamDeleted(stream));
    case 'not ready':
      return answer(failure(status.ABORTED, 'Operation timed out: Request timed out waiting for commit'));
    case 'too large':
      return answer(
        failure(status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(MAX_APPEND_BYTES),
        }),
      );
    case 'success': {
      const success = new AppendResp.Success();
      const position = new AppendResp.Position();
      position.setCommitPosition(String(outcome.position));
      position.setPreparePosition(String(outcome.position));
      if (outcome.revision < 0) success.setNoStream(new Empty());
      else success.setCurrentRevision(String(outcome.revision));
      success.setPosition(position);
      message.setSuccess(success);
      return answer(null, message);
    }
    case 'wrong version':
      message.setWrongExpectedVersion(wrongVersion(outcome.current, options));
      return answer(null, message);
  }
}

function wrongVersion(current: number, options: AppendReq.Options): AppendResp.WrongExpectedVersion {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(current));
  if (options.hasNoStream()) wrong.setExpectedNoStream(new Empty());
  else if (options.hasStreamExists()) wrong.setExpectedStreamExists(new Empty());
  else if (options.hasAny()) wrong.setExpectedAny(new Empty());
  else wrong.setExpectedRevision(options.getRevision());
  return wrong;
}
