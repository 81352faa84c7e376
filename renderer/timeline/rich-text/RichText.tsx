import type { ReactNode } from 'react';
import { unreachable } from '../../../contract/failure.ts';
import type { Markup } from '../../../contract/model.ts';
import { shownText } from '../../ui/names.ts';
import { segments } from '../link-finder.ts';
import { SafeLink } from '../SafeLink.tsx';
import { parseHtml } from './html.ts';
import { parseMarkdown } from './markdown.ts';
import { wordsOf } from './tree.ts';
import type { Block, Inline } from './tree.ts';

/** The blocks of a text, and what it means to read it twice: the caller keeps them. */
export function parseMarkup({ format, source }: Markup): readonly Block[] {
  const shown = shownText(source);
  return format === 'markdown' ? parseMarkdown(shown) : parseHtml(shown);
}

type Drawn = { readonly reachable: boolean };

/**
 * Each node of the closed tree by its own component: there is no other way from a formatted text to the screen. A block that
 * lies in another one has its direction: points stand where their list begins.
 */
export function Blocks({
  blocks,
  reachable,
  nested = false,
}: Nestable & { readonly blocks: readonly Block[] }) {
  return blocks.map((block, index) => (
    <DrawnBlock key={index} block={block} reachable={reachable} nested={nested} />
  ));
}

type Nestable = Drawn & { readonly nested?: boolean };

function DrawnBlock({ block, reachable, nested = false }: Nestable & { readonly block: Block }) {
  const dir = nested ? undefined : 'auto';
  switch (block.kind) {
    case 'paragraph':
      return <p dir={dir}>{inside(block.children, reachable)}</p>;
    case 'heading':
      // Not a heading of the window: its outline is not the business's to write.
      return (
        <p dir={dir} className="rich-heading">
          {inside(block.children, reachable)}
        </p>
      );
    case 'code':
      return (
        <pre dir="auto">
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote dir={dir}>
          <Blocks blocks={block.children} reachable={reachable} nested />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>
          <Blocks blocks={item} reachable={reachable} nested />
        </li>
      ));
      return block.start === null ? (
        <ul dir={dir}>{items}</ul>
      ) : (
        <ol dir={dir} start={block.start}>
          {items}
        </ol>
      );
    }
    default:
      return unreachable(block);
  }
}

function inside(nodes: readonly Inline[], reachable: boolean, inLink = false): ReactNode {
  return nodes.map((node, index) => (
    <DrawnInline key={index} node={node} reachable={reachable} inLink={inLink} />
  ));
}

function DrawnInline({
  node,
  reachable,
  inLink,
}: Drawn & { readonly node: Inline; readonly inLink: boolean }) {
  switch (node.kind) {
    case 'text':
      return inLink ? node.text : <Found text={node.text} reachable={reachable} />;
    case 'break':
      return <br />;
    case 'code':
      return <code>{node.text}</code>;
    case 'strong':
      return <strong>{inside(node.children, reachable, inLink)}</strong>;
    case 'emphasis':
      return <em>{inside(node.children, reachable, inLink)}</em>;
    case 'strike':
      return <del>{inside(node.children, reachable, inLink)}</del>;
    case 'link':
      return inLink ? (
        inside(node.children, reachable, true)
      ) : (
        <SafeLink address={node.address} words={wordsOf(node.children)} reachable={reachable}>
          {inside(node.children, reachable, true)}
        </SafeLink>
      );
    default:
      return unreachable(node);
  }
}

/** Addresses written into the text are links as in any other text. */
export function Found({ text, reachable }: Drawn & { readonly text: string }): ReactNode {
  return segments(text).map((part, index) =>
    part.kind === 'text' ? (
      part.text
    ) : (
      <SafeLink key={index} address={part.url} words={part.text} reachable={reachable}>
        {part.text}
      </SafeLink>
    ),
  );
}
