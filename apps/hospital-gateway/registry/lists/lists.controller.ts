/** `POST /v1/registry/lists/{kind}`: head counts and members of a list that another office keeps, as facts for the audit. */
import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '@oss/host';
import { LIST_KINDS, type ListKind } from '@oss/settlement';
import type { FastifyReply } from 'fastify';
import { ListRequest, MAX_MEMBERS } from './list-request';
import { type ListAnswer, RecordList } from './record-list';

const TEXT = `The list as it stood on a day. \`members\` are id numbers: they become pseudonyms here and are written nowhere; members whom the
registry does not know are counted (\`unknown\`, with their places in the body), not registered. Without \`members\` the head count alone is recorded.
A list of more than ${MAX_MEMBERS} members comes in several bodies, \`part\` 1 to \`parts\`, each with the head count of the whole.
The same again records nothing; another content for the same day and part stands in its place.`;

@ApiTags('registry')
@Controller('v1/registry/lists')
export class ListsController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':kind')
  @ApiOperation({ summary: '名册 Record a list: register, insurance or assistance', description: TEXT })
  @ApiParam({ name: 'kind', enum: Object.keys(LIST_KINDS) })
  @ApiResponse({
    status: 201,
    description: 'recorded: `{ kind, region, date, part, parts, headCount, known, unknown, unknownAt: [place] }`',
  })
  @ApiResponse({ status: 200, description: 'the same was recorded before' })
  @ApiResponse({ status: 404, description: 'not-found: no such kind of list' })
  @ApiResponse({
    status: 422,
    description: 'no-such-day; day-in-future; id-number-check-digit; duplicate-in-file; list-counts-contradict',
  })
  async record(
    @Param('kind') kind: string,
    @Body() body: ListRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Omit<ListAnswer, 'isNew'>> {
    if (!Object.hasOwn(LIST_KINDS, kind))
      throw new Problem('not-found', `there is no such list: use one of ${Object.keys(LIST_KINDS).join(', ')}`);
    const { region, date, headCount, operatorCode, members, part, parts } = body;
    const { isNew, ...answer } = await this.commands.execute(
      new RecordList({
        kind: kind as ListKind,
        region,
        date,
        headCount,
        part: part ?? 1,
        parts: parts ?? 1,
        idNumbers: members ?? null,
        operatorCode,
      }),
    );
    void reply.status(isNew ? 201 : 200);
    return answer;
  }
}
