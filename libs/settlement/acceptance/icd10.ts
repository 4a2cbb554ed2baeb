/** The form of a diagnosis code: ICD-10, also in the national clinical edition with its extension (C16.900x001). Pure. */

const ICD10 = /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4}(x\d{1,3})?)?[*†+]?$/;

/** True for "C16.9", "I10", "U07.1", "C16.900x001"; whether such a code exists is not asked. */
export function isIcd10(code: string): boolean {
  return ICD10.test(code);
}
