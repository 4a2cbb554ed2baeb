/**
 * Independent verifier of evidence bundles and inclusion proofs of One-Stop Settlement 一站式结算. It shares no code with the
 * product, needs no package, and runs in Node (20 or later) and in browsers (WebCrypto with Ed25519).
 *
 *   node verify-bundle.mjs FILE LOG-KEY [WITNESS-KEY …]
 *
 * Keys are C2SP verifier keys "name+id+base64"; take them from whoever you trust, not from the file.
 * Exit code: 0 every check passed, 1 a check failed (it is named), 2 could not run.
 */

const utf8 = new TextEncoder();

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
}

function concat(...parts) {
  const bytes = parts.map((part) => (typeof part === 'string' ? utf8.encode(part) : Uint8Array.from(part)));
  const whole = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of bytes) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const same = (one, other) => hex(one) === hex(other);

class Failed extends Error {
  constructor(check, reason) {
    super(reason);
    this.check = check;
  }
}

function must(condition, check, reason) {
  if (!condition) throw new Failed(check, reason);
}

/* Signed notes (c2sp.org/signed-note) ------------------------------------------------------------------------------ */

/** Reads "name+id+base64(kind ‖ key)"; the id must be that of the key. */
async function readKey(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  must(name !== undefined, 'keys', `not a verifier key: ${text}`);
  const bytes = fromBase64(encoded);
  must(bytes.length === 33 && (bytes[0] === 1 || bytes[0] === 4), 'keys', `not an Ed25519 key: ${text}`);
  must(hex(await sha256(name, '\n', bytes)).slice(0, 8) === id, 'keys', `the id of key ${name} is not its own`);
  const key = await crypto.subtle.importKey('raw', bytes.slice(1), 'Ed25519', false, ['verify']);
  return { name, id, kind: bytes[0], key };
}

function readNote(text) {
  const cut = text.lastIndexOf('\n\n');
  must(cut > 0 && text.endsWith('\n'), 'checkpoint', 'the checkpoint is no signed note');
  const signatures = text
    .slice(cut + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      must(name !== undefined, 'checkpoint', 'the checkpoint holds a line that is no signature');
      const bytes = fromBase64(encoded);
      return { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
    });
  return { body: text.slice(0, cut + 1), signatures };
}

async function readCheckpoint(text, log, witnesses) {
  const note = readNote(text);
  const [origin, size, root] = note.body.split('\n');
  must(origin === log.name, 'log signature', `the checkpoint is of ${origin}, not of ${log.name}`);
  must(/^(0|[1-9]\d{0,15})$/.test(size), 'checkpoint', 'the checkpoint has no size');
  must(log.kind === 1 && (await isSigned(note, log)), 'log signature', `the checkpoint is not signed by ${log.name} (${log.id})`);
  for (const witness of witnesses) {
    must(witness.kind === 4 && (await isSigned(note, witness)), 'witnesses', `${witness.name} has not cosigned the checkpoint`);
  }
  return { size: Number(size), root: fromBase64(root) };
}

/** Kind 1 signs the body; kind 4 (c2sp.org/tlog-cosignature) signs a header, a time, and the body. */
async function isSigned({ body, signatures }, { name, id, kind, key }) {
  const found = signatures.find((each) => each.name === name && each.id === id);
  if (found === undefined) return false;
  if (kind === 1) return crypto.subtle.verify('Ed25519', key, found.bytes, utf8.encode(body));
  if (found.bytes.length !== 72) return false;
  const time = new DataView(found.bytes.buffer, found.bytes.byteOffset, 8).getBigUint64(0);
  return crypto.subtle.verify('Ed25519', key, found.bytes.slice(8), utf8.encode(`cosignature/v1\ntime ${time}\n${body}`));
}

/* The tree (RFC 9162, section 2.1) --------------------------------------------------------------------------------- */

const leafOf = (hash) => sha256([0], fromHex(hash));

/** The root that a leaf at a place of a tree of some size leads to, by the recursion that defines the path. */
async function rootFrom(leaf, index, size, path) {
  if (size === 1) return path.length === 0 ? leaf : null;
  if (path.length === 0) return null;
  let half = 1;
  while (half * 2 < size) half *= 2;
  const [rest, sibling] = [path.slice(0, -1), path.at(-1)];
  if (index < half) {
    const left = await rootFrom(leaf, index, half, rest);
    return left && sha256([1], left, sibling);
  }
  const right = await rootFrom(leaf, index - half, size - half, rest);
  return right && sha256([1], sibling, right);
}

