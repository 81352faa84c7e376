import type { Content, Message } from '../../../contract/model.ts';
import type { View } from '../../../contract/view.ts';
import { FakeSmooch } from '../fake-smooch.ts';
import { aThread, aView, says, waits, writes } from '../make.ts';

const day = 24 * 60 * 60_000;

function at(hours: number, minutes: number, daysAgo = 0): number {
  const date = new Date(Date.now() - daysAgo * day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), hours, minutes).getTime();
}

/** A landscape of so many pixels. */
function landscape(width: number, height: number, hue: number): Blob {
  const hill = (top: number, light: number) =>
    `<path fill="hsl(${hue} 42% ${light}%)" d="M0 ${top}C${width / 3} ${top - height / 4} ${width / 2} ${top + height / 6} ${width} ${top - height / 8}V${height}H0Z"/>`;
  return new Blob(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
      `<rect width="100%" height="100%" fill="hsl(${hue} 60% 84%)"/>`,
      `<circle cx="${width * 0.72}" cy="${height * 0.28}" r="${Math.min(width, height) / 9}" fill="#fff7d6"/>`,
      hill(height * 0.6, 62),
      hill(height * 0.74, 46),
      hill(height * 0.88, 32),
      '</svg>',
    ],
    { type: 'image/svg+xml' },
  );
}

/** A second of silence, 8 bits at 8 kHz. */
function silence(): Blob {
  const samples = 8_000;
  const header = new DataView(new ArrayBuffer(44));
  const text = (offset: number, word: string) =>
    [...word].forEach((letter, index) => header.setUint8(offset + index, letter.charCodeAt(0)));
  text(0, 'RIFF');
  header.setUint32(4, 36 + samples, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, samples, true);
  header.setUint32(28, samples, true);
  header.setUint16(32, 1, true);
  header.setUint16(34, 8, true);
  text(36, 'data');
  header.setUint32(40, samples, true);
  return new Blob([header.buffer, new Uint8Array(samples).fill(128)], { type: 'audio/wav' });
}

type Named = { readonly altText?: string | null; readonly name?: string | null; readonly text?: string };

export function anImage(host: string, { altText = null, name = null, text = '' }: Named = {}): Content {
  return { kind: 'image', text, mediaUrl: `https://${host}/p/1`, mediaType: 'image/jpeg', altText, name };
}

export function aFile(name: string, mediaType: string, mediaSize: number): Content {
  return { kind: 'file', text: '', mediaUrl: 'https://service.example/f/1', mediaType, mediaSize, name };
}

const service = 'service.example';
const pictures: readonly (readonly [Message, number, number])[] = [
  [
    says('p1', at(9, 0), anImage(service, { altText: 'The pallet at the gate', text: 'Here it is.' })),
    1600,
    1200,
  ],
  [says('p2', at(9, 1), anImage(service, { altText: 'The whole lorry, from the side' })), 2400, 900],
  [writes('p3', at(9, 5), '', { content: anImage(service, { name: 'IMG_20261123_090455.jpg' }) }), 900, 1600],
  [says('p4', at(9, 7), anImage(service, { altText: 'A stamp' })), 48, 32],
];

function aStage(messages: readonly Message[], part: Partial<View> = {}): FakeSmooch {
  return new FakeSmooch(aView({ ...part, thread: aThread(messages) }));
}

function withPictures(messages: readonly Message[], part: Partial<View> = {}): FakeSmooch {
  const stage = aStage(messages, part);
  for (const [index, [{ key }, width, height]] of pictures.entries())
    stage.media.hold(key, landscape(width, height, 190 + index * 40), { width, height });
  return stage;
}

export const attachmentScenes: Record<string, () => FakeSmooch> = {
  pictures: () => withPictures(pictures.map(([message]) => message)),
  'pictures-trouble': () => {
    const long = 'media.with-a-long-name.nordwind-logistics.example';
    const messages = [
      says('t1', at(9, 0), anImage(long, { altText: 'The new timetable' })),
      says('t2', at(9, 1), anImage(service, { altText: 'A map of the whole harbour' })),
      says('t3', at(9, 2), anImage(service, { altText: 'Not what it says' })),
      says('t4', at(9, 3), anImage(service)),
      says('t5', at(9, 4), anImage(service, { altText: 'On the way' })),
    ];
    const stage = aStage(messages);
    stage.media.hold('t1', landscape(1200, 800, 20), { width: 1200, height: 800 });
    Object.assign(stage.media.troubles, {
      t1: { kind: 'media', trouble: 'foreign' },
      t2: { kind: 'media', trouble: 'tooLarge' },
      t3: { kind: 'media', trouble: 'unsafe' },
      t4: { kind: 'media', trouble: 'gone' },
      t5: { kind: 'offline' },
    });
    return stage;
  },
  uploads: () => {
    const image = waits(1, at(9, 9), '', {
      content: { ...anImage(service, { name: 'IMG_4411.jpg' }), mediaUrl: null } as Content,
    });
    const file = waits(2, at(9, 10), '', {
      content: { ...aFile('Lieferschein 88213.pdf', 'application/pdf', 284_113), mediaUrl: null } as Content,
    });
    const failed = waits(3, at(9, 11), '', {
      content: { ...aFile('Fotos.zip', 'application/zip', 41_113_000), mediaUrl: null } as Content,
      status: 'failed',
      refusal: { code: 'forbidden', description: 'Files of this kind are not taken' },
    });
    const stage = aStage([...pictures.slice(0, 1).map(([message]) => message), image, file, failed], {
      waiting: 2,
      uploads: [{ key: image.key, sent: 1_380_000, total: 3_000_000 }],
    });
    stage.media.hold('p1', landscape(1600, 1200, 190), { width: 1600, height: 1200 });
    stage.media.hold(image.key, landscape(3000, 2000, 330), { width: 3000, height: 2000 });
    return stage;
  },
  'pictures-items': () => {
    const items = ['By lorry', 'By rail', 'By ship'].map((title, index) => ({
      title,
      description: 'Bremen to Rotterdam',
      mediaUrl: `https://${index === 2 ? 'media.nordwind.example' : service}/${index}`,
      actions: [],
    }));
    const stage = aStage([
      says('i1', at(9, 0), { kind: 'items', text: 'Three ways', layout: 'carousel', items }),
      says('i2', at(9, 1), { kind: 'items', text: '', layout: 'list', items: items.slice(1) }),
    ]);
    for (const place of ['i1/0', 'i1/1', 'i2/0'])
      stage.media.hold(place, landscape(1200, 800, place.length * 50), { width: 1200, height: 800 });
    return stage;
  },
  files: () => {
    const stage = aStage([
      says('f1', at(9, 0), aFile('Waybill 88213.pdf', 'application/pdf', 284_113)),
      says(
        'f2',
        at(9, 1),
        aFile(
          'Zollanmeldung_Bremen-Rotterdam_mit_allen_Anlagen_und_Unterschriften_2026-11-23_final_final.xlsx',
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
          1_284_113,
        ),
      ),
      says('f3', at(9, 2), aFile('Voice message.wav', 'audio/wav', 8_044)),
      says('f4', at(9, 3), aFile('Unloading.mp4', 'video/mp4', 12_284_113)),
      writes('f5', at(9, 4), '', { content: aFile('Photos.zip', 'application/zip', 48_113_000) }),
    ]);
    stage.media.hold('f3', silence());
    return stage;
  },
};
