/** Whether two spellings are one name: the same person is typed with other blanks, dots or widths at every window. */

/** Middle dots in names of ethnic minorities, as keyboards produce them. */
const DOTS = /[\u00b7\u2022\u2027\u2219\u22c5\u30fb.]/g;

/** Full-width letters made plain, blanks taken out, letters in one case, one kind of middle dot. */
function comparable(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, '').replace(DOTS, '·').toLowerCase();
}

/** True when both spell the same name. */
export function sameName(one: string, other: string): boolean {
  return one === other || comparable(one) === comparable(other);
}
