import { describe, expect, it } from 'vitest';
import { maxTextLength } from '../../contract/text.ts';
import { DraftKeeper, draftDelayMs } from '../../renderer/composer/draft-keeper.ts';
import { attemptFor, countFrom, judge, leftAfter, sends } from '../../renderer/composer/rules.ts';
import { TypingSignal, idleStopMs, repeatStartMs } from '../../renderer/composer/typing-signal.ts';
import { ManualTime } from './manual-time.ts';

const enter = {
  key: 'Enter',
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 13,
};

describe('the composer', () => {
  it('sends on Enter alone', () => {
    expect(sends(enter)).toBe(true);
    expect(sends({ ...enter, key: 'a' })).toBe(false);
    for (const modifier of ['shiftKey', 'altKey', 'ctrlKey', 'metaKey'])
      expect(sends({ ...enter, [modifier]: true })).toBe(false);
  });

  it('never sends on the Enter that confirms a candidate of an input method', () => {
    expect(sends({ ...enter, isComposing: true })).toBe(false);
    expect(sends({ ...enter, keyCode: 229 })).toBe(false);
  });

  it.each([
    ['', 'empty', undefined],
    [' \n ', 'empty', undefined],
    ['Hello', 'fine', null],
    ['x'.repeat(countFrom - 1), 'fine', null],
    ['x'.repeat(countFrom), 'fine', countFrom],
    [`  ${'x'.repeat(maxTextLength)}\n`, 'fine', maxTextLength],
    ['x'.repeat(maxTextLength + 1), 'tooLong', maxTextLength + 1],
  ])('judges text as the service will (%#)', (text, kind, counter) => {
    expect(judge(text)).toEqual(counter === undefined ? { kind } : { kind, counter });
  });

  it('tries the same text again under the same id, and another text under another', () => {
    const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    const mint = () => ids.shift() ?? 'none left';
    const first = attemptFor('Hello', null, mint);
    expect(attemptFor('Hello', first, mint)).toBe(first);
    expect(attemptFor('Hello!', first, mint).clientMessageId).toBe('00000000-0000-4000-8000-000000000002');
  });

  it('keeps what was typed behind a text while that was being accepted', () => {
    expect(leftAfter('Hello', 'Hello')).toBe('');
    expect(leftAfter('Hello', 'Hello\nand more')).toBe('and more');
    expect(leftAfter('Hello', 'Something else')).toBe('Something else');
  });
});

describe('DraftKeeper', () => {
  function stage() {
    const time = new ManualTime();
    const saved: string[] = [];
    return { time, saved, keeper: new DraftKeeper({ save: (text) => saved.push(text), after: time.after }) };
  }

  it('saves within half a second of the first change, although the typing goes on', () => {
    const { time, saved, keeper } = stage();
    for (const text of ['H', 'He', 'Hel', 'Hell']) {
      keeper.change(text);
      time.advance(100);
    }
    expect(saved).toEqual(['Hel']);
    expect(draftDelayMs).toBeLessThanOrEqual(500);
    time.advance(draftDelayMs);
    expect(saved).toEqual(['Hel', 'Hell']);
  });

  it('saves at once on leaving, and nothing twice', () => {
    const { time, saved, keeper } = stage();
    keeper.change('Hello');
    keeper.flush();
    keeper.flush();
    time.advance(10_000);
    expect(saved).toEqual(['Hello']);
  });

  it('D-05 saves nothing while it is being sent, and goes on if it could not be', () => {
    const { time, saved, keeper } = stage();
    keeper.change('Hello');
    keeper.hold();
    time.advance(10_000);
    keeper.change('Hello again');
    keeper.flush();
    time.advance(10_000);
    expect(saved).toEqual([]);
    keeper.release();
    time.advance(draftDelayMs);
    expect(saved).toEqual(['Hello again']);
  });

  it('saves the empty text too: an emptied box must not come back', () => {
    const { saved, keeper } = stage();
    keeper.change('');
    keeper.flush();
    expect(saved).toEqual(['']);
  });
});

describe('TypingSignal', () => {
  function stage() {
    const time = new ManualTime();
    const heard: string[] = [];
    const signal = new TypingSignal({
      start: () => heard.push('start'),
      stop: () => heard.push('stop'),
      now: time.now,
      after: time.after,
    });
    return { time, heard, signal };
  }

  it('starts once, however many keys are pressed, and repeats while they go on', () => {
    const { time, heard, signal } = stage();
    for (let key = 0; key < 20; key += 1) {
      signal.typed('Hello');
      time.advance(100);
    }
    expect(heard).toEqual(['start']);
    time.advance(idleStopMs - 200);
    signal.typed('Hello');
    time.advance(idleStopMs - 200);
    signal.typed('Hello');
    expect(time.now()).toBeGreaterThan(repeatStartMs);
    expect(heard).toEqual(['start', 'start']);
  });

  it('stops when the keys rest, when the box is emptied, and when it is left', () => {
    const { time, heard, signal } = stage();
    signal.typed('Hello');
    time.advance(idleStopMs);
    signal.typed('Hello');
    signal.typed(' ');
    signal.typed('Hello');
    signal.stop();
    signal.stop();
    time.advance(60_000);
    expect(heard).toEqual(['start', 'stop', 'start', 'stop', 'start', 'stop']);
  });
});
