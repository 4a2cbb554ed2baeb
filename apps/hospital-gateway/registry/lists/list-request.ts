/** The body of `POST /v1/registry/lists/{kind}`: shape, types and ranges (400). */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

/** More people than the country has. */
const MAX_HEADS = 2_000_000_000;
/** Members of one body: their pseudonyms fit into one append with room to spare. */
export const MAX_MEMBERS = 20_000;
const MAX_PARTS = 100_000;

export class ListRequest {
  @ApiProperty({ description: '行政区划代码 of the list, 6 digits', example: '360222' })
  @Matches(/^\d{6}$/, { message: 'region must be a division code of 6 digits' })
  region: string;

  @ApiProperty({ description: '名册日期 The day that the list is of', example: '2018-06-30' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'date must be a day, YYYY-MM-DD' })
  date: string;

  @ApiProperty({ description: '人数 Persons on the whole list, by its own statement', minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(MAX_HEADS)
  headCount: number;

  @ApiPropertyOptional({
    description: `公民身份号码 of the members in this part, at most ${MAX_MEMBERS}; recorded as pseudonyms only`,
    type: [String],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_MEMBERS)
  @IsString({ each: true })
  @Length(1, 32, { each: true })
  members?: string[] | null;

  @ApiPropertyOptional({ description: '第几部分, of a list in several parts; default 1', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PARTS)
  part?: number;

  @ApiPropertyOptional({ description: '共几部分; default 1', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PARTS)
  parts?: number;

  @ApiProperty({ description: '经办人 Who reports it; recorded', example: 'OP-17' })
  @IsString()
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @Length(1, 64)
  operatorCode: string;
}
