/**
 * Probes: live = the process answers; ready = everything that registered an indicator says yes and no shutdown has begun.
 * A check that does not answer within two seconds counts as no.
 */
import { Controller, Get, Injectable, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

const CHECK_TIMEOUT_MS = 2_000;

/** True when well; a text says what is missing. */
export type HealthCheck = () => boolean | string | Promise<boolean | string>;

@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private draining = false;

  /** Adds (or replaces) the indicator `name`: `store`, `subscriptions` … */
  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on not ready, so that a balancer sends no new work while the running requests finish. */
  beginDraining(): void {
    this.draining = true;
  }

  /** Whether a shutdown has begun. */
  get isDraining(): boolean {
    return this.draining;
  }

  async readiness(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const entries = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcome(check)] as const));
    const checks = Object.fromEntries(entries);
    if (this.draining) checks['server'] = 'stopping';
    return { ready: Object.values(checks).every((each) => each === 'up'), checks };
  }
}

async function outcome(check: HealthCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), CHECK_TIMEOUT_MS);
  });
  try {
    const answer = await Promise.race([Promise.resolve(check()), late]);
    return answer === true ? 'up' : answer === false ? 'down' : answer;
  } catch (error) {
    return `down: ${error instanceof Error ? error.name : 'error'}`;
  } finally {
    clearTimeout(timer);
  }
}

@ApiTags('operation')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @ApiOperation({ summary: '存活探针 Liveness: the process answers' })
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: '就绪探针 Readiness: store open, subscriptions running, not stopping' })
  @ApiResponse({ status: 503, description: 'not ready; `checks` says why' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; checks: Record<string, string> }> {
    const { ready, checks } = await this.health.readiness();
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not ready', checks };
  }
}
