/** How a published type says its own JSON Schema: a schema for each of its fields, or the compiler complains. */

/** A JSON Schema (draft 2020-12), as plain data. */
export type Schema = Readonly<Record<string, unknown>>;

type OptionalKey<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The schema of an object type: exactly its fields; those that the type has as optional must be named as such. */
export function objectSchema<T>(
  description: string,
  properties: { readonly [K in keyof T]-?: Schema },
  ...optional: readonly OptionalKey<T>[]
): Schema {
  const required = Object.keys(properties).filter((key) => !(optional as readonly string[]).includes(key));
  return { type: 'object', description, properties, required, additionalProperties: false };
}

export const listOf = (items: Schema, description: string): Schema => ({ type: 'array', items, description });
export const text = (description: string): Schema => ({ type: 'string', description });
export const oneOf = (values: readonly string[], description: string): Schema => ({ type: 'string', enum: values, description });
export const count = (description: string): Schema => ({ type: 'integer', minimum: 1, description });
/** Whole fen; 2^53 − 1 is the most that a JSON number carries exactly. */
export const fen = (description: string): Schema => ({
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: `${description}, 分 (whole fen)`,
});
export const basisPoints = (description: string): Schema => ({
  type: 'integer',
  minimum: 0,
  maximum: 10_000,
  description: `${description}, basis points`,
});
export const day = (description: string): Schema => ({
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: `${description}, YYYY-MM-DD in China time`,
});
export const uuid = (description: string): Schema => ({ type: 'string', format: 'uuid', description });
