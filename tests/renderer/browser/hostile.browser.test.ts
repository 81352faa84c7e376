import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import type { Message } from '../../../contract/model.ts';
import { everyKind } from '../every-kind.ts';
import type { Words } from '../every-kind.ts';
import { wordsOf } from '../gallery/message-scenes.ts';
import { aThread, says, writes } from '../make.ts';
import { scripts } from '../hostile/scripts.ts';
import { atRest, browserPages, thread } from './page.ts';

const openPage = browserPages();
const start = 1_760_000_000_000;
/** `HOSTILE=all`: each string in every field of its own, and formatted by itself. Else each in one field, in turn. */
const isThorough = process.env['HOSTILE'] === 'all';
const tall = { viewport: { width: 1_000, height: 9_000 } };

/** Another thread in the window, drawn. */
async function show(page: Page, messages: readonly Message[]): Promise<void> {
  await page.evaluate(
    (next) =>
      new Promise<void>((drawn) => {
        window.stage.push({}, { kind: 'replace', thread: next });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn)));
      }),
    aThread(messages),
  );
}

/** Every element of the window with its attributes, each kind once. */
const shapes = (page: Page) =>
  page.evaluate(() =>
    [
      ...new Set(
        [...document.querySelectorAll('body *')].flatMap((element) => [
          element.tagName,
          ...element.getAttributeNames().map((name) => `${element.tagName} ${name}`),
        ]),
      ),
    ].sort(),
  );

const addresses = (page: Page) =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'body :is([href], [src], [srcset], [action], [formaction], [poster], [data])',
      ),
    ].flatMap((element) =>
      ['href', 'src', 'srcset', 'action', 'formaction', 'poster', 'data'].flatMap(
        (name) => element.getAttribute(name) ?? [],
      ),
    ),
  );

/** `texts` in parcels of `size`, one after the other. */
function parcels(texts: readonly string[], size: number): readonly string[] {
  const count = Math.ceil(texts.length / size);
  return Array.from({ length: count }, (_, nth) => texts.slice(nth * size, (nth + 1) * size).join(' '));
}

/** What stands in the fields of one page after the other. */
function wordsFor(texts: readonly string[]): readonly Words[] {
  const step = isThorough ? 1 : 6;
  return Array.from({ length: Math.ceil(texts.length / step) }, (_, page) => {
    const of = (field: number) => texts[(page * step + (isThorough ? 0 : field)) % texts.length] ?? '';
    return { author: of(0), text: of(1), title: of(2), detail: of(3), label: of(4), address: of(5) };
  });
}

/** Messages that are formatted with each of `texts`. */
const formatted = (texts: readonly string[]): readonly Message[] =>
  texts.flatMap((source, index) =>
    (['markdown', 'html'] as const).map((format, turn) =>
      says(`f${index}-${format}`, start + index * 2 + turn, {
        kind: 'text',
        text: 'x',
        markup: { format, source },
      }),
    ),
  );

describe('1,752 strings that run or fetch something where they are taken for markup', () => {
  it('H-01 make no element, no attribute and no request in any field of any kind of message', async () => {
    const page = await openPage('messages-short', tall);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Send answers' }).first().click();
    const { short } = wordsOf;
    await show(page, everyKind('a', start, { ...short, text: 'https://a.example/ `x`' }));
    // What cannot be opened is a button without a use, and a picture may be on its way.
    const usual = new Set([...(await shapes(page)), 'BUTTON disabled', 'DIV data-loading']);
    const foreign = new Set<string>();
    const reached = new Set<string>();
    const look = async () => {
      for (const shape of await shapes(page)) if (!usual.has(shape)) foreign.add(shape);
      for (const address of await addresses(page)) reached.add(address);
      expect(await page.evaluate(() => 'struck' in window)).toBe(false);
    };
    for (const [nth, words] of wordsFor(parcels(scripts, 36)).entries()) {
      await show(page, everyKind(`s${nth}`, start, words));
      await look();
    }
    for (let from = 0; from < scripts.length; from += 80 * (isThorough ? 1 : 4)) {
      await show(page, formatted(scripts.slice(from, from + 80)));
      await look();
    }
    expect([...foreign]).toEqual([]);
    expect([...reached].filter((address) => !/^(https?|mailto|tel):/.test(address))).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([]);
  }, 300_000);
});

/** The left edges of what `selector` finds in the last message, in the order of the document. */
const edges = (page: Page, key: string) =>
  page.evaluate((name) => {
    const line = document.querySelector(`[data-key="${name}"] .bubble-text`);
    const walker = document.createTreeWalker(line ?? document.body, NodeFilter.SHOW_TEXT);
    const lefts: number[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = [...range.getClientRects()].find(({ width }) => width > 0);
      if (box !== undefined) lefts.push(box.left);
    }
    return lefts;
  }, key);

describe('directions', () => {
  it('H-03 steered in a text leave its link, the host beside it and the time where they are (500 texts)', async () => {
    const page = await openPage('messages-short', tall);
    const steering = [...'\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
    const texts = Array.from({ length: 500 }, (_, n) => {
      const mix = [0, 1, 2]
        .map((turn) => steering[(n * (turn + 3) + turn * 5) % steering.length] ?? '')
        .join('');
      return `ab${mix}cd https://www.xn--pple-43d.com/login ef${mix}gh`;
    });
    for (let from = 0; from < texts.length; from += 100) {
      await show(
        page,
        texts.slice(from, from + 100).map((text, n) => says(`d${n}`, start + n, text)),
      );
      for (let n = 0; n < 100; n += 1) {
        const lefts = await edges(page, `d${n}`);
        expect(lefts.length).toBeGreaterThanOrEqual(3);
        expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
      }
    }
  }, 60_000);
});

describe('a text without an end', () => {
  it('H-04 breaks no line out of its bubble and climbs over no neighbour', async () => {
    const page = await openPage('messages-short', { viewport: { width: 320, height: 640 } });
    const texts = {
      line: 'A'.repeat(100_000),
      emoji: '👩‍❤️‍💋‍👨'.repeat(10_000),
      zalgo: `Z${'\u0310\u0346\u0317\u0323'.repeat(2_000)}`.repeat(8),
      marks: `a${'\u200e\u200f'.repeat(1_000)}b`,
      shaping: 'జ్ఞ\u200cా ‎లలల \u0f67\u0f71\u0fb1\u0f74 ﷽'.repeat(500),
      megabyte: 'x'.repeat(1_000_000),
    };
    const names = Object.entries(texts);
    await show(
      page,
      names.flatMap(([name, text], n) => [
        says(`b${n}`, start + n * 2, text, { name: name === 'line' ? text.slice(0, 5_000) : 'Lena' }),
        writes(`o${n}`, start + n * 2 + 1, 'I see.'),
      ]),
    );
    for (const [n] of names.entries()) {
      await page.evaluate((nth) => {
        window.stage.push({ summons: { key: `o${nth}`, nth: nth + 1 } });
      }, n);
      await page.locator(`[data-key="o${n}"]`).waitFor();
      await atRest(page);
      const overlaps = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('.bubble')].map((bubble) =>
          bubble.getBoundingClientRect(),
        );
        return boxes.filter((box, index) => index > 0 && box.top < (boxes[index - 1]?.bottom ?? 0)).length;
      });
      expect(overlaps).toBe(0);
      const [inner, outer] = await thread(page).evaluate((log) => [log.scrollWidth, log.clientWidth]);
      expect(inner).toBe(outer);
    }
  }, 60_000);
});
