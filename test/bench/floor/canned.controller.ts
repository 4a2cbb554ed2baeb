/** The floor's only route: the product's body class, pipe and shape check, then an answer of the usual size, and no work. */
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DischargeRequest } from '../../../apps/hospital-gateway/discharges/discharge.dto';
import { shapedDischarge } from '../../../apps/hospital-gateway/discharges/discharge-shape';

export const CANNED_ANSWER = Symbol('canned answer');

@Controller('v1/discharges')
export class CannedController {
  constructor(@Inject(CANNED_ANSWER) private readonly answer: { readonly settlementId: string }) {}

  @Post()
  @HttpCode(201)
  async post(@Body() body: DischargeRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { encounterNo, hospitalCode, bill } = shapedDischarge(body);
    void reply.header('location', `/v1/settlements/${this.answer.settlementId}`);
    return { ...this.answer, encounterNo, hospitalCode, totalFen: bill.totalFen };
  }
}
