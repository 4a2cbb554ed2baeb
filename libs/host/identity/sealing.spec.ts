/** The lookup must be plain HMAC-SHA256, and a sealed row must open for its own person and its own key only. */
import { createHmac, randomBytes } from 'node:crypto';
import { lookupWith, openIdentity, sealIdentity } from './sealing';

const master = randomBytes(32);
const person = { idNumber: '11010519491231002X', name: '张三' };

describe('sealing', () => {
  it('finds by HMAC-SHA256', () => {
    const key = randomBytes(32);
    const lookup = lookupWith(key);
    for (const text of [person.idNumber, '', 'x'.repeat(200), '港澳台居民证'.repeat(4), '1', person.idNumber]) {
      expect(lookup(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
  });

  it('opens what it sealed, each time under another key', () => {
    const one = sealIdentity(master, 'a', person);
    const two = sealIdentity(master, 'a', person);
    expect(openIdentity(master, 'a', one)).toEqual(person);
    expect(one.sealed.equals(two.sealed) || one.wrapped.equals(two.wrapped)).toBe(false);
  });

  it('refuses an altered row, a row of another person, another master key', () => {
    const row = sealIdentity(master, 'a', person);
    const altered = Buffer.from(row.sealed);
    altered.writeUInt8(altered.readUInt8(20) ^ 1, 20);
    expect(() => openIdentity(master, 'a', { ...row, sealed: altered })).toThrow();
    expect(() => openIdentity(master, 'b', row)).toThrow();
    expect(() => openIdentity(randomBytes(32), 'a', row)).toThrow();
  });
});
