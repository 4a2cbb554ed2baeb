/** Which type an Accept header means. */
import { acceptedOf } from './media';

const OFFERED = ['application/json', 'text/html', 'text/plain'] as const;

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'text/html'],
  ['text/*', 'text/html'],
  ['TEXT/PLAIN', 'text/plain'],
  // As browsers send it.
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
  ['application/json;q=0.5, text/plain;q=0.6', 'text/plain'],
  ['text/html;q=0, */*', 'application/json'],
  ['application/json;q=0, text/*;q=0.2, text/html;q=0', 'text/plain'],
  ['text/plain; charset=utf-8', 'text/plain'],
  ['text/plain; charset=gbk, text/html;q=0.1', 'text/html'],
  ['text/plain;q="0.5", text/html;q=0.4', 'text/plain'],
  ['image/png', null],
  ['nonsense;q=x', null],
])('%s: %s', (header, expected) => {
  expect(acceptedOf(header, OFFERED)).toBe(expected);
});
