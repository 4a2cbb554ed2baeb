/** What of the judge's law is compared with the product; the judge itself knows all of it. */

export type Subject = 'fuliang' | 'outpatient-chronic' | 'programmes' | 'rehabilitation' | 'longnan' | 'moved';

/** Subjects whose rules stand in the built-in packs. A rule that enters the packs moves its subject here. */
export const COMPARED: readonly Subject[] = ['fuliang', 'outpatient-chronic', 'programmes', 'rehabilitation'];

/** Lines that the judge decides and the built-in packs do not hold yet: not compared until they do. */
export const LINES_TO_COME: readonly string[] = [];
