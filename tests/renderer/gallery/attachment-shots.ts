import { Buffer } from 'node:buffer';
import type { Page } from 'playwright';
import type { Shot } from './people-shots.ts';

// Files: looked over before they are sent, on their way, in the thread, and looked at closely.

/** A picture that the browser of the page makes itself. */
export async function aPicture(
  page: Page,
  type: 'image/jpeg' | 'image/png' | 'image/webp',
  width = 300,
  height = 200,
): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([kind, across, down]) => {
      const canvas = new OffscreenCanvas(across, down);
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('nothing to draw on');
      for (const [index, colour] of ['#7fb4d6', '#e8c07d', '#4d7c6b', '#27463f'].entries()) {
        context.fillStyle = colour;
        context.fillRect(0, (down / 4) * index, across, down / 4);
      }
      const blob = await canvas.convertToBlob({ type: kind });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [type, width, height] as const,
  );
  return Buffer.from(bytes);
}

const filesInput = (page: Page) => page.locator('input[type=file]');

async function chooseOne(page: Page): Promise<void> {
  await filesInput(page).setInputFiles({
    name: 'IMG_20261123_090455.jpg',
    mimeType: 'image/jpeg',
    buffer: await aPicture(page, 'image/jpeg', 4000, 3000),
  });
  await page.locator('.chosen-thumbnail img').waitFor();
}

async function chooseFive(page: Page): Promise<void> {
  const file = (name: string, mimeType: string, size: number) => ({
    name,
    mimeType,
    buffer: Buffer.alloc(size, 1),
  });
  await filesInput(page).setInputFiles([
    file(
      'Zollanmeldung_Bremen-Rotterdam_mit_allen_Anlagen_und_Unterschriften_final.pdf',
      'application/pdf',
      9e5,
    ),
    { name: 'Gate.png', mimeType: 'image/png', buffer: await aPicture(page, 'image/png') },
    file('IMG_4411.HEIC', 'image/heic', 2e6),
    file('Empty.txt', 'text/plain', 0),
    file('Unloading.mp4', 'video/mp4', 3e6),
  ]);
  await page.locator('.chosen-thumbnail img').waitFor();
}

async function holdFilesOver(page: Page): Promise<void> {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'x.txt'));
    window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, cancelable: true }));
  });
  await page.locator('.drop-target').waitFor();
}

async function openPicture(page: Page): Promise<void> {
  await page.locator('button.picture').nth(1).dispatchEvent('click');
  await page.locator('.viewer-stage img').waitFor();
}

async function play(page: Page): Promise<void> {
  await page.locator('.player-sound .button').dispatchEvent('click');
  await page.locator('audio').waitFor({ state: 'attached' });
}

const shots: readonly Shot[] = [
  { name: 'attach-one', scene: 'short', act: chooseOne },
  { name: 'attach-five', scene: 'short', act: chooseFive },
  { name: 'attach-drop', scene: 'short', act: holdFilesOver },
  { name: 'attach-uploads', scene: 'uploads' },
  { name: 'attach-pictures', scene: 'pictures' },
  { name: 'attach-trouble', scene: 'pictures-trouble', height: 1100 },
  { name: 'attach-items', scene: 'pictures-items', height: 760 },
  { name: 'attach-files', scene: 'files', act: play, height: 900 },
  { name: 'attach-viewer', scene: 'pictures', act: openPicture },
];

const inGerman = (shot: Shot): Shot => ({ ...shot, name: `${shot.name}-german`, locale: 'de-DE' });

export const attachmentShots: readonly Shot[] = [...shots, ...shots.map(inGerman)];
