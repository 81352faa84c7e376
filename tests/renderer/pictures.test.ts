import { describe, expect, it } from 'vitest';
import { headBytes, isDecodable, readPicture } from '../../renderer/attachments/pictures.ts';
import type { Picture } from '../../renderer/attachments/pictures.ts';
import { withoutMetadata } from '../../renderer/attachments/without-metadata.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const big16 = (value: number) => [value >> 8, value & 0xff];
const big32 = (value: number) => [...big16(value >>> 16), ...big16(value & 0xffff)];
const little24 = (value: number) => [value & 0xff, (value >> 8) & 0xff, value >> 16];
const little32 = (value: number) => [...little24(value & 0xffffff), value >>> 24];
const bytes = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

/** What must not be left of any picture. */
const secret = ascii('N 53.0793 E 8.8017, Nikon 4411');
const holdsSecret = (file: Uint8Array | null) =>
  file !== null && Buffer.from(file).includes(Buffer.from(secret));

/** A TIFF directory with which way up, and a location behind it. */
const exif = (turned: number) => [
  ...ascii('II*\0'),
  ...little32(8),
  ...[2, 0],
  ...[0x0f, 0x01, 2, 0, ...little32(secret.length), ...little32(38)],
  ...[0x12, 0x01, 3, 0, ...little32(1), turned, 0, 0, 0],
  ...little32(0),
  ...secret,
];

const segment = (marker: number, body: readonly number[]) => [
  0xff,
  marker,
  ...big16(body.length + 2),
  ...body,
];
const frame = (width: number, height: number, marker = 0xc0) =>
  segment(marker, [8, ...big16(height), ...big16(width), 1, 1, 0x11, 0]);
