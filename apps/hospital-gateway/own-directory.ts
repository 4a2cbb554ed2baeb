/**
 * DATA_DIR belongs to one gateway: its lists (periods, cover) are files that one process writes. The embedded store locks the
 * directory by itself; on a distributed store, where several gateways may run on one machine, it is locked here.
 */
import { mkdirSync } from 'node:fs';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { lockDirectory } from '@oss/event-store';
import { Settings } from '@oss/host';

@Injectable()
export class OwnDirectory implements OnModuleInit, OnApplicationShutdown {
  #release: (() => void) | null = null;

  constructor(private readonly settings: Settings) {}

  /** @throws naming the directory when another gateway runs on it */
  onModuleInit(): void {
    const { dataDir, eventStore } = this.settings;
    if (eventStore === 'embedded') return;
    mkdirSync(dataDir, { recursive: true });
    this.#release = lockDirectory(dataDir, "a gateway's lists");
  }

  onApplicationShutdown(): void {
    this.#release?.();
    this.#release = null;
  }
}
