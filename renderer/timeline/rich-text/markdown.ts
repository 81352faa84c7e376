import { parseInline } from './inline-markdown.ts';
import { deepest } from './tree.ts';
import type { Block } from './tree.ts';

/**
 * The Markdown of conversations: paragraphs, headings, lists, quotes and code. A line is a line, as the person who wrote it
 * sees it, and HTML is text. Everything else is what it looks like.
 */
export function parseMarkdown(source: string): readonly Block[] {
  return blocksOf(source.split(/\r\n|\r|\n/), 0);
}

const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}#{1,6} (.*)$/;
const quoted = /^ {0,3}> ?/;
const point = /^( {0,3})(?:[-*+]|(\d{1,9})[.)])( +)(?=\S)/;

/** The lines that a block takes up, and the block. */
type Taken = { readonly block: Block; readonly lines: number };

function blocksOf(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const taken =
      takeCode(lines, at) ??
      takeHeading(lines, at) ??
      takeNested(lines, at, depth) ??
      takeParagraph(lines, at, depth);
    blocks.push(taken.block);
    at += taken.lines;
  }
  return blocks;
}

function takeCode(lines: readonly string[], at: number): Taken | null {
  const mark = fence.exec(lines[at] ?? '')?.[1];
  if (mark === undefined) return null;
  const length = lengthWhile(lines, at + 1, (line) => !closes(line.trim(), mark));
  return {
    block: { kind: 'code', text: lines.slice(at + 1, at + 1 + length).join('\n') },
    lines: length + 2,
  };
}

function closes(line: string, mark: string): boolean {
  return line.startsWith(mark) && [...line].every((character) => character === mark[0]);
}

function takeHeading(lines: readonly string[], at: number): Taken | null {
  const words = heading.exec(lines[at] ?? '')?.[1];
  return words === undefined
    ? null
    : { block: { kind: 'heading', children: parseInline(words.trim()) }, lines: 1 };
}

function takeNested(lines: readonly string[], at: number, depth: number): Taken | null {
  if (depth >= deepest) return null;
  const line = lines[at] ?? '';
  if (quoted.test(line)) return takeQuote(lines, at, depth);
  return point.test(line) ? takeList(lines, at, depth) : null;
}

function takeQuote(lines: readonly string[], at: number, depth: number): Taken {
  const length = lengthWhile(lines, at, (line) => quoted.test(line));
  const inner = lines.slice(at, at + length).map((line) => line.replace(quoted, ''));
  return { block: { kind: 'quote', children: blocksOf(inner, depth + 1) }, lines: length };
}

function takeList(lines: readonly string[], at: number, depth: number): Taken {
  const number = point.exec(lines[at] ?? '')?.[2];
  const isOrdered = number !== undefined;
  const items: (readonly Block[])[] = [];
  let end = at;
  for (;;) {
    const found = point.exec(lines[end] ?? '');
    if (found === null || (found[2] !== undefined) !== isOrdered) break;
    const indent = found[0].length;
    const length = 1 + lengthWhile(lines, end + 1, (line) => belongs(line, indent));
    const rest = lines.slice(end + 1, end + length).map((line) => line.slice(leading(line, indent)));
    items.push(blocksOf([(lines[end] ?? '').slice(indent), ...rest], depth + 1));
    end += length;
    // One empty line between points is still the same list.
    if ((lines[end] ?? '-').trim() === '' && point.test(lines[end + 1] ?? '')) end += 1;
  }
  return { block: { kind: 'list', start: isOrdered ? Number(number) : null, items }, lines: end - at };
}

/** Whether a line goes on with a point whose words begin at `indent`. */
function belongs(line: string, indent: number): boolean {
  if (line.trim() === '') return false;
  return leading(line, 2) >= Math.min(indent, 2) || !isBeginning(line);
}

/** How many spaces a line begins with, at most `most`. */
function leading(line: string, most: number): number {
  let spaces = 0;
  while (spaces < most && line[spaces] === ' ') spaces += 1;
  return spaces;
}

function isBeginning(line: string): boolean {
  return fence.test(line) || heading.test(line) || quoted.test(line) || point.test(line);
}

function takeParagraph(lines: readonly string[], at: number, depth: number): Taken {
  const goesOn = (line: string): boolean =>
    line.trim() !== '' && (depth >= deepest ? !fence.test(line) && !heading.test(line) : !isBeginning(line));
  const length = 1 + lengthWhile(lines, at + 1, goesOn);
  const words = lines
    .slice(at, at + length)
    .map((line) => line.trim())
    .join('\n');
  return { block: { kind: 'paragraph', children: parseInline(words) }, lines: length };
}

function lengthWhile(lines: readonly string[], from: number, test: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && test(lines[end] ?? '')) end += 1;
  return end - from;
}
