/** The few diseases by which the judge probes the disease programmes and the chronic lists (domain.md §3, 三(三)2 and 4). */
import { isPoor, type JudgedCase } from './case';

/** Of the fifteen per-disease diseases: lung, stomach, oesophagus, haemophilia, myocardial and cerebral infarction. */
export const PER_DISEASE = ['C34', 'C16', 'C15', 'D66', 'I21', 'I63'];
/** Of the ten free-treatment diseases: breast cancer, cervical cancer. */
export const FREE = ['C50', 'C53'];
/** Class I: haemophilia, renal failure, thalassemia. */
export const CLASS_ONE = ['D66', 'N18', 'D56'];
/** Class II: epilepsy. */
export const CLASS_TWO = ['G40'];

const hasOne = (codes: readonly string[], wanted: readonly string[]): boolean =>
  codes.some((code) => wanted.some((disease) => code === disease || code.startsWith(`${disease}.`)));

/** The clause speaks of 建档立卡农村贫困人口. */
export const isPerDisease = (of: JudgedCase): boolean =>
  of.categories.includes('registered-poor') && hasOne(of.diagnoses, PER_DISEASE);
/** The clause stands under the heading of the poor and names no category. */
export const isFree = (of: JudgedCase): boolean => isPoor(of) && hasOne(of.diagnoses, FREE);
export const isClassOne = (of: JudgedCase): boolean => hasOne([of.chronicDisease ?? ''], CLASS_ONE);
