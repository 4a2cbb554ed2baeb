/** `POST /v1/pre-settlements`: what would be paid, before anything is. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { SettlementView } from '@oss/settlement';
import { DischargeRequest } from './discharge.dto';
import { shapedDischarge } from './discharge-shape';
import { QuoteDischarge } from './quote-discharge';

@ApiTags('discharges 出院结算')
@Controller('v1/pre-settlements')
export class PreSettlementsController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: '预结算 Pre-settle a discharge: the settlement that it would get now; nothing is recorded',
    description:
      'Same body, same checks, same refusals and same answer as POST /v1/discharges, with `status` "quoted" and without ' +
      '`completedAt`. It stands on the person’s year so far, cases still open included, so it holds until another bill of the ' +
      'person, or a change in the registry, comes first. A discharge that was accepted already is answered as it stands.',
  })
  @ApiResponse({ status: 200, description: 'quoted; or the settlement, when this very discharge was accepted before' })
  @ApiResponse({ status: 400, description: 'invalid-body: every offending field is named' })
  @ApiResponse({
    status: 409,
    description:
      'encounter-differs: the encounter was accepted with other content; earlier-case-stuck: a case before it in the year',
  })
  @ApiResponse({ status: 413, description: 'body-too-large: above 512 KiB' })
  @ApiResponse({ status: 422, description: 'what would refuse the discharge; see the table of codes' })
  @ApiResponse({ status: 503, description: 'store-unavailable: the year is not complete yet; ask again' })
  async quote(@Body() body: DischargeRequest): Promise<SettlementView> {
    return this.queries.execute(new QuoteDischarge(shapedDischarge(body), body.patient));
  }
}
