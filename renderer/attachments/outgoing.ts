import type { Input } from '../../contract/requests.ts';
import { normalizeText } from '../../contract/text.ts';
import { strings } from '../strings/strings.ts';
import { makeSmaller, smallerType } from './drawing.ts';
import { fittingName, nameFor } from './file-names.ts';
import { sayRefusal } from './offer.ts';
import type { Picture } from './pictures.ts';
import { canStrip, withoutMetadata } from './without-metadata.ts';

/** A file, and how it is to be sent. */
export type Wish = {
  readonly file: File;
  readonly picture: Picture | null;
  readonly altText: string;
  readonly strip: boolean;
  readonly smaller: boolean;
};

export type Outgoing = Pick<Input<'sendFile'>, 'name' | 'mediaType' | 'bytes' | 'altText'>;

/** @returns what leaves this page, or the sentence that says why it cannot be made as it was wished */
export async function outgoingOf(wish: Wish): Promise<Outgoing | string> {
  const { file, picture } = wish;
  const altText = normalizeText(wish.altText.trim());
  const made = await contentOf(wish);
  if (typeof made === 'string') return made;
  const name = made.isRedrawn ? nameFor(file.name, made.mediaType) : file.name;
  return {
    name: fittingName(normalizeText(name)),
    mediaType: made.mediaType,
    bytes: made.bytes,
    altText: picture === null || altText === '' ? null : altText,
  };
}

type Content = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly isRedrawn: boolean;
};

async function contentOf({ file, picture, strip, smaller }: Wish): Promise<Content | string> {
  const say = strings.attachments;
  if (picture !== null && smaller) {
    const copy = await makeSmaller(file, picture);
    const bytes = copy === null ? null : await bytesOf(copy);
    return bytes === null ? say.notSmaller : { bytes, mediaType: smallerType(picture), isRedrawn: true };
  }
  const bytes = await bytesOf(file);
  if (bytes === null) return sayRefusal({ reason: 'unreadable', name: file.name });
  const mediaType = picture?.mediaType ?? (file.type || 'application/octet-stream');
  if (picture === null || !strip || !canStrip(picture)) return { bytes, mediaType, isRedrawn: false };
  const bare = withoutMetadata(bytes, picture);
  return bare === null ? say.notStripped : { bytes: bare, mediaType, isRedrawn: false };
}

/** @returns null if it is not there any more, or not to be read */
export async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}
