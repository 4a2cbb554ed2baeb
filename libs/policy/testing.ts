/** The smallest pack that passes its check, for the specs of this library: a spec changes what it is about. */
import { PackInvalid } from './problem';
import { checkedPack } from './read-pack';

/** A pack's content as an author may write it, right or wrong. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is wrong with it is what the specs are about
export type Authored = any;

/** A value of the law. */
export function value(of: unknown, more: object = {}): object {
  return { value: of, ...more };
}

/** 80 %. */
export const RATE = { rate: value(8_000) };
/** A cap of 1 yuan a year. */
export const CAP = { capPerYear: value(100) };

/** A line of basic insurance that pays 80 % of what is in scope. */
export function rateLine(more: object = {}): Authored {
  const rules = [{ parts: [{ base: 'in-scope-rest', ...RATE }] }];
  return { id: 'basic', label: '基本', payer: 'basic-insurance', shape: 'proportional', rules, ...more };
}

/** A line of the fifth line that pays what is above 10 % of the total. */
export function topUp(more: object = {}): Authored {
  const rules = [{ limit: { percentOf: 'total', rate: value(1_000) } }];
  return { id: 'top', label: '兜底', payer: 'fifth-line', shape: 'top-up', rules, ...more };
}

/** A programme of stays that names gastric cancer. */
export function programme(more: object = {}): Authored {
  const diseases = [{ label: '胃癌', icd10: ['C16'] }];
  return { id: 'named', label: '病种', kind: 'named', careTypes: ['inpatient'], diseases, ...more };
}

/** A pack of one line, `rateLine`, for stays. */
export function packContent(): Authored {
  return {
    schema: 1,
    id: '999999/2018-01-01',
    region: '999999',
    name: '测试',
    from: '2018-01-01',
    sources: { test: { title: 'a test' } },
    defaults: { source: 'test', provenance: 'assumed' },
    localArea: value(['9999']),
    categories: ['destitute', 'low-income'],
    scope: { classBFirstSelfPay: value(1_000) },
    care: { inpatient: { chain: ['basic'] } },
    lines: [rateLine()],
  };
}

/** Puts a line into the pack and the chain of stays, by default at the end. */
export function addLine(content: Authored, line: Authored, at: number = content.lines.length): void {
  content.lines.splice(at, 0, line);
  content.care.inpatient.chain.splice(at, 0, line.id);
}

/** Everything that the small pack is refused for after a change, as an author reads it. */
export function problemsAfter(change: (content: Authored) => void): readonly string[] {
  const content = packContent();
  change(content);
  try {
    checkedPack(content, 'test');
  } catch (error) {
    if (error instanceof PackInvalid)
      return error.problems.map(({ path, message, cure }) => `${path}: ${message}. Cure: ${cure}`);
    throw error;
  }
  return [];
}
