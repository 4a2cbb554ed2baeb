/** A ZIP archive as spreadsheets are made of: written whole, for the reading side bounds what it takes in; a long part is deflated as it is made. */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { inPortions } from './portions';

/** The empty last block of a deflated text (RFC 1951 §3.2.6). */
const NO_MORE = Buffer.from([3, 0]);

/** A part that never stood whole in memory. */
export interface Deflated {
  readonly packed: Buffer;
  readonly crc: number;
  /** Bytes before deflating. */
  readonly length: number;
}

/** A part from its pieces: each portion of them deflated by itself, ending at a whole byte. */
export function deflated(pieces: Iterable<string>): Deflated {
  const packed: Buffer[] = [];
  let crc = 0;
  let length = 0;
  for (const portion of inPortions(pieces)) {
    const raw = Buffer.from(portion);
    packed.push(deflateRawSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }));
    crc = crc32(raw, crc);
    length += raw.length;
  }
  return { packed: Buffer.concat([...packed, NO_MORE]), crc, length };
}

function whole(content: string | Buffer): Deflated {
  const raw = Buffer.from(content);
  return { packed: deflateRawSync(raw), crc: crc32(raw), length: raw.length };
}

/** An archive of deflated parts (APPNOTE 6.3.10), names in UTF-8, no time stamps: the same table gives the same bytes. */
export function zip(parts: Readonly<Record<string, string | Buffer | Deflated>>): Buffer {
  const bodies: Buffer[] = [];
  const listed: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const { packed, crc, length } = typeof content === 'object' && 'packed' in content ? content : whole(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    listed.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(listed);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(listed.length, 4);
  end.writeUInt16LE(listed.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
