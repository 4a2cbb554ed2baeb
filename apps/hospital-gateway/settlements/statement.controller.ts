/** `GET /v1/settlements/{id}/statement`: the paper that the patient takes home, from what was recorded. */
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { acceptedOf, AttemptQuery, Problem, settlementIdPipe } from '@oss/host';
import { statementHtml, statementText } from '@oss/settlement';
import type { FastifyReply } from 'fastify';
import { StatementReader } from './statement-reader';

const MEDIA_TYPES = ['text/html', 'text/plain'] as const;
const TEXT = `结算单 One A4 page, Chinese first: who pays what, each step with its clause, and the proof code (核验码, the leaf hash of the recorded completion in the
log's tree) with a QR code of it. \`Accept: text/html\` (default) or \`text/plain\` (98 columns, for terminals). The page holds no name: the window writes it in.
A settlement that is pending, held up, reversed or being settled again says so at its head; only a completed one has a proof code.`;

@ApiTags('settlements 结算')
@Controller('v1/settlements')
export class StatementController {
  constructor(private readonly statements: StatementReader) {}

  @Get(':id/statement')
  @ApiOperation({ summary: '结算单（打印） The patient’s printable statement', description: TEXT })
  @ApiProduces(...MEDIA_TYPES)
  @ApiResponse({ status: 200, description: 'the page' })
  @ApiResponse({ status: 404, description: 'not-found' })
  async get(
    @Param('id', settlementIdPipe) id: string,
    @Query() { attempt }: AttemptQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const found = await this.statements.read(id, attempt === undefined ? undefined : Number(attempt));
    if (found === null)
      throw new Problem('not-found', `there is no settlement ${id}${attempt === undefined ? '' : ` with attempt ${attempt}`}`);
    const asText = acceptedOf(accept, MEDIA_TYPES) === 'text/plain';
    void reply.headers({
      'content-type': `${asText ? 'text/plain' : 'text/html'}; charset=utf-8`,
      // A bill is personal health data, and the next reading may find it reversed.
      'cache-control': 'no-store',
      vary: 'Accept',
    });
    return asText ? statementText(found.view, found.heading) : statementHtml(found.view, found.heading);
  }
}
