/** The registry's routes, as the HTTP contract has them. They speak HTTP and hand on commands; they decide nothing. */
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Put, Req, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { LOGGER, Problem } from '@oss/host';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ErasePerson, GetHospital, ImportPersons, PutHospital, PutPerson } from './commands';
import type { HospitalRecord } from './records';
import { ErasureRequest, HospitalRequest, PersonRequest } from './requests';
import { ROSTER_HEADERS } from './roster-columns';
import type { RosterProgress, RosterReport } from './roster-import';
import { PROGRESS_MEDIA_TYPE, withProgress } from './roster-progress';

export const IMPORT_PATH = '/v1/registry/persons/import';
export const ROSTER_MEDIA_TYPE = 'text/csv';
export const XLSX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const HOSPITAL_CODE = /^[A-Za-z0-9_.-]{1,64}$/;

const OPERATOR_HEADER = {
  name: 'X-Operator-Code',
  required: false,
  description: '经办人 Who does this (or `operatorCode` in the body). Recorded; "-" where neither is given.',
};

const HEADER_TABLE = Object.entries(ROSTER_HEADERS)
  .map(([column, names]) => `| ${column} | ${names.join('、')} |`)
  .join('\n');
const IMPORT_TEXT = `名册导入: CSV with a header row, UTF-8 (with or without BOM) or GB18030, any length; or XLSX up to 64 MiB, the first visible sheet that has
the headers. One row per person, the whole record. A bad row is reported and blocks nobody; importing the same file again changes nothing.

| column | headers |
|---|---|
${HEADER_TABLE}

Required: idNumber, name, region. Categories and diseases: items separated by ; 、, each \`低保\`, \`低保@2018-01-01\` or \`低保@2018-01-01~2018-12-31\`
(Chinese or English; without a day the period begins with the cover). Days: 2018-01-31, 2018/1/31, 20180131, 2018年1月31日. premiumPaidBy: 个人 or 财政补贴, default 个人.
Up to 20 rows may stand above the header; blank rows are passed over. In a spreadsheet id numbers must be text: a number cell keeps 15 digits, and such a row is refused.
Rows are counted as a spreadsheet counts them: the first row of the file or sheet is row 1.

With \`Accept: ${PROGRESS_MEDIA_TYPE}\` the answer is 200 and lines as the import goes: \`{ "progress": { rows, readBytes, ofBytes } }\`, at the end one
\`{ "report": { … } }\` as below, or \`{ "problem": { … } }\`.`;

@ApiTags('registry')
@ApiHeader(OPERATOR_HEADER)
@Controller('v1/registry')
export class RegistryController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Put('hospitals/:code')
  @ApiOperation({ summary: '登记医疗机构 Register a hospital or change its record; the same again changes nothing' })
  @ApiResponse({ status: 200, description: 'the hospital as registered' })
  async putHospital(
    @Param('code') code: string,
    @Body() body: HospitalRequest,
    @Headers('x-operator-code') operator?: string,
  ): Promise<HospitalRecord & { code: string }> {
    const { designated, level, name, region } = body;
    await this.commands.execute(
      new PutHospital(hospitalCode(code), { designated, level, name, region }, body.operatorCode ?? operator),
    );
    return { code, designated, level, name, region };
  }

  @Get('hospitals/:code')
  @ApiOperation({ summary: '查询医疗机构 A hospital as registered now' })
  @ApiResponse({ status: 404, description: '`not-found`' })
  async getHospital(@Param('code') code: string): Promise<HospitalRecord & { code: string }> {
    const { designated, level, name, region } = await this.queries.execute(new GetHospital(hospitalCode(code)));
    return { code, designated, level, name, region };
  }

  @Put('persons')
  @ApiOperation({
    summary: '登记参保人 Register a person or change the record (the body is the whole record); the same again changes nothing',
  })
  @ApiResponse({ status: 200, description: '`{ "personKey" }`: the pseudonym under which everything is recorded' })
  async putPerson(@Body() body: PersonRequest, @Headers('x-operator-code') operator?: string): Promise<{ personKey: string }> {
    return this.commands.execute(new PutPerson(body, body.operatorCode ?? operator));
  }

  @Post('persons/import')
  @HttpCode(200)
  @ApiOperation({ summary: '名册导入 Import a roster', description: IMPORT_TEXT })
  @ApiConsumes(ROSTER_MEDIA_TYPE, XLSX_MEDIA_TYPE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({
    status: 200,
    description: '`{ rows, created, changed, unchanged, failed, failures: [{ row, code, message, fields }], ignoredColumns }`',
  })
  @ApiResponse({ status: 413, description: 'spreadsheet-too-large' })
  @ApiResponse({ status: 422, description: 'unreadable-spreadsheet' })
  async importPersons(
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Headers('content-type') type = '',
    @Headers('accept') accept = '',
    @Headers('x-operator-code') operator?: string,
  ): Promise<RosterReport | StreamableFile> {
    const kind = rosterKind(type);
    const run = (tell?: (progress: RosterProgress) => void): Promise<RosterReport> =>
      this.commands.execute(new ImportPersons(kind, body as AsyncIterable<Uint8Array>, operator, tell));
    if (!accept.toLowerCase().includes(PROGRESS_MEDIA_TYPE)) return run();
    return new StreamableFile(withProgress(run, request.id, this.logger), { type: PROGRESS_MEDIA_TYPE });
  }

  @Post('persons/erasure')
  @HttpCode(200)
  @ApiOperation({
    summary: '删除个人身份信息 Erase who a person is',
    description:
      'Deletes name, id number and their key for good. The history stays, under a pseudonym that nobody can link, and still verifies.',
  })
  @ApiResponse({ status: 200, description: '`{ "personKey", "erased": true }`; asking again by personKey answers the same' })
  async erasePerson(
    @Body() body: ErasureRequest,
    @Headers('x-operator-code') operator?: string,
  ): Promise<{ personKey: string; erased: true }> {
    return this.commands.execute(new ErasePerson(body, body.operatorCode ?? operator));
  }
}

function rosterKind(contentType: string): 'csv' | 'xlsx' {
  const type = contentType.toLowerCase();
  if (type.startsWith(ROSTER_MEDIA_TYPE)) return 'csv';
  if (type.startsWith(XLSX_MEDIA_TYPE)) return 'xlsx';
  throw new Problem('unsupported-media-type', `send the roster as ${ROSTER_MEDIA_TYPE} or ${XLSX_MEDIA_TYPE}`);
}

function hospitalCode(code: string): string {
  if (HOSPITAL_CODE.test(code)) return code;
  const message = 'must be 1 to 64 letters, digits, dots, hyphens or underscores';
  throw new Problem('invalid-body', `the hospital code ${message}`, { fields: [{ path: 'code', message }] });
}
