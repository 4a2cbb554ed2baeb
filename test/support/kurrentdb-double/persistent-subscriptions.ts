/** FOR TESTS ALONE. The service `PersistentSubscriptions`, for groups on $all: create, read, info, list, replay, delete. */
import {
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  CreateReq,
  CreateResp,
  DeleteReq,
  DeleteResp,
  GetInfoReq,
  GetInfoResp,
  ListReq,
  ListResp,
  ReadReq,
  ReadResp,
  ReplayParkedReq,
  ReplayParkedResp,
  SubscriptionInfo,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/persistentsubscriptions_pb';
import { type Consumer, type Deliver, Group, type Message } from './group';
import type { Log } from './log';
import { failure, recorded } from './messages';
import { directly } from './mischief';

export class PersistentSubscriptions {
  readonly groups = new Map<string, Group>();
  /** How messages are handed over. */
  deliver: Deliver = directly;
  /** So many consumers from now on get no answer, as those do that come before a new leader has begun with its groups. */
  ignored = 0;

  constructor(private readonly log: Log) {}

  service(): UntypedServiceImplementation {
    return {
      create: (call: ServerUnaryCall<CreateReq, CreateResp>, answer: sendUnaryData<CreateResp>) => {
        const options = call.request.getOptions()!;
        const name = options.getGroupName();
        if (this.groups.has(name)) return answer(exists(name));
        const settings = options.getSettings()!;
        if (settings.getReadBatchSize() >= settings.getHistoryBufferSize()) {
          return answer(failure(status.INVALID_ARGUMENT, 'the read batch must be smaller than the history buffer'));
        }
        this.groups.set(name, new Group(name, this.log, options, (...of) => this.deliver(...of)));
        answer(null, new CreateResp());
      },
      delete: (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>) => {
        const name = call.request.getOptions()!.getGroupName();
        this.groups.get(name)?.stop();
        answer(this.groups.delete(name) ? null : missing(name), new DeleteResp());
      },
      read: (call: ServerDuplexStream<ReadReq, ReadResp>) => this.#read(call),
      getInfo: (call: ServerUnaryCall<GetInfoReq, GetInfoResp>, answer: sendUnaryData<GetInfoResp>) => {
        const name = call.request.getOptions()!.getGroupName();
        const group = this.groups.get(name);
        if (!group) return answer(missing(name));
        const response = new GetInfoResp();
        response.setSubscriptionInfo(infoOf(group));
        answer(null, response);
      },
      list: (_call: ServerUnaryCall<ListReq, ListResp>, answer: sendUnaryData<ListResp>) => {
        if (this.groups.size === 0) return answer(missing(''));
        const response = new ListResp();
        response.setSubscriptionsList([...this.groups.values()].map(infoOf));
        answer(null, response);
      },
      replayParked: (call: ServerUnaryCall<ReplayParkedReq, ReplayParkedResp>, answer: sendUnaryData<ReplayParkedResp>) => {
        const options = call.request.getOptions()!;
        const group = this.groups.get(options.getGroupName());
        if (!group) return answer(missing(options.getGroupName()));
        group.replayParked(options.hasStopAt() ? Number(options.getStopAt()) : null);
        answer(null, new ReplayParkedResp());
      },
      update: (_call: unknown, answer: sendUnaryData<never>) => answer(failure(status.UNIMPLEMENTED, 'not in the double')),
      restartSubsystem: (_call: unknown, answer: sendUnaryData<never>) =>
        answer(failure(status.UNIMPLEMENTED, 'not in the double')),
    };
  }

  stop(): void {
    for (const group of this.groups.values()) group.stop();
  }

  #read(call: ServerDuplexStream<ReadReq, ReadResp>): void {
    let group: Group | undefined;
    let consumer: Consumer | undefined;
    const leave = (): void => {
      if (consumer) group?.disconnect(consumer);
      consumer = undefined;
    };
    call.on('cancelled', leave);
    call.on('close', leave);
    call.on('error', leave);
    call.on('end', () => {
      leave();
      call.end();
    });
    call.on('data', (request: ReadReq) => {
      const options = request.getOptions();
      if (options) {
        group = this.groups.get(options.getGroupName());
        if (!group) return void call.emit('error', missing(options.getGroupName()));
        if (this.ignored > 0) {
          this.ignored -= 1;
          return;
        }
        call.write(confirmation());
        consumer = {
          bufferSize: options.getBufferSize(),
          inFlight: new Set(),
          send: (message) => call.write(messageOf(message)),
        };
        group.connect(consumer);
      } else if (request.hasAck()) {
        group?.ack(
          request
            .getAck()!
            .getIdsList()
            .map((id) => id.getString()),
        );
      } else if (request.hasNack()) {
        const nack = request.getNack()!;
        const ids = nack.getIdsList().map((id) => id.getString());
        group?.nack(ids, actionOf(nack.getAction()), nack.getReason());
      }
    });
  }
}

