/** A store whose next answer to an append gets lost, after it was stored or before: the network's worst habit, on demand. */
import { AppendOutcomeUnknown, type EventStore } from '@oss/event-store';

export type Loss = 'after it was stored' | 'before it was stored';

export function lossy(store: EventStore): { store: EventStore; loseNextAnswer: (loss: Loss) => void } {
  let next: Loss | null = null;
  const append: EventStore['append'] = async (stream, expected, events) => {
    const loss = next;
    next = null;
    if (loss !== 'before it was stored') {
      const result = await store.append(stream, expected, events);
      if (!loss) return result;
    }
    throw new AppendOutcomeUnknown(stream);
  };
  const wrapped = new Proxy(store, {
    get(target, name) {
      if (name === 'append') return append;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member as () => unknown).bind(target) : member;
    },
  });
  return { store: wrapped, loseNextAnswer: (loss) => (next = loss) };
}
