// The closed form of a formatted text: whatever a business writes, in Markdown or in HTML, becomes some of these nodes or
// plain text, and each node has one component that draws it. There is no node for anything else.

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'strike'; readonly children: readonly Inline[] }
  /** `address` is as written: whoever draws it decides whether it may be opened. */
  | { readonly kind: 'link'; readonly address: string; readonly children: readonly Inline[] };

export type Block =
  | { readonly kind: 'paragraph' | 'heading'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | {
      readonly kind: 'list';
      /** The first number; null for a list of points. */
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    };

/** Deeper than any text needs; what lies deeper is drawn flat, so that no message makes the screen recurse for ever. */
export const deepest = 16;

/** The words alone. */
export function wordsOf(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'break') return '\n';
      return 'children' in node ? wordsOf(node.children) : node.text;
    })
    .join('');
}
