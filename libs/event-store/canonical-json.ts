/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a value: the bytes that are hashed and stored.
 * Events are built with their keys in order, so the usual work is one walk that proves it and the engine's own
 * JSON.stringify; a value that is out of order is built by hand. What has no exact JSON form is refused, never guessed.
 */
import { InvalidEvent } from './event-store';

/** Deeper values are refused: facts are flat, and a cycle must end somewhere. */
const MAX_DEPTH = 64;

/** @throws InvalidEvent for undefined, functions, bigints, Dates, class instances, NaN, infinities, lone surrogates, cycles. */
export function canonicalJson(value: unknown): string {
  const text = inOrder(value, 0) ? JSON.stringify(value) : build(value);
  // JSON.stringify writes a lone surrogate as \udXXX; one scan of the text is cheaper than a look at every string.
  if (text.includes('\\ud')) refuseLoneSurrogates(value);
  return text;
}

/** Refuses what JSON cannot hold, and answers whether every object's keys already stand in UTF-16 order. */
function inOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new InvalidEvent(`${value} has no JSON form: store whole numbers or text`);
    return true;
  }
  if (typeof value !== 'object') throw new InvalidEvent(`a ${typeof value} has no JSON form: leave it out or store text`);
  if (depth > MAX_DEPTH) throw new InvalidEvent(`the data is nested deeper than ${MAX_DEPTH} levels, or refers to itself`);
  let ordered = true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!inOrder(value[i], depth + 1)) ordered = false;
    return ordered;
  }
  refuseInstances(value);
  let previous: string | undefined;
  for (const key in value) {
    const member = memberOf(value, key);
    if (member === undefined) continue;
    if (previous !== undefined && previous > key) ordered = false;
    // Most members are texts: spare them the call.
    if (typeof member !== 'string' && !inOrder(member, depth + 1)) ordered = false;
    previous = key;
  }
  return ordered;
}

/**
 * Not read in the loop itself: there V8 (13.6) compiled for some shapes, met another ("wrong map") and began again, in some starts
 * without end, and a tenth of the server's CPU went into it.
 */
function memberOf(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key];
}

/** A plain object's prototype is the root of its realm, or nothing; a Date, a Map or a class instance has one in between. */
function refuseInstances(value: object): void {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null) return;
  throw new InvalidEvent(`a ${value.constructor?.name ?? 'class instance'} has no JSON form of its own: store a plain object`);
}

/** Only for values that `inOrder` has walked. Default sort order of strings is UTF-16 code units, as RFC 8785 §3.2.3 asks. */
function build(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(build).join(',')}]`;
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${build(members[key])}`)
    .join(',')}}`;
}

function refuseLoneSurrogates(value: unknown): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new InvalidEvent('a text holds half of a surrogate pair: it has no UTF-8 form');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      refuseLoneSurrogates(key);
      refuseLoneSurrogates(member);
    }
  }
}