async function mustBeIncluded(hash, index, path, { size, root }, what) {
  const inside = Number.isSafeInteger(index) && index >= 0 && index < size && path.every(({ length }) => length === 32);
  const reached = inside ? await rootFrom(await leafOf(hash), index, size, path) : null;
  must(reached !== null && same(reached, root), 'inclusion', `${what} does not stand at place ${index + 1} of the log`);
}

/* Facts ------------------------------------------------------------------------------------------------------------ */

/** SHA-256 of the JSON array [stream, revision, id, type, data, recordedAt, hash before]. */
async function hashOfFact({ stream, revision, id, type, text, recordedAt }, previous) {
  const name = `${stream}@${revision}`;
  must(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id), 'facts', `${name} has a malformed id`);
  must(/^([0-9a-f]{64})?$/.test(previous), 'facts', `${name} has a malformed hash before it`);
  must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(recordedAt), 'facts', `${name} has a malformed instant`);
  JSON.parse(text); // no JSON: a text that would reach over into its neighbour
  return hex(
    await sha256(`[${JSON.stringify(stream)},${revision},"${id}",${JSON.stringify(type)},${text},"${recordedAt}","${previous}"]`),
  );
}

/** JSON with the keys of every object in UTF-16 order (RFC 8785 for the values that a pack holds). */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** Chains a stream from its first fact on and finds its end in the tree. Answers its facts with their hashes. */
async function proven({ stream, facts, index, hashes }, tree) {
  must(facts.length > 0, 'facts', `${stream} is empty`);
  const found = [];
  let previous = '';
  for (const [revision, fact] of facts.entries()) {
    must(
      revision === 0 || fact.recordedAt >= facts[revision - 1].recordedAt,
      'facts',
      `${stream}@${revision} runs backwards in time`,
    );
    previous = await hashOfFact({ ...fact, stream, revision }, previous);
    found.push({ type: fact.type, data: JSON.parse(fact.text), hash: previous, leaf: hex(await leafOf(previous)) });
  }
  await mustBeIncluded(previous, index, hashes.map(fromBase64), tree, `${stream}@${facts.length - 1}`);
  return found;
}

/* What the facts must say of each other ---------------------------------------------------------------------------- */

function mustAddUp({ settlementId, shares, hospitalFen, selfPayFen, totalFen }) {
  const ofHospital = shares.filter(({ payer }) => payer === 'hospital').reduce((sum, { paidFen }) => sum + paidFen, 0);
  const paid = shares.reduce((sum, { paidFen }) => sum + paidFen, 0);
  const whole = [...shares.map(({ paidFen }) => paidFen), selfPayFen, totalFen].every(
    (fen) => Number.isSafeInteger(fen) && fen >= 0,
  );
  must(whole, 'sums', `${settlementId} holds an amount that is no whole number of fen`);
  must(ofHospital === hospitalFen, 'sums', `${settlementId}: the hospital bears ${ofHospital}, and ${hospitalFen} is said`);
  must(paid + selfPayFen === totalFen, 'sums', `${settlementId}: ${paid} paid + ${selfPayFen} self-pay is not ${totalFen} fen`);
}

/** Every completion of a year holds the shares that were settled for it, line by line, and adds up. */
function checkYear(year) {
  const shares = new Map();
  const completed = [];
  for (const { type, data, leaf } of year) {
    const key = `${data.settlementId}/${data.attempt}`;
    if (typeof data.line === 'string') shares.set(key, [...(shares.get(key) ?? []), data]);
    if (type !== 'SettlementCompleted') continue;
    const said = canonical(data.shares.map(({ line, paidFen, payer }) => ({ line, paidFen, payer })));
    const settled = canonical((shares.get(key) ?? []).map(({ line, paidFen, payer }) => ({ line, paidFen, payer })));
    must(said === settled, 'sums', `${key}: the completion does not hold the shares that were settled`);
    mustAddUp(data);
    completed.push({ ...data, leaf });
  }
  return completed;
}

const opensCase = ({ type }) => type === 'DischargeRecorded' || type === 'ResettlementOpened';

/** Every record of a year copies the acceptance of the same hash: same case, same total; at first the same snapshot, too. */
function checkAcceptances(year, others) {
  const accepted = new Map(others.filter(({ type }) => type === 'DischargeAccepted').map((fact) => [fact.hash, fact.data]));
  for (const { type, data } of year.filter(opensCase)) {
    const bill = accepted.get(data.acceptance);
    must(bill !== undefined, 'acceptance', `the accepted bill of ${data.settlementId} is not in the bundle`);
    const copied =
      type !== 'DischargeRecorded' || canonical([bill.attempt, bill.snapshot]) === canonical([data.attempt, data.snapshot]);
    const agrees = copied && bill.settlementId === data.settlementId && bill.bill.totalFen === data.scope.totalFen;
    must(agrees, 'acceptance', `the record of ${data.settlementId} is not its acceptance`);
  }
}

