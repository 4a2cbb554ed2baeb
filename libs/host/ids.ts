/** Name-based UUIDs (RFC 9562, version 5): the same name gives the same id everywhere, which makes every retry harmless. */
import { hash } from 'node:crypto';

/** The project's own namespace, drawn once at random; changing it would change every id ever derived. */
export const OSS_NAMESPACE = 'b2f0c6de-6c1f-4d6b-9f0e-5d3a7c1e8a42';

const NAMESPACE_LENGTH = 16;
const namespaces = new Map<string, Buffer>();
const MAX_NAMESPACES = 64;

/** UUIDv5 of `name` (UTF-8) in `namespace` (a UUID): lower-case hex with hyphens. */
export function uuidv5(name: string, namespace: string = OSS_NAMESPACE): string {
  const nameBytes = Buffer.byteLength(name);
  const input = Buffer.allocUnsafe(NAMESPACE_LENGTH + nameBytes);
  namespaceBytes(namespace).copy(input);
  input.write(name, NAMESPACE_LENGTH);
  const hex = hash('sha1', input, 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function namespaceBytes(namespace: string): Buffer {
  let bytes = namespaces.get(namespace);
  if (bytes === undefined) {
    bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
    if (bytes.length !== NAMESPACE_LENGTH) throw new Error(`not a UUID to name things in: ${namespace}`);
    if (namespaces.size < MAX_NAMESPACES) namespaces.set(namespace, bytes);
  }
  return bytes;
}
