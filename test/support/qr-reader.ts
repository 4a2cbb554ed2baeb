/** Reads QR codes that the product draws with a decoder that knows nothing of it (jsQR): rasters them first, as paper would. */
import jsQR from 'jsqr';

const PIXELS = 4;
const COLOURS = /\u001b\[[\d;]*m/g;

/** The text of the half-block drawing that stands in a page of text; null when there is none that can be read. */
export function qrInText(page: string): string | null {
  const lines = page
    .replace(COLOURS, '')
    .split('\n')
    .filter((line) => /[▀▄]/.test(line))
    .map((line) => line.split(/ {3,}(?=[^\s▀▄█])/)[0] ?? '');
  const rows = lines.flatMap((line) => [
    [...line].map((cell) => '█▀'.includes(cell)),
    [...line].map((cell) => '█▄'.includes(cell)),
  ]);
  return decoded(rows);
}

/** The text of the SVG that stands in a page; null when there is none that can be read. */
export function qrInSvg(page: string): string | null {
  const [, size = '0', path = ''] = /viewBox="0 0 (\d+) \1".*?<path d="([^"]+)"/.exec(page) ?? [];
  const rows = Array.from({ length: Number(size) }, () => new Array<boolean>(Number(size)).fill(false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    rows[Number(y)]!.fill(true, Number(x), Number(x) + Number(length));
  return decoded(rows);
}

function decoded(rows: readonly (readonly boolean[])[]): string | null {
  // Text has lost the blanks at its end: the quiet zone is given back, as the paper around it is.
  const quiet = 4;
  const width = Math.max(0, ...rows.map(({ length }) => length)) + 2 * quiet;
  const height = rows.length + 2 * quiet;
  const pixels = new Uint8ClampedArray(width * height * PIXELS * PIXELS * 4).fill(255);
  rows.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let down = 0; down < PIXELS; down++) {
        const at = (((y + quiet) * PIXELS + down) * width * PIXELS + (x + quiet) * PIXELS) * 4;
        for (let pixel = 0; pixel < PIXELS; pixel++) pixels.fill(0, at + pixel * 4, at + pixel * 4 + 3);
      }
    }),
  );
  return jsQR(pixels, width * PIXELS, height * PIXELS)?.data ?? null;
}
