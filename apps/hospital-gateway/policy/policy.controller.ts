/** The routes of the law: adopt a pack, list what is adopted, read one version. They decide nothing. */
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '@oss/host';
import type { PackContent } from '@oss/policy';
import type { FastifyReply } from 'fastify';
import type { AdoptedVersion } from './adopted-packs';
import { AdoptPack, GetPack, ListPacks } from './commands';
import { AdoptionRequest, PacksQuery } from './policy-requests';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

const ADOPT_TEXT = `The whole content is recorded with its digest and settles discharges accepted from then on, on the days that it is in force. What was
settled or accepted before keeps the version that it names. The same content again: 200, nothing recorded, also after it was replaced.
\`replaces\` names the ruling pack whose place this version takes (a confirmed or corrected text; the same id is allowed only so).`;

/** An adopted version as the contract shows it. `to` is null without an end. */
export type AdoptionAnswer = Pick<AdoptedVersion, 'id' | 'digest' | 'region' | 'from' | 'to' | 'replaces' | 'replacedBy'>;

@ApiTags('policy 政策包')
@Controller('v1/policy/packs')
export class PolicyController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiOperation({ summary: '采用政策包 Adopt a pack', description: ADOPT_TEXT })
  @ApiResponse({ status: 201, description: 'adopted: `{ id, digest, region, from, to, replaces?: { digest, id } }`' })
  @ApiResponse({ status: 200, description: 'this content was adopted before; `replacedBy` (a digest) when it no longer rules' })
  @ApiResponse({ status: 409, description: 'pack-conflict: the id stands for other content, and `replaces` does not name it' })
  @ApiResponse({ status: 422, description: 'pack-invalid: every path with its cure; pack-not-adopted: `replaces` does not rule' })
  async adopt(@Body() body: AdoptionRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AdoptionAnswer> {
    const { content, operatorCode, replaces } = body;
    const { version, isNew } = await this.commands.execute(new AdoptPack(content, operatorCode, replaces ?? undefined));
    void reply.status(isNew ? 201 : 200);
    const { id, digest, region, from, to, replaces: replaced, replacedBy } = version;
    return { id, digest, region, from, to, replaces: replaced, replacedBy };
  }

  @Get()
  @ApiOperation({ summary: '已采用的政策包 Every version adopted for a region, its city and its province' })
  @ApiResponse({
    status: 200,
    description:
      '`{ items: [{ id, name, digest, region, from, to, adoptedAt, operatorCode, replaces?, replacedBy? }] }`, nearest region first, ' +
      'in the order of adoption; one without `replacedBy` rules on its days',
  })
  async list(@Query() { region }: PacksQuery): Promise<{ items: readonly AdoptedVersion[] }> {
    return { items: await this.queries.execute(new ListPacks(region)) };
  }

  @Get(':digest')
  @ApiOperation({ summary: '政策包内容 The content of one version, whole' })
  @ApiResponse({ status: 404, description: 'not-found' })
  async get(@Param('digest') digest: string): Promise<PackContent> {
    if (!DIGEST.test(digest)) throw new Problem('not-found', 'a digest is written sha256: and 64 hex digits; this is none');
    return this.queries.execute(new GetPack(digest));
  }
}
