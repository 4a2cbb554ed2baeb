/** FOR TESTS ALONE. Server-side filters of $all: by stream name or event type, by prefixes or by a regular expression. */
import type { StoredEvent } from './log';

interface Expression {
  getRegex(): string;
  getPrefixList(): string[];
}

/** The filter message of reads and of persistent subscriptions, which the protocol defines twice. */
export interface FilterMessage {
  getStreamIdentifier(): Expression | undefined;
  getEventType(): Expression | undefined;
}

export function filterOf(message: FilterMessage | undefined): (event: StoredEvent) => boolean {
  const byStream = message?.getStreamIdentifier();
  const byType = message?.getEventType();
  const expression = byStream ?? byType;
  if (!expression) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  return (event) => {
    const subject = byStream ? event.stream : event.type;
    return prefixes.length > 0 ? prefixes.some((prefix) => subject.startsWith(prefix)) : regex.test(subject);
  };
}
