import type { Picture } from './pictures.ts';

// Draws pictures anew, in this page: it holds no secrets, and nothing it does reaches beyond it.

/** A smaller copy is at most so long. Pixels. */
export const smallerSide = 2048;
const thumbnailSide = 192;
const quality = 0.85;

/** The size of a smaller copy, or null where there is none to be made. */
export function smallerSize({ width, height, moves }: Picture): { width: number; height: number } | null {
  const longest = Math.max(width, height);
  if (moves || longest <= smallerSide) return null;
  const scaled = (side: number) => Math.max(1, Math.round((side * smallerSide) / longest));
  return { width: scaled(width), height: scaled(height) };
}

/** What a copy is drawn as: a photo stays one, everything else may be transparent in places. */
export function smallerType({ mediaType }: Picture): 'image/jpeg' | 'image/webp' {
  return mediaType === 'image/jpeg' ? 'image/jpeg' : 'image/webp';
}

/** @returns null if the picture cannot be decoded */
export function makeSmaller(file: Blob, picture: Picture): Promise<Blob | null> {
  return drawn(file, smallerSide, smallerType(picture));
}

/** @returns null if the picture cannot be decoded */
export function makeThumbnail(file: Blob): Promise<Blob | null> {
  return drawn(file, thumbnailSide, 'image/webp');
}

/** Upright, without a word of what stood beside the pixels. */
async function drawn(file: Blob, longest: number, type: string): Promise<Blob | null> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    );
    const context = canvas.getContext('2d');
    if (context !== null) context.imageSmoothingQuality = 'high';
    context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob({ type, quality });
  } catch {
    return null;
  }
}
