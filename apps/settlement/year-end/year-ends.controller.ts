/** `POST /v1/year-ends`: the year-end lines of a region's years, settled one person after another, told as it goes. */
import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Clock, LOGGER, Problem, withoutIdNumbers } from '@oss/host';
import { IsString, Length, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { type YearEndOrder, type YearEndResult, YearEnds } from './year-ends';

const NDJSON_MEDIA_TYPE = 'application/x-ndjson';

export class YearEndRequest {
  @ApiProperty({
    description: '参保地行政区划代码: a county, or a city (…00) or province (…0000) with all below it',
    example: '360222',
  })
  @Matches(/^\d{6}$/, { message: 'region must be a division code of 6 digits' })
  region: string;

  @ApiProperty({ description: '年度 Benefit year', example: '2018' })
  @Matches(/^\d{4}$/, { message: 'year must be four digits' })
  year: string;

  @ApiProperty({ description: '经办人 Who does this; recorded', example: 'OP-17' })
  @IsString()
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @Length(1, 64)
  operatorCode: string;
}

const TEXT = `Lines with timing \`year-end\` pay nothing at the window; after 1 January of the next year they are settled here, once for each person's year,
on the sums of its live cases. Running it again changes nothing. A year with an open case is left for the next run; a later discharge or correction
takes the year's settlement back by itself, and the next run settles it again.

The answer is a stream of lines: \`{ "years": n }\`, then \`{ "personKey", "outcome", "paidFen" }\` per year, last
\`{ "done": { "settled", "settledBefore", "openCases", "nothingDue", "otherRegion", "failed", "paidFen" } }\`. An answer without a last line was broken off: run it again.`;

@ApiTags('settlements 结算')
@Controller('v1/year-ends')
export class YearEndsController {
  constructor(
    private readonly yearEnds: YearEnds,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '年终结算 Settle the year-end lines of a region’s benefit years', description: TEXT })
  @ApiProduces(NDJSON_MEDIA_TYPE)
  @ApiResponse({ status: 200, description: 'a line per year, as it goes' })
  @ApiResponse({ status: 400, description: 'invalid-body' })
  @ApiResponse({ status: 409, description: 'year-not-over: the year ends on 31 December, China time' })
  settle(@Body() body: YearEndRequest, @Res() reply: FastifyReply): void {
    const { region, year, operatorCode } = body;
    if (withoutIdNumbers(operatorCode) !== operatorCode) {
      const fields = [{ path: 'operatorCode', message: 'must not hold an id number: it is recorded for ever' }];
      throw new Problem('invalid-body', 'an id number must not be recorded', { fields });
    }
    const today = this.clock.todayInChina();
    if (today <= `${year}-12-31`) throw new Problem('year-not-over', `the year ${year} is not over: today is ${today} in China`);
    const lines = this.#lines({ region, year, operatorCode });
    void reply.header('content-type', NDJSON_MEDIA_TYPE).send(Readable.from(lines, { objectMode: false }));
  }

  async *#lines(order: YearEndOrder): AsyncGenerator<string> {
    const done = { settled: 0, settledBefore: 0, openCases: 0, nothingDue: 0, otherRegion: 0, failed: 0, paidFen: 0 };
    const streams = await this.yearEnds.streams(order);
    yield line({ years: streams.length });
    for (const stream of streams) {
      try {
        const result = await this.yearEnds.settle(stream, order);
        done[COUNTED[result.outcome]] += 1;
        done.paidFen += result.paidFen;
        yield line(result);
      } catch (error) {
        // One year that cannot be settled delays nobody: it is counted, logged, and tried again by the next run.
        this.logger.error({ err: error, stream }, 'a year could not be settled at its end');
        done.failed += 1;
        yield line({ outcome: 'failed', personKey: stream.slice(-37, -5), paidFen: 0 });
      }
    }
    yield line({ done });
  }
}

const COUNTED = {
  settled: 'settled',
  'settled-before': 'settledBefore',
  'open-cases': 'openCases',
  'nothing-due': 'nothingDue',
  'other-region': 'otherRegion',
} as const satisfies Record<YearEndResult['outcome'], string>;

const line = (of: object): string => `${JSON.stringify(of)}\n`;
