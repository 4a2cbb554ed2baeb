/** `POST /v1/clearing/payments`: what payers have paid hospitals back, as the agencies report it. */
import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { PaymentRecorded } from '@oss/settlement';
import type { FastifyReply } from 'fastify';
import { PaymentRequest } from './payment-request';
import { RecordPayment } from './record-payment';

const TEXT = `A fact beside the settlements: no share depends on it. \`audit checks\` compares what was paid for a hospital's month with what
it advanced. Amounts in fen, days in China time. A payment that was reported by mistake cannot be taken back here: report what was paid.`;

@ApiTags('clearing 清算')
@Controller('v1/clearing')
export class ClearingController {
  constructor(private readonly commands: CommandBus) {}

  @Post('payments')
  @ApiOperation({ summary: '清算拨付 Record that a payer paid a hospital back', description: TEXT })
  @ApiResponse({ status: 201, description: 'recorded: the payment' })
  @ApiResponse({ status: 200, description: 'this payment (payer, hospital, month, day, amount, paymentNo) was recorded before' })
  @ApiResponse({ status: 422, description: 'unknown-hospital; no-such-day; day-in-future' })
  async record(@Body() body: PaymentRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<PaymentRecorded> {
    const { hospitalCode, month, operatorCode, paidFen, paidOn, payer, paymentNo } = body;
    const named = paymentNo === undefined || paymentNo === null ? {} : { paymentNo };
    const { payment, isNew } = await this.commands.execute(
      new RecordPayment({ hospitalCode, month, operatorCode, paidFen, paidOn, payer, ...named }),
    );
    void reply.status(isNew ? 201 : 200);
    return payment;
  }
}
