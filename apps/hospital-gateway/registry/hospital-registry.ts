/** Hospitals: name, region, level, designation; one stream each, the last event is the state. */
import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '@oss/event-store';
import { EVENT_STORE, Problem } from '@oss/host';
import { hospitalRecord, type HospitalRecord, type HospitalRegistered, hospitalStream } from './records';
import { putAfter, type PutOutcome } from './whole-record';

/** Writers of one record at the same moment: after so many lost races the request is refused. */
export const MAX_RACES = 20;

@Injectable()
export class HospitalRegistry {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** The hospital as registered now; null when it is not. */
  async get(code: string): Promise<HospitalRegistered | null> {
    const last = await this.store.readLast(hospitalStream(code));
    return (last?.data as HospitalRegistered | undefined) ?? null;
  }

  /** @throws Problem `registry-busy` */
  async put(code: string, record: HospitalRecord, operatorCode: string): Promise<PutOutcome> {
    const stream = hospitalStream(code);
    for (let race = 0; race < MAX_RACES; race++) {
      const last = await this.store.readLast(stream);
      const outcome = await putAfter(this.store, last, {
        stream,
        type: 'HospitalRegistered',
        content: hospitalRecord(record),
        operatorCode,
      });
      if (outcome !== null) return outcome;
    }
    throw new Problem('registry-busy', `hospital ${code} is being changed by others`);
  }
}
