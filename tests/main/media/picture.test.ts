import { describe, expect, it } from 'vitest';
import { cleanFileName, savedFileName } from '../../../contract/file-name.ts';
import { isPictureType, isPlayedType, plainMediaType, sniffMediaType } from '../../../contract/media-type.ts';
import { isTooLarge, mostDrawn, readPicture } from '../../../main/media/picture.ts';
import { png } from '../../server/picture.ts';
import { seededRandom } from '../../fakes/random.ts';

const text = (words: string): Buffer => Buffer.from(words, 'latin1');
const u16 = (number: number): Buffer => Buffer.from([number & 255, number >> 8]);

function pngOf(width: number, height: number, frames?: number): Buffer {
  const made = Buffer.from(png);
  made.writeUInt32BE(width, 16);
  made.writeUInt32BE(height, 20);
  if (frames === undefined) return made;
  const control = Buffer.alloc(20);
  control.writeUInt32BE(8, 0);
  control.write('acTL', 4, 'latin1');
  control.writeUInt32BE(frames, 8);
  return Buffer.concat([made.subarray(0, 33), control, made.subarray(33)]);
}

function gifOf(width: number, height: number, frames: number, frame: [number, number] = [1, 1]): Buffer {
  const image = Buffer.concat([
    text(',\0\0\0\0'),
    u16(frame[0]),
    u16(frame[1]),
    text('\0\x02\x02\x44\x01\0'),
  ]);
  const screen = Buffer.concat([text('GIF89a'), u16(width), u16(height), text('\0\0\0')]);
  return Buffer.concat([
    screen,
    text('!\xf9\x04\0\0\0\0\0'),
    ...Array<Buffer>(frames).fill(image),
    text(';'),
  ]);
}

function jpegOf(width: number, height: number): Buffer {
  const frame = Buffer.from([
    0xff,
    0xc2,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
  ]);
  return Buffer.concat([
    text('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xff'),
    frame.subarray(1),
    text('\xff\xd9'),
  ]);
}

function webpOf(width: number, height: number, frames = 1): Buffer {
  const head = Buffer.alloc(30);
  head.write('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0', 0, 'latin1');
  head.writeUIntLE(width - 1, 24, 3);
  head.writeUIntLE(height - 1, 27, 3);
  const chunk = text('ANMF\x02\0\0\0\0\0');
  return Buffer.concat([head, ...Array<Buffer>(frames).fill(chunk)]);
}

const lossless = Buffer.concat([
  text('RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f'),
  Buffer.from([0x3f, 0xc1, 0x31, 0]),
  Buffer.alloc(6),
]);
const lossy = Buffer.concat([text('RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a'), u16(320), u16(200)]);

/** What a page would be given of these bytes. */
function verdict(bytes: Buffer): string {
  const type = sniffMediaType(bytes);
  if (type === null || !isPictureType(type)) return type !== null && isPlayedType(type) ? type : 'not drawn';
  const header = readPicture(type, bytes);
  if (header === null) return 'not drawn';
  return isTooLarge(header, bytes.length) ? 'too large' : `${type} ${header.width}x${header.height}`;
}

