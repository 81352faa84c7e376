/** What a file is, read from its bytes: nobody's word about it is asked. */

/** Types of pictures that are drawn. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type PictureType = (typeof pictureTypes)[number];

export function isPictureType(mediaType: string): mediaType is PictureType {
  return pictureTypes.some((type) => type === mediaType);
}

/** Types that a player of the page is given. */
const playedTypes = ['audio/mpeg', 'audio/ogg', 'audio/wav', 'audio/mp4', 'video/mp4', 'video/webm'] as const;

export function isPlayedType(mediaType: string): boolean {
  return playedTypes.some((type) => type === mediaType);
}

type Sign = readonly [type: string, matches: (head: string) => boolean];

/** By their first bytes, one character each. The first that fits decides, so none may fit what another one is. */
const signs: readonly Sign[] = [
  ['image/png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['image/gif', (head) => /^GIF8[79]a/.test(head)],
  ['image/webp', (head) => /^RIFF[^]{4}WEBPVP8[ LX]/.test(head)],
  ['audio/wav', (head) => /^RIFF[^]{4}WAVE/.test(head)],
  ['audio/ogg', (head) => /^OggS\0/.test(head)],
  // With an ID3v2 tag, or at once with a frame of MPEG-1 or -2, layer 3.
  ['audio/mpeg', (head) => /^ID3[\x02-\x04]/.test(head) || /^\xff[\xf2\xf3\xfa\xfb]/.test(head)],
  ['audio/mp4', (head) => /^[^]{4}ftypM4[AB] /.test(head)],
  ['video/mp4', (head) => /^[^]{4}ftyp(?:isom|iso[2-6]|mp4[12]|avc1|MSNV|M4V |dash)/.test(head)],
  ['video/webm', (head) => head.startsWith('\x1a\x45\xdf\xa3') && head.includes('webm')],
  ['application/pdf', (head) => head.startsWith('%PDF-')],
  ['application/zip', (head) => head.startsWith('PK\x03\x04')],
];

const headLength = 64;

/** @returns null if the bytes are of no type that is told apart here */
export function sniffMediaType(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, headLength));
  return signs.find(([, matches]) => matches(head))?.[0] ?? null;
}

/**
 * What somebody says a file is, fit to be handed on where its bytes do not tell. A picture, a sound or a video that is not one
 * by its bytes is none.
 */
export function plainMediaType(declared: string): string {
  const type = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isPlausible = /^(?:application|text|font|model)\/[a-z0-9][a-z0-9.+-]{0,99}$/.test(type);
  return isPlausible ? type : 'application/octet-stream';
}
