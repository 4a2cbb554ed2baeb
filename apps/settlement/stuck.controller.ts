/** The list of stuck settlements: which, on whom they wait, since when, and the error that must be mended. */
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenCaseWatcher } from './watcher';

@ApiTags('operation')
@Controller('v1/stuck-settlements')
export class StuckController {
  constructor(private readonly watcher: OpenCaseWatcher) {}

  @Get()
  @ApiOperation({
    summary: '停滞结算 Settlements whose decision threw: nobody else waits for them, and they are tried again by themselves',
  })
  async list(): Promise<{ items: Awaited<ReturnType<OpenCaseWatcher['stuck']>> }> {
    return { items: await this.watcher.stuck() };
  }
}