const jfif = segment(0xe0, [...ascii('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const profile = segment(0xe2, [...ascii('ICC_PROFILE\0'), 1, 1, 7, 7, 7]);
const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xff, 0];

function aJpeg({ turned = 6, end = [0xff, 0xd9] as readonly number[] } = {}): Uint8Array {
  return bytes(
    [0xff, 0xd8],
    jfif,
    segment(0xe1, [...ascii('Exif\0\0'), ...exif(turned)]),
    segment(0xe1, [...ascii('http://ns.adobe.com/xap/1.0/\0'), ...secret]),
    profile,
    segment(0xe2, [...ascii('MPF\0'), ...secret]),
    segment(0xed, [...ascii('Photoshop 3.0\0'), ...secret]),
    segment(0xfe, secret),
    frame(640, 480, 0xc2),
    scan,
    segment(0xc4, [1, 2, 3]),
    scan,
    end,
  );
}

const chunk = (name: string, body: readonly number[]) => [
  ...big32(body.length),
  ...ascii(name),
  ...body,
  1,
  2,
  3,
  4,
];
const png = (width: number, height: number, ...chunks: readonly (readonly number[])[]) =>
  bytes(
    [0x89, ...ascii('PNG'), 13, 10, 26, 10],
    chunk('IHDR', [...big32(width), ...big32(height), 8, 6, 0, 0, 0]),
    ...chunks,
    chunk('IDAT', [9, 9]),
    chunk('IEND', []),
  );

const riff = (...chunks: readonly (readonly number[])[]) =>
  bytes(ascii('RIFF'), little32(4 + chunks.flat().length), ascii('WEBP'), ...chunks);
const webpChunk = (name: string, body: readonly number[]) => [
  ...ascii(name),
  ...little32(body.length),
  ...body,
  ...(body.length % 2 === 1 ? [0] : []),
];
const extended = (flags: number, width = 640, height = 480) =>
  webpChunk('VP8X', [flags, 0, 0, 0, ...little24(width - 1), ...little24(height - 1)]);

const head = (picture: Partial<Picture>): Picture => ({
  mediaType: 'image/png',
  width: 1,
  height: 1,
  moves: false,
  ...picture,
});

describe('a picture', () => {
  it.each<[string, Uint8Array, Partial<Picture>]>([
    ['PNG', png(300, 200), { mediaType: 'image/png', width: 300, height: 200, moves: false }],
    ['moving PNG', png(300, 200, chunk('acTL', [0, 0, 0, 2, 0, 0, 0, 0])), { moves: true }],
    ['JPEG', aJpeg(), { mediaType: 'image/jpeg', width: 640, height: 480, moves: false }],
    ['GIF', bytes(ascii('GIF89a'), [0x40, 1, 0xc8, 0]), { mediaType: 'image/gif', width: 320, height: 200 }],
    ['WebP', riff(extended(0)), { mediaType: 'image/webp', width: 640, height: 480, moves: false }],
    ['moving WebP', riff(extended(2)), { moves: true }],
    [
      'lossless WebP',
      riff(webpChunk('VP8L', [0x2f, ...little32((299 << 0) | (199 << 14)), 0])),
      { width: 300, height: 200 },
    ],
    [
      'lossy WebP',
      riff(webpChunk('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 0x2c, 1, 0xc8, 0])),
      { width: 300, height: 200 },
    ],
  ])('H-09 is known by its first bytes: %s', (_, file, expected) => {
    expect(readPicture(file)).toMatchObject(expected);
  });

  it('H-09 is not what merely says so, has no size, or ends too early', () => {
    const files = [
      bytes(ascii('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')),
      bytes(ascii('%PDF-1.7 and some more bytes behind it')),
      bytes(ascii('RIFF....WAVEfmt and then some silence')),
      png(0, 10),
      new Uint8Array(0),
      bytes([0xff, 0xd8], jfif, scan),
    ];
    expect(files.map(readPicture)).toEqual(files.map(() => null));
    for (const whole of [aJpeg(), png(300, 200), riff(extended(0))])
      for (let length = 0; length < 24; length += 1) expect(readPicture(whole.slice(0, length))).toBe(null);
  });

  it('H-10 is decoded only if its header promises at most 50 million pixels', () => {
    const sizes: readonly [Uint8Array, boolean][] = [
      [png(65_535, 65_535), false],
      [png(50_000_001, 1), false],
      [png(8_000, 6_250), true],
      [riff(extended(0, 16_777_216, 16_777_216)), false],
    ];
    for (const [file, expected] of sizes) expect(isDecodable(readPicture(file) ?? head({}))).toBe(expected);
    expect(headBytes).toBeLessThanOrEqual(1_048_576);
  });
});

describe('a picture without what it tells of its making', () => {
  const strip = (file: Uint8Array) => withoutMetadata(file, readPicture(file) ?? head({}));

  it('keeps of a JPEG its pixels, its colours and which way up it stands, and nothing behind its end', () => {
    const bare = strip(bytes([...aJpeg()], [...aJpeg()]));
    expect(holdsSecret(aJpeg())).toBe(true);
    expect(holdsSecret(bare)).toBe(false);
    const upright = segment(0xe1, [
      ...ascii('Exif\0\0MM'),
      ...[0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
    ]);
    expect(bare).toEqual(
      bytes(
        [0xff, 0xd8],
        jfif,
        upright,
        profile,
        frame(640, 480, 0xc2),
        scan,
        segment(0xc4, [1, 2, 3]),
        scan,
        [0xff, 0xd9],
      ),
    );
    expect(Buffer.from(strip(aJpeg({ turned: 1 })) ?? []).includes('Exif')).toBe(false);
  });

  it('keeps of a PNG what is drawn', () => {
    const colours = chunk('gAMA', [0, 0, 177, 143]);
    const file = png(3, 2, colours, chunk('eXIf', exif(1)), chunk('tEXt', secret), chunk('zzZz', secret));
    expect(strip(bytes([...file], secret))).toEqual(png(3, 2, colours));
  });

  it('keeps of a WebP what is drawn and which way up it stands, and no longer promises the rest', () => {
    const picture = webpChunk('VP8 ', [1, 2, 3]);
    const told = [webpChunk('XMP ', secret), webpChunk('zzzz', secret)];
    expect(strip(riff(extended(0x2c), picture, webpChunk('EXIF', exif(1)), ...told))).toEqual(
      riff(extended(0x20), picture),
    );
    const turned = strip(riff(extended(0x0c), picture, webpChunk('EXIF', exif(8)), ...told));
    expect(holdsSecret(turned)).toBe(false);
    expect(turned?.slice(0, 12)).toEqual(
      riff(extended(0x08), picture, webpChunk('EXIF', Array(26).fill(0))).slice(0, 12),
    );
    expect(turned?.[20]).toBe(0x08);
    expect(turned?.at(-7)).toBe(8);
  });

  it('is not made where the parts do not add up, whatever is cut off or broken', () => {
    for (const whole of [
      aJpeg(),
      png(3, 2, chunk('tEXt', secret)),
      riff(extended(8), webpChunk('EXIF', exif(1))),
    ]) {
      const picture = readPicture(whole) ?? head({});
      for (let length = 0; length < whole.length; length += 1)
        expect(holdsSecret(withoutMetadata(whole.slice(0, length), picture))).toBe(false);
      for (let at = 2; at < whole.length; at += 1) {
        const broken = whole.slice();
        broken[at] = (broken[at] ?? 0) ^ 0x5a;
        withoutMetadata(broken, picture);
      }
    }
    expect(strip(aJpeg({ end: [] }))).toBe(null);
    expect(strip(png(3, 2, chunk('ZZZZ', secret)))).toBe(null);
  });
});