function actionOf(action: ReadReq.Nack.Action): 'park' | 'retry' | 'skip' {
  if (action === ReadReq.Nack.Action.PARK) return 'park';
  return action === ReadReq.Nack.Action.SKIP ? 'skip' : 'retry';
}

function confirmation(): ReadResp {
  const answer = new ReadResp();
  const confirmed = new ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(crypto.randomUUID());
  answer.setSubscriptionConfirmation(confirmed);
  return answer;
}

/** As the real server has it, a replayed event comes with the position of the link to it, which is no place of its own. */
function messageOf({ event, link, retryCount }: Message): ReadResp {
  const answer = new ReadResp();
  const message = new ReadResp.ReadEvent();
  const { position } = link ?? event;
  message.setEvent(recorded(new ReadResp.ReadEvent.RecordedEvent(), event, position));
  if (link) message.setLink(recorded(new ReadResp.ReadEvent.RecordedEvent(), link, position));
  message.setCommitPosition(String(position));
  message.setRetryCount(retryCount);
  answer.setEvent(message);
  return answer;
}

function infoOf(group: Group): SubscriptionInfo {
  const info = new SubscriptionInfo();
  const place = (event: { position: number } | null): string => (event ? `C:${event.position}/P:${event.position}` : '');
  info.setEventSource('$all');
  info.setGroupName(group.name);
  info.setStatus(group.status);
  info.setLastKnownEventPosition(place(group.lastKnown));
  info.setLastCheckpointedEventPosition(place(group.lastCheckpointed));
  info.setReadBufferCount(group.buffer.length);
  info.setLiveBufferCount(String(group.liveBufferCount));
  info.setRetryBufferCount(group.retries.length);
  info.setTotalInFlightMessages(group.outstanding.size);
  info.setOutstandingMessagesCount(group.outstanding.size);
  info.setParkedMessageCount(String(group.parking.count));
  info.setTotalItems('0');
  info.setCountSinceLastMeasurement('0');
  info.setMaxRetryCount(group.settings.getMaxRetryCount());
  info.setMessageTimeoutMilliseconds(group.settings.getMessageTimeoutMs());
  info.setStartFrom('C:0/P:0');
  for (const { bufferSize, inFlight } of group.consumers) {
    const connection = new SubscriptionInfo.ConnectionInfo();
    connection.setTotalItems('0');
    connection.setCountSinceLastMeasurement('0');
    connection.setAvailableSlots(bufferSize - inFlight.size);
    connection.setInFlightMessages(inFlight.size);
    info.addConnections(connection);
  }
  return info;
}

function missing(name: string): ServiceError {
  return failure(status.NOT_FOUND, `Subscription group ${name} on stream $all does not exist.`, {
    exception: 'persistent-subscription-does-not-exist',
    'stream-name': '$all',
    'group-name': name,
  });
}

function exists(name: string): ServiceError {
  return failure(status.ALREADY_EXISTS, `Subscription group ${name} on stream $all exists.`, {
    exception: 'persistent-subscription-exists',
    'stream-name': '$all',
    'group-name': name,
  });
}
