/** What of the judge's law is compared with the product; the judge itself knows all of it. */

export type Subject = 'fuliang' | 'outpatient-chronic' | 'programmes' | 'rehabilitation' | 'longnan' | 'moved';

/** Subjects whose rules stand in the built-in packs. A rule that enters the packs moves its subject here. */
export const COMPARED: readonly Subject[] = ['fuliang', 'outpatient-chronic', 'programmes', 'rehabilitation', 'longnan', 'moved'];
