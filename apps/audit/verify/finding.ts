/** What an audit finds: which check, what is wrong, where, in words for an official (Chinese first) and for a machine. */
import type { Fact } from '@oss/event-store';

export const CHECKS = {
  chain: '哈希链',
  tree: '全库默克尔树',
  checkpoint: '检查点',
  pack: '政策包',
  recomputation: '重新计算',
} as const;
export type Check = keyof typeof CHECKS;

export const WRONGS = {
  changed: '被修改',
  removed: '被删除',
  inserted: '被插入',
  reordered: '次序被调换',
  truncated: '末尾被截断',
  untrusted: '签名不可信',
  forked: '分叉',
  underivable: '无法推出',
} as const;
export type Wrong = keyof typeof WRONGS;

export interface Finding {
  readonly check: Check;
  readonly what: Wrong;
  readonly stream?: string;
  readonly revision?: number;
  /** Position in the log, as text: it may be larger than a JSON number holds. */
  readonly position?: string;
  /** Place in the log, from 1. */
  readonly place?: number;
  readonly settlementId?: string;
  /** Chinese, then English. */
  readonly message: string;
}

/** Findings kept of one run; what is above is counted. */
export const MAX_FINDINGS = 1_000;

/** Where an event stands, for a finding about it. */
export function whereIs({ stream, revision, position }: Fact): { stream: string; revision: number; position: string } {
  return { stream, revision, position: String(position) };
}

/** The findings of a run: bounded, counted. */
export class Findings {
  readonly kept: Finding[] = [];
  #more = 0;

  add(...findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (this.kept.length < MAX_FINDINGS) this.kept.push(finding);
      else this.#more += 1;
    }
  }

  /** How many were found beyond those that were kept. */
  get more(): number {
    return this.#more;
  }
}
