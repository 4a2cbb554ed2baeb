/** `POST /v1/settlements/{id}/reversal` and `…/resettlement`: the two corrections that a clerk can ask for. */
import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { settlementIdPipe, Settings } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import type { FastifyReply } from 'fastify';
import { waitSeconds } from '../discharges/wait-seconds';
import { orderOf, ResettlementRequest, ReversalRequest } from './correction-requests';
import { Resettle } from './resettle';
import { ReverseSettlement } from './reverse-settlement';

@ApiTags('corrections 更正')
@Controller('v1/settlements')
export class CorrectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly settings: Settings,
  ) {}

  @Post(':id/reversal')
  @HttpCode(200)
  @ApiOperation({
    summary: '退费/撤销 Reverse a settlement: the attempt no longer counts, and the year gets its amounts back',
    description:
      'Name the attempt that you saw. Already reversed: 200 and the same answer, which says by whom and why. Where later cases of the person ' +
      'and year exist, `cascade: true` settles them again, in their first order, each with the snapshot and pack that it had; they show ' +
      '`resettling` until all are done, and then what they replace and the differences. A corrected bill is then posted with `corrects`.',
  })
  @ApiResponse({ status: 200, description: 'the attempt, `reversed`, with `reversal`' })
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 409, description: 'attempt-not-live · later-cases (`laterCases` lists them) · correction-too-large' })
  async reverse(@Param('id', settlementIdPipe) id: string, @Body() body: ReversalRequest): Promise<SettlementView> {
    return this.commands.execute(new ReverseSettlement({ ...orderOf(id, body), cascade: body.cascade ?? false }));
  }

  @Post(':id/resettlement')
  @HttpCode(200)
  @ApiOperation({
    summary: '重新结算 Settle a case and all later ones of the year again, on what the registry says now',
    description:
      'After a late entitlement. Fresh cover, categories and approved diseases on the days of discharge; the bills, hospitals and (unless ' +
      '`pack: "current"`) packs stay. Everything is checked first: one refusal refuses the whole command and nothing is recorded.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'wait=N: seconds to wait for the completion (default 5, at most 60)',
  })
  @ApiResponse({
    status: 200,
    description: 'the new attempt, with `supersedes` and `differences`; as it stands when nothing changed',
  })
  @ApiResponse({ status: 202, description: '`resettling`: not complete within the wait; Location says where to look' })
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 409, description: 'attempt-not-live · correction-too-large' })
  @ApiResponse({ status: 422, description: 'what refuses one of the cases; `cases` names each' })
  async resettle(
    @Param('id', settlementIdPipe) id: string,
    @Body() body: ResettlementRequest,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SettlementView> {
    const waitMs = waitSeconds(prefer, this.settings.settleWaitSeconds) * 1_000;
    const view = await this.commands.execute(new Resettle(orderOf(id, body), body.pack ?? 'recorded', waitMs));
    if (view.status !== 'completed') void reply.status(202).header('location', `/v1/settlements/${id}`);
    return view;
  }
}
