/**
 * class-validator's and class-transformer's metadata of a class, compiled once into a plan that builds and checks an
 * instance in one pass. A plan only ever says yes: what it refuses, the stock validator judges again (`validation.ts`).
 * A class that uses what the plan does not know (groups, promises, transforms, asynchronous rules) has no plan.
 */
import { getMetadataStorage, IS_LENGTH, ValidationTypes, type ValidatorConstraintInterface } from 'class-validator';
import type { MetadataStorage } from 'class-transformer/types/MetadataStorage';

// The table of @Type and @Transform is not part of the package's door (Nest's own mapped types read it the same way), nor has it types.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { defaultMetadataStorage: typeTable } = require('class-transformer/cjs/storage') as {
  defaultMetadataStorage: MetadataStorage;
};

export type Constructor<T> = new () => T;

/** The path of the first thing that a plan did not accept. */
export class Refused {
  constructor(readonly path: string) {}
}

interface Rule {
  readonly each: boolean;
  readonly check: (value: unknown, owner: object) => boolean;
}

interface Property {
  readonly name: string;
  /** All must hold, else the property's rules are skipped (IsOptional, ValidateIf). */
  readonly conditions: readonly ((owner: object, value: unknown) => boolean)[];
  readonly rules: readonly Rule[];
  readonly nested: Plan | null;
  readonly nestedEach: boolean;
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const plans = new Map<Constructor<object>, Plan | null>();

/** The plan of a class (compiled on first use, one per class for ever), or null if the class cannot be planned. */
export function planFor(type: Constructor<object>): Plan | null {
  let plan = plans.get(type);
  if (plan === undefined) {
    plan = compile(type);
    plans.set(type, plan);
  }
  return plan;
}

export class Plan {
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly type: Constructor<object>,
    private readonly properties: readonly Property[],
  ) {
    this.names = new Set(properties.map(({ name }) => name));
  }

  /** An instance with exactly the fields of `plain`, or what was refused first. */
  build(plain: object, path: string): object | Refused {
    for (const name in plain) if (!this.names.has(name)) return new Refused(`${path}${name}`);
    const source = plain as Record<string, unknown>;
    const target = new this.type() as Record<string, unknown>;
    for (const property of this.properties) {
      const { name } = property;
      const value = source[name];
      const given = property.nested === null ? value : buildNested(property, value, path);
      if (given instanceof Refused) return given;
      if (value !== undefined) target[name] = given;
    }
    // Only now: conditions may look at neighbouring fields.
    for (const property of this.properties) if (!holds(property, target)) return new Refused(`${path}${property.name}`);
    return target;
  }
}

function buildNested({ name, nested, nestedEach }: Property, value: unknown, path: string): unknown {
  if (value === undefined || value === null) return value;
  if (!nestedEach) return isObject(value) ? nested!.build(value, `${path}${name}.`) : new Refused(`${path}${name}`);
  if (!Array.isArray(value)) return new Refused(`${path}${name}`);
  const built: unknown[] = new Array(value.length);
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    const instance = isObject(item) ? nested!.build(item, `${path}${name}[${index}].`) : new Refused(`${path}${name}[${index}]`);
    if (instance instanceof Refused) return instance;
    built[index] = instance;
  }
  return built;
}

function holds({ name, conditions, rules, nested }: Property, owner: Record<string, unknown>): boolean {
  const value = owner[name];
  for (const condition of conditions) if (!condition(owner, value)) return true;
  if (nested !== null && (value === undefined || value === null)) return false;
  for (const rule of rules) {
    if (!rule.each || !Array.isArray(value)) {
      if (!rule.check(value, owner)) return false;
    } else {
      for (const item of value) if (!rule.check(item, owner)) return false;
    }
  }
  return true;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function compile(type: Constructor<object>): Plan | null {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(type, type.name, false, false);
  if (metadata.length === 0) return null;
  const names = [...new Set(metadata.map(({ propertyName }) => propertyName))];
  const properties: Property[] = [];
  for (const name of names) {
    const property = compileProperty(
      type,
      name,
      metadata.filter(({ propertyName }) => propertyName === name),
    );
    if (property === null) return null;
    properties.push(property);
  }
  return new Plan(type, properties);
}

function compileProperty(type: Constructor<object>, name: string, metadata: readonly Metadata[]): Property | null {
  const conditions: Property['conditions'][number][] = [];
  const rules: Rule[] = [];
  let nested: Metadata | null = null;
  if (hasTransform(type, name)) return null;
  for (const each of metadata) {
    if ((each.groups?.length ?? 0) > 0 || each.validateIf !== undefined) return null;
    if (each.type === ValidationTypes.CONDITIONAL_VALIDATION)
      conditions.push(each.constraints[0] as Property['conditions'][number]);
    else if (each.type === ValidationTypes.NESTED_VALIDATION) nested = each;
    else if (each.type === ValidationTypes.CUSTOM_VALIDATION) {
      const rule = compileRule(each);
      if (rule === null) return null;
      rules.push(rule);
    } else if (each.type !== ValidationTypes.WHITELIST) return null;
  }
  if (nested === null) return { name, conditions, rules, nested: null, nestedEach: false };
  const plan = planFor(nestedType(type, name));
  return plan === null ? null : { name, conditions, rules, nested: plan, nestedEach: nested.each };
}

function compileRule(metadata: Metadata): Rule | null {
  const constraints = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (constraints.length !== 1 || constraints[0]!.async) return null;
  const instance: ValidatorConstraintInterface = constraints[0]!.instance;
  const { propertyName: property, constraints: values } = metadata;
  const targetName = typeof metadata.target === 'string' ? metadata.target : metadata.target.name;
  // One for all: a bill of 8 lines asks a hundred times. It keeps nothing of a request when the rule has spoken.
  const question = { value: undefined as unknown, object: NOBODY, constraints: values, property, targetName };
  const ask = (value: unknown, object: object): boolean => {
    question.value = value;
    question.object = object;
    try {
      return instance.validate(value, question) === true;
    } finally {
      question.value = undefined;
      question.object = NOBODY;
    }
  };
  const check =
    metadata.name === IS_LENGTH ? (value: unknown, object: object) => isWithin(value, values) || ask(value, object) : ask;
  return { each: metadata.each, check };
}

const NOBODY = {};

/** Pairs of units that class-validator counts as one character, by searches that cost more than all else it checks of a text. */
const PAIRED = /[\uD800-\uDFFF\uFE0E\uFE0F]/;

/** A quick yes for a text without such pairs; whatever else comes, class-validator judges. @param bounds least and most characters */
function isWithin(value: unknown, [min, max]: readonly unknown[]): boolean {
  if (typeof value !== 'string' || typeof min !== 'number' || typeof max !== 'number') return false;
  return value.length >= min && value.length <= max && !PAIRED.test(value);
}

const PLAIN_TO_CLASS = 0;

function hasTransform(type: Constructor<object>, name: string): boolean {
  return typeTable.findTransformMetadatas(type, name, PLAIN_TO_CLASS).length > 0;
}

function nestedType(type: Constructor<object>, name: string): Constructor<object> {
  const declared = typeTable.findTypeMetadata(type, name)?.typeFunction() as Constructor<object> | undefined;
  if (declared === undefined)
    throw new Error(`${type.name}.${name} is validated as nested but names no class: add @Type(() => …)`);
  return declared;
}
