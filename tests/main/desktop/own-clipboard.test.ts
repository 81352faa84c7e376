import { describe, expect, it } from 'vitest';
import { type AnyClipboard, OwnClipboard } from '../../../main/desktop/own-clipboard.ts';

/** A clipboard as Electron 25 has it: one object, names for its parts. */
function namedClipboard() {
  const texts = { clipboard: '', selection: '' };
  const clipboard: AnyClipboard = {
    readText: (name) => texts[name ?? 'clipboard'],
    writeText: (text) => (texts.clipboard = text),
    clear: (name) => void (texts[name ?? 'clipboard'] = ''),
  };
  return { clipboard, texts };
}

/** As Electron 45 has it: promises, and an object for each part. */
function promisingClipboard() {
  const texts = { clipboard: '', selection: '' };
  const part = (name: 'clipboard' | 'selection'): AnyClipboard => ({
    readText: async () => texts[name],
    writeText: async (text) => void (texts[name] = text),
    clear: () => void (texts[name] = ''),
  });
  return { clipboard: { ...part('clipboard'), selection: part('selection') }, texts };
}

describe.each([
  ['as Electron 25 has it', namedClipboard],
  ['as Electron 45 has it', promisingClipboard],
])('The clipboard %s', (_, make) => {
  const on = (platform: NodeJS.Platform) => {
    const { clipboard, texts } = make();
    return { own: new OwnClipboard({ clipboard, platform }), texts };
  };

  it('R-09 loses what was copied out of the conversation', async () => {
    const { own, texts } = on('win32');
    own.copy('grüne Töpfe');
    expect(texts.clipboard).toBe('grüne Töpfe');
    expect(await own.erase()).toEqual({ files: 1, bytes: 13, remaining: 0 });
    expect(texts.clipboard).toBe('');
  });

  it('keeps what somebody copied elsewhere since', async () => {
    const { own, texts } = on('win32');
    own.copy('ours');
    texts.clipboard = 'theirs';
    expect(await own.erase()).toEqual({ files: 0, bytes: 0, remaining: 0 });
    expect(texts.clipboard).toBe('theirs');
  });

  it('loses an earlier text of ours as well, that a clipboard history brought back', async () => {
    const { own, texts } = on('win32');
    own.copy('first');
    own.copy('second');
    texts.clipboard = 'first';
    await own.erase();
    expect(texts.clipboard).toBe('');
  });

  it('knows the texts of one person no more when they are erased', async () => {
    const { own, texts } = on('win32');
    own.copy('ours');
    await own.erase();
    texts.clipboard = 'ours';
    await own.erase();
    expect(texts.clipboard).toBe('ours');
  });

  it('R-09 loses on Linux what was merely selected, whoever selected it', async () => {
    const { own, texts } = on('linux');
    texts.selection = 'selected';
    expect(await own.erase()).toEqual({ files: 1, bytes: 8, remaining: 0 });
    expect(texts.selection).toBe('');
  });

  it('has no such selection elsewhere', async () => {
    const { own, texts } = on('darwin');
    texts.selection = 'selected';
    expect(await own.erase()).toEqual({ files: 0, bytes: 0, remaining: 0 });
  });
});

it('A clipboard that does not let go is told, and tried again', async () => {
  const { clipboard, texts } = namedClipboard();
  const own = new OwnClipboard({ clipboard: { ...clipboard, clear: () => undefined }, platform: 'linux' });
  own.copy('ours');
  texts.selection = 'selected';
  expect(await own.erase()).toEqual({ files: 2, bytes: 12, remaining: 2 });
  expect(await own.erase()).toMatchObject({ remaining: 2 });
});
