import { expect, it } from 'vitest';
import { isOurMainFrame } from '../../../main/desktop/our-frame.ts';
import type { FrameEvent } from '../../../main/desktop/our-frame.ts';

const page = 'app://main/index.html';
const mainFrame = { url: page, parent: null, routingId: 4, processId: 9 };

type Frame = NonNullable<FrameEvent['senderFrame']>;

function ask(senderFrame: object | null, sender: object = {}): boolean {
  const frame = senderFrame === null ? null : ({ ...mainFrame, ...senderFrame } as Frame);
  const event = {
    senderFrame: frame,
    sender: { id: 1, isDestroyed: () => false, mainFrame, ...sender } as FrameEvent['sender'],
  };
  return isOurMainFrame(event, page, (id) => id === 1);
}

it('E-17 knows the main frame of our window, wherever in the page it is', () => {
  expect(ask({})).toBe(true);
  expect(ask({ url: `${page}#there` })).toBe(true);
});

it.each<[string, object | null, object?]>([
  ['a frame that is gone', null],
  ['a frame inside the page', { parent: mainFrame, routingId: 5 }],
  ['a frame that calls itself main but is another', { routingId: 5 }],
  ['a frame of another process', { processId: 10 }],
  ['a window that is not ours', {}, { id: 2 }],
  ['a window that is destroyed', {}, { isDestroyed: () => true }],
  ['a page after navigation', { url: 'https://example.com/' }],
  ['a blank page', { url: 'about:blank' }],
  ['an empty address', { url: '' }],
  ['a page of ours that is not the page', { url: 'app://main/other.html' }],
  ['a host that begins like ours', { url: 'app://main.evil/index.html' }],
  ['a host behind our name', { url: 'app://main@evil/index.html' }],
  ['an address with a question', { url: `${page}?x` }],
])('E-17 does not know %s', (_, frame, sender) => {
  expect(ask(frame, sender)).toBe(false);
});

it('E-17 does not know a frame that cannot be looked at', () => {
  const disposed = Object.defineProperty({}, 'url', {
    enumerable: false,
    get: () => {
      throw new Error('Render frame was disposed');
    },
  }) as Frame;
  const event = { senderFrame: disposed, sender: { id: 1, isDestroyed: () => false, mainFrame } };
  expect(isOurMainFrame(event as FrameEvent, page, () => true)).toBe(false);
});