describe('What is drawn', () => {
  it.each([
    ['a PNG', png, 'image/png 320x200'],
    ['a JPEG', jpegOf(320, 200), 'image/jpeg 320x200'],
    ['a GIF', gifOf(320, 200, 3), 'image/gif 320x200'],
    ['a GIF with a frame larger than its screen', gifOf(1, 1, 1, [320, 200]), 'image/gif 320x200'],
    ['an extended WebP', webpOf(320, 200, 4), 'image/webp 320x200'],
    ['a lossless WebP', lossless, 'image/webp 320x200'],
    ['a lossy WebP', lossy, 'image/webp 320x200'],
    ['an MP3 with a tag', text(`ID3\x04${'\0'.repeat(40)}`), 'audio/mpeg'],
    ['an Ogg', text(`OggS\0${'\0'.repeat(40)}`), 'audio/ogg'],
    ['a WAV', text('RIFF\0\0\0\0WAVEfmt '), 'audio/wav'],
    ['an M4A', text('\0\0\0\x20ftypM4A \0\0\0\0'), 'audio/mp4'],
    ['an MP4', text('\0\0\0\x20ftypisom\0\0\0\0'), 'video/mp4'],
    ['a WebM', text('\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm'), 'video/webm'],
  ])('H-09 is %s, by its bytes', (_name, bytes, expected) => {
    expect(verdict(bytes)).toBe(expected);
  });

  it('H-08 is no SVG, HTML, XML or PDF, however it begins: 50 files', () => {
    const fronts = ['', '\xef\xbb\xbf', '\xff\xfe', '\n\t ', '<!-- -->'];
    const documents = [
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      '<!doctype html><script>alert(1)</script>',
      '<html><img src=x onerror=alert(1)>',
      '<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"/>',
      '%PDF-1.7\n1 0 obj',
      '<?xml-stylesheet href="javascript:alert(1)"?><x/>',
      'GIF89<svg/>',
      'MIME-Version: 1.0\nContent-Type: text/html',
      '\x1f\x8b\x08<svgz>',
      '\x89PNG<html>',
    ];
    for (const front of fronts)
      for (const document of documents) expect(verdict(text(front + document)), document).toBe('not drawn');
  });

  it('H-09 is what it is by its first bytes, whatever follows: polyglots keep the type and the name of the picture', () => {
    const tails = [
      '<script>alert(1)</script>',
      'PK\x03\x04',
      '%PDF-1.4',
      '*/=alert(1)//',
      '<html>',
      'MZ\x90\0',
    ];
    const pictures = [png, gifOf(8, 8, 1), jpegOf(8, 8), webpOf(8, 8)];
    const claims = ['x.html', 'x.js', 'x.exe', 'x.zip', 'x.svg'];
    for (const picture of pictures)
      for (const tail of tails)
        for (const claim of claims) {
          const type = sniffMediaType(Buffer.concat([picture, text(tail)]));
          expect(type).toBe(sniffMediaType(picture));
          expect(savedFileName(claim, type)).toMatch(/^x\.(png|gif|jpg|webp)$/);
        }
    // A script that begins like a GIF has no picture in it.
    expect(verdict(text('GIF89a=1;alert(document.domain)//'))).toBe('not drawn');
  });

  it('H-10 is no bomb: pixels, frames and bytes are read before anything is decoded', () => {
    expect(verdict(pngOf(65_535, 65_535))).toBe('too large');
    expect(verdict(pngOf(4_294_967_295, 4_294_967_295))).toBe('too large');
    expect(verdict(pngOf(100, 100, 501))).toBe('too large');
    expect(verdict(pngOf(100, 100, 500))).toBe('image/png 100x100');
    expect(verdict(jpegOf(65_535, 65_535))).toBe('too large');
    expect(verdict(webpOf(16_777_216, 16_777_216))).toBe('too large');
    expect(verdict(webpOf(10, 10, 30_000))).toBe('too large');
    expect(verdict(gifOf(10, 10, 30_000))).toBe('too large');
    expect(verdict(gifOf(10, 10, 1, [65_535, 65_535]))).toBe('too large');
    expect(isTooLarge({ width: 7_000, height: 7_000, frames: 1 }, mostDrawn.bytes)).toBe(false);
    expect(isTooLarge({ width: 1, height: 1, frames: 1 }, mostDrawn.bytes + 1)).toBe(true);
    for (const empty of [pngOf(0, 10), pngOf(10, 0), jpegOf(0, 0)]) expect(verdict(empty)).toBe('not drawn');
  });

  it('H-10 is read of cut and spoilt files without an end to it or an error: 2,000 of them', () => {
    const random = seededRandom(2);
    const originals = [png, pngOf(9, 9, 3), jpegOf(9, 9), gifOf(9, 9, 20), webpOf(9, 9, 20), lossless, lossy];
    for (let nth = 0; nth < 2_000; nth += 1) {
      const spoilt = Buffer.from(originals[nth % originals.length] ?? png);
      for (let flips = 0; flips < 4; flips += 1)
        spoilt[Math.floor(random.fraction() * Math.min(60, spoilt.length))] = Math.floor(
          random.fraction() * 256,
        );
      const cut = spoilt.subarray(0, Math.ceil(random.fraction() * spoilt.length));
      expect(verdict(cut)).toMatch(/^(not drawn|too large|(image|audio|video)\/\w+( \d+x\d+)?)$/);
    }
  });
});

describe('The name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\Ana\\report.pdf', 'report.pdf'],
    ['evil\u202egnp.exe', 'evilgnp.exe'],
    ['  .hidden. ', 'hidden'],
    ['con.txt', '_con.txt'],
    ['a\0b\r\n?*"<>|.txt', 'ab.txt'],
    ['', 'file'],
    ['...', 'file'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(116)}.pdf`],
    ['Grüße an Zoë 🎉.txt', 'Grüße an Zoë 🎉.txt'],
  ])('H-03 is fit to be shown and written: %j', (raw, clean) => {
    expect(cleanFileName(raw)).toBe(clean);
  });

  it.each([
    ['photo', 'image/jpeg', 'photo.jpg'],
    ['photo.JPEG', 'image/jpeg', 'photo.JPEG'],
    ['photo.png.exe', 'image/png', 'photo.png.png'],
    ['letter.docx', 'application/zip', 'letter.docx'],
    ['tool.jar', 'application/zip', 'tool.zip'],
    ['list.csv', null, 'list.csv'],
    ['setup.exe', null, 'setup.exe.txt'],
    ['page.html', null, 'page.html.txt'],
    ['start.desktop', null, 'start.desktop.txt'],
  ])('H-09 is saved with the extension of what it is: %s of %s', (name, type, saved) => {
    expect(savedFileName(name, type)).toBe(saved);
  });

  it.each([
    ['text/plain; charset=utf-8', 'text/plain'],
    ['image/png', 'application/octet-stream'],
    ['audio/mpeg', 'application/octet-stream'],
    ['nonsense', 'application/octet-stream'],
    ['text/x\r\nevil: 1', 'application/octet-stream'],
  ])('goes with a type that its bytes do not contradict: %j', (declared, type) => {
    expect(plainMediaType(declared)).toBe(type);
  });
});
