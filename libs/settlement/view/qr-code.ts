/**
 * A QR code (ISO/IEC 18004, error correction M) drawn with half-block characters for terminals and plain text, and as SVG for
 * pages. Both carry the quiet zone of four modules that scanners need.
 */
import qrcode from 'qrcode-generator';

const QUIET = 4;
/** Black on white whatever the terminal's colours are: many scanners do not read a code that is light on dark. */
const BLACK_ON_WHITE = '\u001b[30;107m';
const AS_BEFORE = '\u001b[0m';

/** Whether each module is dark, row by row, quiet zone included. @param text digits, upper-case letters and $%*+-./: alone, as a proof code */
function modulesOf(text: string): boolean[][] {
  const code = qrcode(0, 'M');
  code.addData(text, 'Alphanumeric');
  code.make();
  const count = code.getModuleCount();
  const inside = (at: number): boolean => at >= QUIET && at < QUIET + count;
  return Array.from({ length: count + 2 * QUIET }, (_, row) =>
    Array.from({ length: count + 2 * QUIET }, (__, column) => {
      return inside(row) && inside(column) && code.isDark(row - QUIET, column - QUIET);
    }),
  );
}

/**
 * Two rows of modules a line, a module a column; dark is ink.
 * @param colours for a terminal: says black and white aloud
 */
export function qrLines(text: string, colours = false): string[] {
  const modules = modulesOf(text);
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const upper = modules[row] ?? [];
    const lower = modules[row + 1] ?? [];
    const line = upper.map((dark, column) => (dark ? (lower[column] ? '█' : '▀') : lower[column] ? '▄' : ' ')).join('');
    lines.push(colours ? `${BLACK_ON_WHITE}${line}${AS_BEFORE}` : line);
  }
  return lines;
}

/** As an SVG element that takes the size of what it stands in; a run of dark modules is one stroke of the path. */
export function qrSvg(text: string): string {
  const modules = modulesOf(text);
  const size = modules.length;
  const runs = modules.flatMap((row, y) => {
    return [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`);
  });
  const drawing = `<rect width="${size}" height="${size}" fill="#fff"/><path d="${runs.join('')}" fill="#000"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label="QR">${drawing}</svg>`;
}
