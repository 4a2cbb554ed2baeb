/** FOR TESTS ALONE. Stored events as messages of the protocol, and the server's errors as the statuses that carry them. */
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { StreamIdentifier, UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import type { StoredEvent } from './log';

/** Ticks of 100 ns, as the server counts. */
const TICKS_PER_MILLISECOND = 10_000n;

/** The two services define the same message twice. */
interface RecordedMessage {
  setId(value?: UUID): unknown;
  setStreamIdentifier(value?: StreamIdentifier): unknown;
  setStreamRevision(value: string): unknown;
  setCommitPosition(value: string): unknown;
  setPreparePosition(value: string): unknown;
  setData(value: Uint8Array): unknown;
  setCustomMetadata(value: Uint8Array): unknown;
  getMetadataMap(): { set(key: string, value: string): unknown };
}

/** @param position where the message says that the event stands */
export function recorded<M extends RecordedMessage>(message: M, event: StoredEvent, position = event.position): M {
  const id = new UUID();
  id.setString(event.id);
  message.setId(id);
  message.setStreamIdentifier(streamIdentifier(event.stream));
  message.setStreamRevision(String(event.revision));
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  message.setData(event.data);
  message.setCustomMetadata(event.metadata);
  message.getMetadataMap().set('type', event.type);
  message.getMetadataMap().set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  message.getMetadataMap().set('created', String(BigInt(event.created) * TICKS_PER_MILLISECOND));
  return message;
}

export function streamIdentifier(stream: string): StreamIdentifier {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

export function streamName(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier!.getStreamName_asU8()).toString('utf8');
}

/** An error as the server sends it: a status, and an `exception` with its details in the trailers. */
export function failure(code: status, message: string, trailers: Readonly<Record<string, string>> = {}): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(message), { code, details: message, metadata });
}

export function streamDeleted(stream: string): ServiceError {
  return failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

export function invalidPosition(): ServiceError {
  return failure(status.INVALID_ARGUMENT, 'The position is not a valid one of the log.');
}
