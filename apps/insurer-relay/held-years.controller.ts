/** The list of benefit years that a correction holds back from Kafka: which, since when, and for which attempts they wait. */
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseBenefitYearStream } from '@oss/settlement';
import { Relay } from './relay';

export interface HeldYear {
  readonly personKey: string;
  readonly year: string;
  /** Of the year's stream: facts from here on are not on Kafka yet. */
  readonly fromRevision: number;
  readonly since: string;
  /** Attempts that have not completed: settlementId/attempt. A stuck one stands in the list of stuck settlements, with its error. */
  readonly awaits: readonly string[];
}

@ApiTags('operation')
@Controller('v1/held-years')
export class HeldYearsController {
  constructor(private readonly relay: Relay) {}

  @Get()
  @ApiOperation({
    summary: '暂缓发布 Benefit years that are not on Kafka yet: a correction is published at once, after its last completion',
    description:
      'Only the active relay holds anything (`active`); others answer with an empty list. A year that stays here waits for a settlement ' +
      'that does not complete: see /v1/stuck-settlements for why.',
  })
  list(): { active: boolean; items: HeldYear[] } {
    const { active, held } = this.relay.state;
    const items = held.map(({ stream, from, since, awaits }) => ({
      ...parseBenefitYearStream(stream),
      fromRevision: from,
      since,
      awaits,
    }));
    return { active, items };
  }
}
