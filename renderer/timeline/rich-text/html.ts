import { decodeEntities } from './entities.ts';
import { deepest } from './tree.ts';
import type { Block, Inline } from './tree.ts';

/**
 * The HTML that a business may format with: these elements, of them the address of a link, and nothing else. It is read by a
 * grammar of our own and never by the page, so that there is nothing to be clever with: what is not known is dropped, its
 * words stay; what is made to run or to be fetched goes with all that is in it. One pass over the text.
 */
export function parseHtml(source: string): readonly Block[] {
  return blocksOf(elementsOf(source).children);
}

type Element = { readonly tag: string; readonly address: string; readonly children: (Element | string)[] };

const inlines: Readonly<Record<string, 'strong' | 'emphasis' | 'strike'>> = {
  b: 'strong',
  strong: 'strong',
  i: 'emphasis',
  em: 'emphasis',
  s: 'strike',
  del: 'strike',
  strike: 'strike',
};
const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const groups = new Set(['p', 'div', 'ul', 'ol', 'li', 'blockquote', 'pre', ...headings]);
const allowed = new Set([...Object.keys(inlines), ...groups, 'code', 'a', 'br']);
/** Whatever stands in these was not written to be read. */
const silent = new Set(
  'applet audio canvas embed frameset head iframe math noembed noframes noscript object script select style svg template textarea title video xmp'.split(
    ' ',
  ),
);
/** Opening one of these ends an open one of the same. */
const endsItself = new Set(['p', 'li']);

/** The elements that are allowed, and the words; unclosed ones end with the text. */
function elementsOf(source: string): Element {
  const lower = source.toLowerCase();
  const root: Element = { tag: '', address: '', children: [] };
  const open: Element[] = [root];
  const say = (words: string) => words !== '' && open.at(-1)?.children.push(decodeEntities(words));
  let at = 0;
  let end = -1;
  while (at < source.length) {
    const begin = source.indexOf('<', at);
    if (begin < 0) break;
    if (source.startsWith('<!--', begin)) {
      say(source.slice(at, begin));
      at = after(source, '-->', begin);
      continue;
    }
    if (end < begin) end = source.indexOf('>', begin);
    if (end < 0) break;
    const next = source.indexOf('<', begin + 1);
    const tag = /^<\/?([a-z][a-z0-9]{0,15})(?=[\s/>])/.exec(lower.slice(begin, begin + 20))?.[1];
    const isOther = source[begin + 1] === '!' || source[begin + 1] === '?';
    // A bracket that begins no tag is a bracket.
    if ((next >= 0 && next < end) || (tag === undefined && !isOther)) {
      say(source.slice(at, begin + 1));
      at = begin + 1;
      continue;
    }
    say(source.slice(at, begin));
    at = end + 1;
    if (tag === undefined) continue;
    const isClosing = source[begin + 1] === '/';
    if (isClosing) close(open, tag);
    else if (silent.has(tag)) at = endOfSilent(lower, tag, at);
    else if (allowed.has(tag)) begins(open, tag, source.slice(begin, end));
  }
  say(source.slice(at));
  return root;
}

function endOfSilent(lower: string, tag: string, from: number): number {
  return after(lower, '>', after(lower, `</${tag}`, from));
}

/** The place after the next `mark`, which is the end if there is none. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function begins(open: Element[], tag: string, written: string): void {
  if (endsItself.has(tag) && open.at(-1)?.tag === tag) open.pop();
  const element: Element = { tag, address: tag === 'a' ? addressIn(written) : '', children: [] };
  open.at(-1)?.children.push(element);
  if (tag !== 'br' && open.length <= deepest) open.push(element);
}

function close(open: Element[], tag: string): void {
  const index = open.findLastIndex((element) => element.tag === tag);
  if (index > 0) open.splice(index);
}

/** The address of a link, the first if it has several, as a browser takes it. */
function addressIn(written: string): string {
  const found = /[\s/"']href\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(written);
  return decodeEntities((found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim());
}

/** Loose words between blocks are paragraphs. */
function blocksOf(children: readonly (Element | string)[]): readonly Block[] {
  const blocks: Block[] = [];
  let loose: (Element | string)[] = [];
  const gather = (): void => {
    const inside = trimmed(inlinesOf(loose));
    if (inside.length > 0) blocks.push({ kind: 'paragraph', children: inside });
    loose = [];
  };
  for (const child of children) {
    if (typeof child === 'string' || !groups.has(child.tag)) {
      loose.push(child);
      continue;
    }
    gather();
    blocks.push(...blockOf(child));
  }
  gather();
  return blocks;
}

function blockOf({ tag, children }: Element): readonly Block[] {
  if (tag === 'pre') return [{ kind: 'code', text: textOf(children).replace(/^\n/, '') }];
  if (tag === 'blockquote') return [{ kind: 'quote', children: blocksOf(children) }];
  if (tag === 'ul' || tag === 'ol') {
    const points = children.filter((child) => typeof child !== 'string' && child.tag === 'li');
    const items = points.map((child) => (typeof child === 'string' ? [] : blocksOf(child.children)));
    return items.length === 0
      ? blocksOf(children)
      : [{ kind: 'list', start: tag === 'ol' ? 1 : null, items }];
  }
  if (!headings.has(tag)) return blocksOf(children);
  return [{ kind: 'heading', children: trimmed(inlinesOf(children)) }];
}

function inlinesOf(children: readonly (Element | string)[]): Inline[] {
  return children.flatMap((child): readonly Inline[] => {
    // White space is one space, as everywhere in HTML.
    if (typeof child === 'string') return [{ kind: 'text', text: child.replace(/[ \t\r\n\f]+/g, ' ') }];
    if (child.tag === 'br') return [{ kind: 'break' }];
    if (child.tag === 'code') return [{ kind: 'code', text: textOf(child.children) }];
    const inside = inlinesOf(child.children);
    const kind = inlines[child.tag];
    if (kind !== undefined) return [{ kind, children: inside }];
    return child.tag === 'a' && inside.length > 0
      ? [{ kind: 'link', address: child.address, children: inside }]
      : inside;
  });
}

/** Without the space between the tags, which nobody meant. */
function trimmed(nodes: readonly Inline[]): readonly Inline[] {
  const isBlank = (node: Inline | undefined): boolean =>
    node?.kind === 'break' || (node?.kind === 'text' && node.text.trim() === '');
  let [from, to] = [0, nodes.length];
  while (from < to && isBlank(nodes[from])) from += 1;
  while (from < to && isBlank(nodes[to - 1])) to -= 1;
  return nodes.slice(from, to);
}

function textOf(children: readonly (Element | string)[]): string {
  return children
    .map((child) => {
      if (typeof child === 'string') return child;
      return child.tag === 'br' ? '\n' : textOf(child.children);
    })
    .join('');
}
