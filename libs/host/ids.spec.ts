/** UUIDv5 must be exactly what every other implementation gives: ids are derived on both sides of a wire. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { OSS_NAMESPACE, uuidv5 } from './ids';

/** RFC 9562, step by step and slow, to compare with. */
function plainUuidv5(name: string, namespace: string): string {
  const digest = hash('sha1', Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name)]), 'buffer');
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('uuidv5', () => {
  it('gives the RFC example', () => {
    expect(uuidv5('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('agrees with the package uuid and with the plain construction for any name', async () => {
    const { v5 } = await import('uuid');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(uuidv5(name)).toBe(plainUuidv5(name, OSS_NAMESPACE));
        expect(uuidv5(name)).toBe(v5(name, OSS_NAMESPACE));
      }),
    );
  });

  it('refuses a namespace that is not a UUID', () => {
    expect(() => uuidv5('x', 'no-uuid')).toThrow('not a UUID');
  });
});
