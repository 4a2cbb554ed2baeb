/** No name and no id number may reach a log line, whatever is logged by mistake. */
import { createLogger, NestLogger, withoutIdNumbers } from './logging';

const ID = '11010519491231002X';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('logging', () => {
  it('strikes out id numbers in messages, errors and their causes', () => {
    const text = logged((logger) => {
      logger.error({ err: new Error(`bad ${ID}`, { cause: new Error(`deep ${ID}`) }) }, `while reading ${ID}`);
      new NestLogger(logger).error(new Error(`nest ${ID}`));
    });
    expect(text).toContain('deep [id number]');
    expect(text).not.toContain(ID);
  });

  it('drops bodies, headers and names', () => {
    const text = logged((logger) =>
      logger.info({ body: { a: 'SECRET' }, patient: { name: 'SECRET', idNumber: ID }, headers: { a: 'SECRET' } }, 'x'),
    );
    expect(text).not.toContain('SECRET');
    expect(text).not.toContain(ID);
  });

  it('leaves other numbers alone', () => {
    expect(withoutIdNumbers('5200000 fen in case 0123456789abcdef')).toBe('5200000 fen in case 0123456789abcdef');
  });
});
