/** A small picture that any decoder takes: a parcel, drawn by hand. */
import { crc32, deflateSync } from 'node:zlib';

const [width, height] = [320, 200];

export const png: Buffer = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  chunk('IHDR', header()),
  chunk('IDAT', deflateSync(pixels())),
  chunk('IEND', Buffer.alloc(0)),
]);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** 8 bits, RGB, no interlace. */
function header(): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 2, 0, 0, 0], 8);
  return data;
}

function pixels(): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y += 1) {
    const row = [0];
    for (let x = 0; x < width; x += 1) row.push(...colourAt(x, y));
    rows.push(Buffer.from(row));
  }
  return Buffer.concat(rows);
}

function colourAt(x: number, y: number): readonly number[] {
  const inBox = x > 90 && x < 230 && y > 55 && y < 160;
  if (inBox && (Math.abs(x - 160) < 9 || Math.abs(y - 108) < 7)) return [150, 104, 60];
  if (inBox) return [205 - (y >> 3), 160 - (y >> 3), 112];
  return y > 150 ? [222, 216, 205] : [236 - (y >> 4), 242 - (y >> 4), 240];
}
