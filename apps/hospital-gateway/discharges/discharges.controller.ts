/** `POST /v1/discharges`: where HIS speaks to us. */
import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Settings } from '@oss/host';
import type { FastifyReply } from 'fastify';
import { DischargeRequest } from './discharge.dto';
import { shapedDischarge } from './discharge-shape';
import { PostDischarge } from './post-discharge';
import { waitSeconds } from './wait-seconds';

/** As Fastify names what it writes as JSON itself. */
const JSON_TYPE = 'application/json; charset=utf-8';

@ApiTags('discharges 出院结算')
@Controller('v1/discharges')
export class DischargesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: '出院一站式结算 Post a discharge: one synchronized settlement comes back',
    description:
      'The key is hospitalCode + encounterNo, kept for ever: the same discharge again gets the same answer (200), the same key with ' +
      'other content 409. A refused discharge leaves nothing behind. Amounts are whole fen, rates basis points, dates China time.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'wait=N: seconds to wait for the completion (default 5, at most 60)',
  })
  @ApiHeader({
    name: 'traceparent',
    required: false,
    description: 'W3C trace context: goes on through every app, where tracing is on',
  })
  @ApiResponse({ status: 201, description: 'settled' })
  @ApiResponse({ status: 200, description: 'the same discharge came before: its settlement' })
  @ApiResponse({ status: 202, description: 'accepted, not complete within the wait; Location says where to look' })
  @ApiResponse({ status: 400, description: 'invalid-body: every offending field is named' })
  @ApiResponse({ status: 409, description: 'encounter-differs: the differing fields are named' })
  @ApiResponse({ status: 413, description: 'body-too-large: above 512 KiB' })
  @ApiResponse({ status: 422, description: 'refused by the domain; see the table of codes' })
  async post(
    @Body() body: DischargeRequest,
    @Headers('prefer') prefer: string | undefined,
    @Headers('traceparent') trace: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const waitMs = waitSeconds(prefer, this.settings.settleWaitSeconds) * 1_000;
    const command = new PostDischarge(shapedDischarge(body), body.patient, waitMs, trace);
    const { status, settlementId, json } = await this.commands.execute(command);
    void reply.status(status).header('content-type', JSON_TYPE);
    if (status !== 200) void reply.header('location', `/v1/settlements/${settlementId}`);
    return json;
  }
}