/** Every case's pack is in the bundle, and its content gives the digest that the case names. */
async function checkLaw(year, others) {
  const packs = new Set();
  for (const { data } of others.filter(({ type }) => type === 'PackAdopted')) {
    const digest = `sha256:${hex(await sha256(canonical(data.content)))}`;
    must(digest === data.digest, 'law', `pack ${data.id} is not what its digest says`);
    packs.add(digest);
  }
  for (const { data } of year.filter(({ type }) => type === 'DischargeRecorded')) {
    must(
      packs.has(data.snapshot.pack.digest),
      'law',
      `pack ${data.snapshot.pack.id} of ${data.settlementId} is not in the bundle`,
    );
  }
}

async function checkBundle({ checkpoint, streams, subject }, log, witnesses) {
  const tree = await readCheckpoint(checkpoint, log, witnesses);
  const found = [];
  for (const stream of streams) found.push(await proven(stream, tree));
  must(streams[0].stream === subject.stream, 'subject', `the bundle does not hold ${subject.stream}`);
  const [year, others] = [found[0], found.slice(1).flat()];
  const completed = checkYear(year);
  checkAcceptances(year, others);
  await checkLaw(year, others);
  const wanted = completed.filter(({ settlementId, attempt }) => {
    return subject.settlementId === undefined || (settlementId === subject.settlementId && attempt === subject.attempt);
  });
  must(wanted.length > 0, 'subject', 'the bundle holds no completed settlement of its subject');
  const reversed = year
    .filter(({ type }) => type === 'SettlementReversed')
    .map(({ data }) => `${data.settlementId}/${data.attempt}`);
  return { size: tree.size, settlements: wanted, reversed };
}

async function checkInclusion({ settlementId, attempt, fact, proof }, log, witnesses) {
  const cut = proof.indexOf('\n\n');
  const lines = proof.slice(0, cut).split('\n');
  must(cut > 0 && lines.shift() === 'c2sp.org/tlog-proof@v1', 'format', 'not a tlog-proof');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  must(index !== undefined, 'format', 'the tlog-proof has no index');
  const tree = await readCheckpoint(proof.slice(cut + 2), log, witnesses);
  const hash = await hashOfFact(fact, fact.previous);
  await mustBeIncluded(hash, Number(index), lines.map(fromBase64), tree, `${fact.stream}@${fact.revision}`);
  const data = JSON.parse(fact.text);
  const isMeant = fact.type === 'SettlementCompleted' && data.settlementId === settlementId && data.attempt === attempt;
  must(isMeant, 'subject', 'the fact is of another settlement');
  mustAddUp(data);
  return { size: tree.size, settlements: [{ ...data, leaf: hex(await leafOf(hash)) }] };
}

/**
 * Checks a parsed file. Answers { accepted: true, size, settlements, reversed } or { accepted: false, check, reason }; an
 * attempt that is listed as reversed stood in the log and counts no more. An inclusion proof cannot tell of reversals.
 * Each settlement has its leaf, which the patient's statement carries in its proof code.
 * @param {string} logKey verifier key of the log @param {string[]} witnessKeys of witnesses who must have cosigned
 */
async function verifyEvidence(file, logKey, witnessKeys = []) {
  try {
    const log = await readKey(logKey);
    const witnesses = await Promise.all(witnessKeys.map(readKey));
    if (file?.format === 'oss-evidence-bundle/1') return { accepted: true, ...(await checkBundle(file, log, witnesses)) };
    if (file?.format === 'oss-inclusion-proof/1') return { accepted: true, ...(await checkInclusion(file, log, witnesses)) };
    throw new Failed('format', 'neither an evidence bundle nor an inclusion proof');
  } catch (error) {
    return { accepted: false, check: error.check ?? 'format', reason: error.message };
  }
}

async function main([file, logKey, ...witnessKeys]) {
  if (logKey === undefined) {
    process.stderr.write('node verify-bundle.mjs FILE LOG-KEY [WITNESS-KEY …]\n');
    return 2;
  }
  const { readFileSync } = await import('node:fs');
  const result = await verifyEvidence(JSON.parse(readFileSync(file, 'utf8')), logKey, witnessKeys);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  return result.accepted ? 0 : 1;
}

// No export: a page that is opened from a disk may load this file as a plain script alone.
globalThis.verifyEvidence = verifyEvidence;

if (globalThis.process?.argv?.[1]?.endsWith('verify-bundle.mjs')) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    },
  );
}
