import { fileNameOf as nameInAddress } from '../../contract/file-name.ts';
import type { Content } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { shownName, shownText } from '../ui/names.ts';
import type { IconName } from '../ui/Icon.tsx';

export type ImageContent = Extract<Content, { kind: 'image' }>;

/** Longer names are cut in the middle; what stands behind the last dot says what it is. UTF-16 code units. */
const longestName = 255;
const tailLength = 7;
/** Longer than any that means something. */
const longestExtension = 12;

const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/webp': 'webp' };

/** `name` as a file of `mediaType` may be called: with the extension that fits where it was drawn anew. */
export function nameFor(name: string, mediaType: string): string {
  const extension = extensions[mediaType];
  return extension === undefined ? name : `${stem(name)}.${extension}`;
}

/** `name`, short enough to be sent. */
export function fittingName(name: string): string {
  const { head, tail } = split(name, longestExtension);
  return name.length <= longestName ? name : head.slice(0, longestName - tail.length) + tail;
}

function stem(name: string): string {
  return name.replace(/(?<=.)\.[^.]{1,11}$/u, '');
}

/** `name` in two parts: the first may be cut where there is no room, the second tells what it is. */
export function parts(name: string): { readonly head: string; readonly tail: string } {
  return split(name, tailLength);
}

function split(name: string, atMost: number): { readonly head: string; readonly tail: string } {
  const letters = [...name];
  const count = letters.length > atMost ? atMost : 0;
  return {
    head: letters.slice(0, letters.length - count).join(''),
    tail: letters.slice(letters.length - count).join(''),
  };
}

/** The name of a file as it is shown: as it was given, else the last part of its address. */
export function fileNameOf(name: string | null, mediaUrl: string | null): string {
  return shownName(name, shownName(nameInAddress(mediaUrl ?? ''), strings.cards.file));
}

/** What a picture is called where it cannot be seen. */
export function pictureName({ altText, name }: Pick<ImageContent, 'altText' | 'name'>): string {
  const said = shownText(altText ?? '').trim();
  return said === '' ? shownName(name, strings.attachments.picture) : said;
}

export type FileKind = 'picture' | 'sound' | 'video' | 'archive' | 'page' | 'other';

const archives = /zip|compressed|x-tar|x-7z|x-rar|gzip/;
const pages = /pdf|text|word|document|sheet|excel|presentation|powerpoint|rtf/;

/** For the icon only: what is drawn is decided by its bytes. */
export function kindOf(mediaType: string | null): FileKind {
  const type = mediaType?.toLowerCase() ?? '';
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('audio/')) return 'sound';
  if (type.startsWith('video/')) return 'video';
  if (archives.test(type)) return 'archive';
  return pages.test(type) ? 'page' : 'other';
}

export const kindIcons: Readonly<Record<FileKind, IconName>> = {
  picture: 'image',
  sound: 'sound',
  video: 'video',
  archive: 'archive',
  page: 'page',
  other: 'file',
};
