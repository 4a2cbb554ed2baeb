/**
 * Records a list of people that another office keeps. Id numbers end here: the log gets pseudonyms of those whom the registry
 * knows and the number of those whom it does not. Nobody is registered by being on a list.
 */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { canonicalJson, type EventStore, type RecordedEvent } from '@oss/event-store';
import { Clock, EVENT_STORE, type FieldProblem, Problem } from '@oss/host';
import { idNumberProblem, LIST_RECORDED, type ListKind, type ListRecorded, listStream } from '@oss/settlement';
import { assertPastDay } from '../../clearing/record-payment';
import { IdentityStore } from '../../identity/identity-store';
import { MAX_RACES } from '../hospital-registry';
import { assertNamesNobody } from '../person-check';
import { appendAfter } from '../whole-record';

/** Identities looked up at once. */
const LOOK_UPS = 256;

export interface ListAnswer {
  readonly kind: ListKind;
  readonly region: string;
  readonly date: string;
  readonly part: number;
  readonly parts: number;
  readonly headCount: number;
  /** Members of this part: known, and unknown to the registry. */
  readonly known: number;
  readonly unknown: number;
  /** Places in `members` (from 0) of those whom the registry does not know. */
  readonly unknownAt: readonly number[];
  readonly isNew: boolean;
}

export interface ListPart {
  readonly kind: ListKind;
  readonly region: string;
  readonly date: string;
  readonly headCount: number;
  readonly part: number;
  readonly parts: number;
  /** Id numbers; null where only the head count is known. */
  readonly idNumbers: readonly string[] | null;
  readonly operatorCode: string;
}

/** @throws Problem `invalid-body`, `no-such-day`, `day-in-future`, `id-number-check-digit`, `duplicate-in-file`, `list-counts-contradict`, `registry-busy` */
export class RecordList extends Command<ListAnswer> {
  constructor(readonly list: ListPart) {
    super();
  }
}

@CommandHandler(RecordList)
export class RecordListHandler implements ICommandHandler<RecordList> {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly identities: IdentityStore,
    private readonly clock: Clock,
  ) {}

  async execute({ list }: RecordList): Promise<ListAnswer> {
    const { kind, region, date, headCount, part, parts, idNumbers, operatorCode } = list;
    assertNamesNobody('operatorCode', operatorCode);
    assertPastDay('date', date, this.clock.todayInChina());
    assertCounts(list);
    const { keys, unknownAt } = await this.#pseudonyms(idNumbers ?? []);
    const members = idNumbers === null ? {} : { members: keys };
    const content = { date, headCount, kind, ...members, part, parts, region, unknownMembers: unknownAt.length };
    const isNew = await this.#record(content, operatorCode);
    const counted = { known: keys.length, unknown: unknownAt.length, unknownAt };
    return { kind, region, date, part, parts, headCount, ...counted, isNew };
  }

  async #pseudonyms(idNumbers: readonly string[]): Promise<{ keys: readonly string[]; unknownAt: readonly number[] }> {
    const keys = new Set<string>();
    const unknownAt: number[] = [];
    for (let first = 0; first < idNumbers.length; first += LOOK_UPS) {
      const slice = idNumbers.slice(first, first + LOOK_UPS);
      const found = await Promise.all(slice.map((idNumber) => this.identities.find(idNumber)));
      found.forEach((identity, index) => (identity === null ? unknownAt.push(first + index) : keys.add(identity.personKey)));
    }
    return { keys: [...keys].sort(), unknownAt };
  }

  /** One event, unless the last one of this day and part says the same. A corrected list stands beside the first, and counts. */
  async #record(content: Omit<ListRecorded, 'operatorCode'>, operatorCode: string): Promise<boolean> {
    const stream = listStream(content.kind, content.region);
    for (let race = 0; race < MAX_RACES; race++) {
      let last: RecordedEvent | null = null;
      let same: ListRecorded | null = null;
      for await (const event of this.store.readStream(stream)) {
        last = event;
        const data = event.data as ListRecorded;
        if (data.date === content.date && data.part === content.part) same = data;
      }
      if (same !== null && canonicalJson({ ...same, operatorCode: '' }) === canonicalJson({ ...content, operatorCode: '' }))
        return false;
      if (await appendAfter(this.store, last, stream, LIST_RECORDED, { ...content, operatorCode })) return true;
    }
    throw new Problem('registry-busy', 'this list is being changed by others');
  }
}

/** What a well-shaped list may still be refused for. Messages name places, never numbers. */
function assertCounts({ headCount, part, parts, idNumbers }: ListPart): void {
  const refuse = (
    code: 'list-counts-contradict' | 'id-number-check-digit' | 'duplicate-in-file',
    fields: FieldProblem[],
  ): never => {
    throw new Problem(code, fields.map(({ path, message }) => `${path} ${message}`).join('; '), { fields });
  };
  if (part > parts) refuse('list-counts-contradict', [{ path: 'part', message: `is ${part} of ${parts}` }]);
  if (idNumbers === null) return;
  if (idNumbers.length > headCount)
    refuse('list-counts-contradict', [{ path: 'members', message: `are ${idNumbers.length}, the head count is ${headCount}` }]);
  const malformed = idNumbers.flatMap((idNumber, index): FieldProblem[] =>
    idNumberProblem(idNumber) === null ? [] : [{ path: `members[${index}]`, message: 'is not an id number of GB 11643' }],
  );
  if (malformed.length > 0) refuse('id-number-check-digit', malformed);
  const first = new Map<string, number>();
  const doubled = idNumbers.flatMap((idNumber, index): FieldProblem[] => {
    const before = first.get(idNumber);
    if (before === undefined) first.set(idNumber, index);
    return before === undefined ? [] : [{ path: `members[${index}]`, message: `stands at members[${before}] already` }];
  });
  if (doubled.length > 0) refuse('duplicate-in-file', doubled);
}
