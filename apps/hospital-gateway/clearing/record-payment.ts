/** Records what a payer has paid a hospital back. The same payment again records nothing: its id is its content. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { collect, type EventStore, WrongExpectedRevision } from '@oss/event-store';
import { Clock, EVENT_STORE, Problem, uuidv5 } from '@oss/host';
import { isRealDate } from '@oss/policy';
import { clearingStream, PAYMENT_RECORDED, type PaymentRecorded } from '@oss/settlement';
import { HospitalRegistry, MAX_RACES } from '../registry/hospital-registry';
import { assertNamesNobody } from '../registry/person-check';

export interface PaymentAnswer {
  readonly payment: PaymentRecorded;
  readonly isNew: boolean;
}

/** @throws Problem `invalid-body`, `no-such-day`, `day-in-future`, `unknown-hospital`, `registry-busy` */
export class RecordPayment extends Command<PaymentAnswer> {
  constructor(readonly payment: PaymentRecorded) {
    super();
  }
}

@CommandHandler(RecordPayment)
export class RecordPaymentHandler implements ICommandHandler<RecordPayment> {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly hospitals: HospitalRegistry,
    private readonly clock: Clock,
  ) {}

  async execute({ payment }: RecordPayment): Promise<PaymentAnswer> {
    const { hospitalCode, month, paidFen, paidOn, payer, paymentNo } = payment;
    assertNamesNobody('operatorCode', payment.operatorCode);
    if (paymentNo !== undefined) assertNamesNobody('paymentNo', paymentNo);
    assertPastDay('paidOn', paidOn, this.clock.todayInChina());
    if ((await this.hospitals.get(hospitalCode)) === null) {
      const fields = [{ path: 'hospitalCode', message: 'is not registered' }];
      throw new Problem('unknown-hospital', `hospital ${hospitalCode} is not registered`, { fields });
    }
    const stream = clearingStream(hospitalCode, month);
    // Who reports it is not part of what was paid.
    const id = uuidv5([stream, payer, paidOn, paidFen, paymentNo ?? ''].join('\n'));
    for (let race = 0; race < MAX_RACES; race++) {
      const events = await collect(this.store.readStream(stream));
      const before = events.find((event) => event.id === id);
      if (before !== undefined) return { payment: before.data as PaymentRecorded, isNew: false };
      try {
        await this.store.append(stream, events.at(-1)?.revision ?? 'no_stream', [{ id, type: PAYMENT_RECORDED, data: payment }]);
        return { payment, isNew: true };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    throw new Problem('registry-busy', `the payments of hospital ${hospitalCode} for ${month} are being changed by others`);
  }
}

/** @throws Problem naming the field when the day is none, or has not come yet */
export function assertPastDay(path: string, day: string, today: string): void {
  const refused = (code: 'no-such-day' | 'day-in-future', message: string): Problem =>
    new Problem(code, `${path} ${message}`, { fields: [{ path, message }] });
  if (!isRealDate(day)) throw refused('no-such-day', 'is no day of the calendar');
  if (day > today) throw refused('day-in-future', `is ${day}, after today (${today})`);
}
