import { maxFileBytes, maxFilesAtOnce } from '../../contract/media.ts';
import { locale, strings } from '../strings/strings.ts';
import { shownName } from '../ui/names.ts';
import { shownLimit } from '../ui/sizes.ts';

/** Why something that was chosen, dropped or pasted is not sent; said before a byte of it is read. */
export type Refusal =
  | { readonly reason: 'tooMany' }
  | { readonly reason: 'folder' | 'empty' | 'unreadable' | 'tooLarge'; readonly name: string };

export type Offer = { readonly files: readonly File[]; readonly refused: readonly Refusal[] };

/**
 * What of `files` can be sent, next to `already` that are to be sent anyway. Of too many none is taken: that was a slip of the
 * hand, and nobody looks through ten thousand.
 */
export function offerOf(files: Iterable<File> & { readonly length: number }, already: number): Offer {
  if (files.length + already > maxFilesAtOnce) return { files: [], refused: [{ reason: 'tooMany' }] };
  const all = [...files];
  return {
    files: all.filter((file) => refusalOf(file) === null),
    refused: all.map(refusalOf).filter((refusal) => refusal !== null),
  };
}

/** A pipe or a device has no size either. */
function refusalOf({ name, size }: File): Refusal | null {
  if (size === 0) return { reason: 'empty', name };
  return size > maxFileBytes ? { reason: 'tooLarge', name } : null;
}

/** What was dropped: only a drop can hold folders. */
export function dropped(transfer: DataTransfer, already: number): Offer {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  if (items.length + already > maxFilesAtOnce) return { files: [], refused: [{ reason: 'tooMany' }] };
  const folders = items.flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    return entry?.isDirectory ? [entry.name] : [];
  });
  const files = items.map((item) => (item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile()));
  const offer = offerOf(
    files.filter((file) => file !== null),
    already,
  );
  return {
    files: offer.files,
    refused: [...folders.map((name) => ({ reason: 'folder' as const, name })), ...offer.refused],
  };
}

/**
 * The files in the clipboard, unless it holds the same as words: what is copied from a document comes as text, as HTML and as a
 * picture of itself.
 */
export function pasted({ files, types }: DataTransfer): FileList | null {
  if (files.length === 0) return null;
  return types.includes('text/html') && types.includes('text/plain') ? null : files;
}

export function sayRefusal(refusal: Refusal): string {
  const say = strings.attachments.refused;
  if (refusal.reason === 'tooMany') return say.tooMany(maxFilesAtOnce);
  const name = `\u2068${shownName(refusal.name, strings.cards.file)}\u2069`;
  return refusal.reason === 'tooLarge'
    ? say.tooLarge(name, shownLimit(maxFileBytes, locale()))
    : say[refusal.reason](name);
}
