/**
 * What a team would build instead: settle in the request, write the same rows to PostgreSQL, answer. It is spared what a
 * real one would need beside it: registries and years are in memory, nobody is notified, nothing is encrypted.
 */
import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { canonicalJson, NO_HEAD, type NewEvent, seal, type StreamHead } from '@oss/event-store';
import { Clock } from '@oss/host';
import { type SettlementCompleted, type SettlementView, settlementView, type ShareSettled } from '@oss/settlement';
import type { FastifyReply } from 'fastify';
import { DischargeRequest } from '../../../apps/hospital-gateway/discharges/discharge.dto';
import { shapedDischarge } from '../../../apps/hospital-gateway/discharges/discharge-shape';
import { appendsOf, Desk, yearStream } from '../desk';
import { type Row, RowWriter } from './rows';

@Controller('v1/discharges')
export class RivalController {
  readonly #heads = new Map<string, StreamHead>();
  /** The last request of each year's stream: the next one waits for it. */
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(Desk) private readonly desk: Desk,
    @Inject(RowWriter) private readonly writer: RowWriter,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(201)
  async post(@Body() body: DischargeRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SettlementView> {
    const accepted = this.desk.accept({ ...shapedDischarge(body), patient: body.patient }, this.clock.todayInChina());
    const stream = yearStream(accepted);
    const before = this.#busy.get(stream) ?? Promise.resolve();
    const settling = before.then(async () => {
      const settled = this.desk.settle(accepted, '');
      const [encounter, year] = appendsOf(accepted, randomUUID(), settled);
      const now = this.clock.now();
      const first = this.#rows(encounter.stream, encounter.events, now);
      const rest = this.#rows(year.stream, year.events, now);
      await this.writer.write([...first.rows, ...rest.rows]);
      this.#heads.set(stream, rest.head);
      this.desk.keep(stream, settled.year);
      const shares = settled.events.slice(0, -1).map(({ data }) => data as ShareSettled);
      const completed = settled.events.at(-1)!.data as SettlementCompleted;
      const facts = { recorded: settled.recorded.data, shares, completed, completedAt: now.toISOString() };
      return settlementView(facts, this.desk.pack(accepted.snapshot.pack.digest)!);
    });
    this.#busy.set(stream, settling);
    try {
      const view = await settling;
      void reply.header('location', `/v1/settlements/${view.settlementId}`);
      return view;
    } finally {
      if (this.#busy.get(stream) === settling) this.#busy.delete(stream);
    }
  }

  #rows(stream: string, events: readonly NewEvent[], now: Date): { rows: Row[]; head: StreamHead } {
    const texts = events.map(({ id, type, data }) => ({ id, type, text: canonicalJson(data) }));
    const sealed = seal(this.#heads.get(stream) ?? NO_HEAD, stream, texts, now.getTime());
    const rows = texts.map(({ id, type, text }, index): Row => {
      const { revision, recordedAt, hash } = sealed[index]!;
      return [stream, revision, id, type, recordedAt, Buffer.from(hash, 'hex'), null, null, text];
    });
    return { rows, head: sealed.at(-1)! };
  }
}
