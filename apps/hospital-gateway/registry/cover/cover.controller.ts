/** The route of the cover report. It names nobody: persons stand under their pseudonyms, as everywhere outside the identity store. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { COVER_REASONS } from './cover-finding';
import { type CoverReport, CoverReports } from './cover-report';
import { coverAsked, CoverQuery } from './cover-request';

const REASONS = Object.entries(COVER_REASONS)
  .map(([code, { zh, en }]) => `| \`${code}\` | ${zh} ${en} |`)
  .join('\n');
const DESCRIPTION = `Persons of the region as registered now, judged for one day (三(三)1). **shouldBeCovered**: alive, in a category whose premium the public purse
pays, and without cover that day. **noLongerEntitled**: cover paid by subsidy in force that day, but no such category then, or dead before it.

Both lists are walked in one order (region, then personKey) and share \`limit\`; \`counts\` are of the whole region, whatever the page. The first page freezes the registry:
the pages that its \`next\` leads to show the same instant. Ask without \`cursor\` for the registry as it is now.

| reason.code | meaning |
|---|---|
${REASONS}`;

@ApiTags('registry')
@Controller('v1/registry/reports')
export class CoverController {
  constructor(private readonly reports: CoverReports) {}

  @Get('cover')
  @ApiOperation({
    summary: '应保未保与不应补而补 Cover: who should be covered and is not, who is covered and no longer entitled',
    description: DESCRIPTION,
  })
  @ApiResponse({
    status: 200,
    description:
      '`{ region, date, counts: { persons, shouldBeCovered, noLongerEntitled }, shouldBeCovered: [item], noLongerEntitled: [item], next }`, ' +
      'item `{ personKey, region, categories, cover, diedOn?, reason: { code, zh, en } }`',
  })
  @ApiResponse({ status: 400, description: 'invalid-body: `errors` names the parameters' })
  @ApiResponse({ status: 503, description: 'store-unavailable: the list has not reached the head of the log in time' })
  cover(@Query() query: CoverQuery): Promise<CoverReport> {
    return this.reports.page(coverAsked(query));
  }
}
