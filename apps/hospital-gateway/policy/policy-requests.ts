/** Bodies and queries of the policy routes: shape, types and ranges (400). What is wrong inside a pack is 422. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';

/** Longer than any id: "<region>/<from>" and a suffix. */
const MAX_ID = 100;

export class AdoptionRequest {
  @ApiProperty({ description: '政策包内容 The pack as JSON, as libs/policy/README.md describes it (YAML, read)', type: Object })
  @IsObject({ message: 'content must be the pack as a JSON object' })
  content: Record<string, unknown>;

  @ApiProperty({ description: '经办人 Who adopts it; recorded', example: 'OP-17' })
  @IsString()
  @Length(1, 64)
  operatorCode: string;

  @ApiPropertyOptional({
    description: '被替换的政策包编号 Id of the ruling pack that this one replaces',
    example: '360222/2018-01-01',
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_ID)
  replaces?: string | null;
}

export class PacksQuery {
  @ApiProperty({ description: '行政区划代码, 6 digits: its own packs, then those of its city and province', example: '360222' })
  @Matches(/^\d{6}$/, { message: 'region must be a division code of 6 digits' })
  region: string;
}
