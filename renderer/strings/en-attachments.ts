import { counting } from './counting.ts';

// What the app says in English about pictures, files and sounds: choosing, sending, looking, saving.

const counted = counting('en');
const files = counted({ one: '1 file', other: '# files' });

export const enAttachments = {
  attachments: {
    attach: 'Attach files',
    drop: 'Drop files here to send them',
    dropHint: 'You can look them over first.',
    sheet: {
      title: (count: number) => `Send ${files(count)}`,
      none: 'Nothing to send',
      list: 'Files to send',
      more: 'Add more…',
      send: (count: number) => (count > 1 ? `Send ${files(count)}` : 'Send'),
      busy: 'Getting ready…',
      remove: (name: string) => `Remove ${name}`,
      altText: 'Description for those who cannot see it',
      strip: 'Remove location and camera data',
      mayTell: 'A picture of this kind may tell where it was taken.',
      size: 'Size',
      original: (width: number, height: number) => `Original, ${width} × ${height}`,
      smaller: (width: number, height: number) => `Smaller, ${width} × ${height}`,
      tooManyPixels: 'Too many pixels to be shown here; it is sent as it is.',
    },
    refused: {
      folder: (name: string) => `${name} is a folder. Choose the files in it.`,
      empty: (name: string) => `${name} is empty.`,
      unreadable: (name: string) => `${name} cannot be read. Check that it is still there.`,
      tooLarge: (name: string, megabytes: number) =>
        `${name} is too large: at most ${megabytes} MB can be sent.`,
      tooMany: (most: number) => `At most ${files(most)} can be sent at once. Choose fewer.`,
    },
    notStripped: 'This picture could not be freed of its location. Untick it to send it as it is.',
    notSmaller: 'This picture could not be made smaller. Send the original.',
    sending: (count: number) => `Sending ${files(count)}`,
    progress: (name: string) => `Sending ${name}`,
    percent: (part: number) => `${part} %`,
    cancel: (name: string) => `Do not send ${name}`,
    picture: 'Picture',
    sound: 'Sound',
    video: 'Video',
    openPicture: (alt: string) => `Look at ${alt}`,
    loading: 'Loading…',
    loadFrom: (host: string) => `Load picture from ${host}`,
    playFrom: (host: string) => `Play from ${host}`,
    saveFrom: (host: string) => `Save from ${host}`,
    elsewhere: 'another server',
    again: 'Try again',
    play: 'Play',
    save: 'Save…',
    saving: 'Saving…',
    saved: 'Saved',
    saveAs: (name: string) => `Save ${name}`,
    savingAs: (name: string) => `Saving ${name}`,
    savedAs: (name: string) => `Saved: ${name}`,
    viewer: {
      title: 'Picture',
      position: (at: number, all: number) => `${at} of ${all}`,
      previous: 'Previous picture',
      next: 'Next picture',
      zoomIn: 'Larger (+)',
      zoomOut: 'Smaller (-)',
      fit: 'Fit the window (0)',
      save: 'Save (S)',
    },
  },
};
