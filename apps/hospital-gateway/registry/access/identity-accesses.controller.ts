/**
 * `POST /v1/registry/identity-accesses`: the running system records that somebody is about to look at who people are. It takes
 * the fact and gives nothing: names and id numbers are read by the command line, with the master key, from where they are kept.
 */
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { EventStore } from '@oss/event-store';
import { EVENT_STORE, MAX_ACCESS_CHARS, recordIdentityAccess } from '@oss/host';
import { IsIn, IsInt, IsObject, IsString, IsUUID, Length, Matches, Max, Min } from 'class-validator';

const MAX_PERSONS = 2_000_000_000;

class IdentityAccessRequest {
  @ApiProperty({ description: 'drawn by the one who asks; the same again records nothing', format: 'uuid' })
  @IsUUID()
  accessId: string;

  @ApiProperty({ description: '经办人 Who looks; recorded', example: 'OP-17' })
  @IsString()
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @Length(1, MAX_ACCESS_CHARS.operatorCode)
  operatorCode: string;

  @ApiProperty({ description: '事由 Why; recorded, so it must name nobody', example: '县审计局年度抽查' })
  @IsString()
  @Matches(/\S/, { message: 'reason must not be blank' })
  @Length(1, MAX_ACCESS_CHARS.reason)
  reason: string;

  @ApiProperty({ description: '身份证号码 whether id numbers are shown masked or whole', enum: ['masked', 'whole'] })
  @IsIn(['masked', 'whole'])
  idNumbers: 'masked' | 'whole';

  @ApiProperty({ description: '人数 How many persons are shown', minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(MAX_PERSONS)
  persons: number;

  @ApiProperty({
    description: 'filters of the export: from, to, region, hospital, person (a personKey)',
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  @IsObject()
  filters: Record<string, string>;
}

@ApiTags('registry')
@Controller('v1/registry/identity-accesses')
export class IdentityAccessesController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @Post()
  @ApiOperation({
    summary: '记录查看身份信息 Record an access to identities (done by `audit export --with-identity`)',
    description: 'Records who looks, why, at how many persons. Answers no identity: no route does.',
  })
  @ApiResponse({ status: 201, description: '`{ "accessId", "recordedAt" }`' })
  async record(@Body() body: IdentityAccessRequest): Promise<{ accessId: string; recordedAt: string }> {
    const { accessId, filters, idNumbers, operatorCode, persons, reason } = body;
    const access = { filters, idNumbers, operatorCode, persons, reason };
    const { recordedAt } = await recordIdentityAccess(this.store, accessId, access);
    return { accessId, recordedAt };
  }
}
