import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../renderer/timeline/rich-text/html.ts';
import { parseMarkdown } from '../../renderer/timeline/rich-text/markdown.ts';
import type { Block, Inline } from '../../renderer/timeline/rich-text/tree.ts';

// The tree as brackets: short enough to read in a table.

function ofInline(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return '⏎';
    case 'code':
      return `code(${node.text})`;
    case 'link':
      return `link<${node.address}>(${node.children.map(ofInline).join('')})`;
    default:
      return `${node.kind}(${node.children.map(ofInline).join('')})`;
  }
}

function ofBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return `${block.kind === 'heading' ? 'h' : 'p'}(${block.children.map(ofInline).join('')})`;
    case 'code':
      return `pre(${block.text})`;
    case 'quote':
      return `quote(${block.children.map(ofBlock).join('')})`;
    case 'list':
      return `${block.start === null ? 'ul' : `ol${block.start}`}(${block.items
        .map((item) => `li(${item.map(ofBlock).join('')})`)
        .join('')})`;
  }
}

const markdown = (source: string) => parseMarkdown(source).map(ofBlock).join('');
const html = (source: string) => parseHtml(source).map(ofBlock).join('');

describe('Markdown', () => {
  it.each([
    ['words', 'p(words)'],
    ['one\ntwo\n\nthree', 'p(one⏎two)p(three)'],
    ['**bold** and *slanted* and ~~gone~~', 'p(strong(bold) and emphasis(slanted) and strike(gone))'],
    ['***both***', 'p(strong(emphasis(both)))'],
    ['__bold__ _slanted_ file_name_here', 'p(strong(bold) emphasis(slanted) file_name_here)'],
    ['2 * 3 * 4', 'p(2 * 3 * 4)'],
    ['**never closed', 'p(**never closed)'],
    ['*a **b* c**', 'p(emphasis(a **b) c**)'],
    ['****', 'p(****)'],
    ['a\\*b\\* \\[c]', 'p(a*b* [c])'],
    ['`**code**` and ``a ` b``', 'p(code(**code**) and code(a ` b))'],
    ['`never closed', 'p(`never closed)'],
    ['[here](https://a.example)', 'p(link<https://a.example>(here))'],
    ['[**bold** link](https://a.example "A title")', 'p(link<https://a.example>(strong(bold) link))'],
    ['[](https://a.example)', 'p(link<https://a.example>(https://a.example))'],
    ['![a cat](https://a.example/cat.png)', 'p(link<https://a.example/cat.png>(a cat))'],
    ['[a](b(c)d) [e] (f)', 'p(link<b(c)d>(a) [e] (f))'],
    ['[run](javascript:alert(1))', 'p(link<javascript:alert(1)>(run))'],
    ['# Title #1', 'h(Title #1)'],
    ['#no title', 'p(#no title)'],
    ['- a\n- b\n  - c\n- d', 'ul(li(p(a))li(p(b)ul(li(p(c))))li(p(d)))'],
    ['3. a\n4. b', 'ol3(li(p(a))li(p(b)))'],
    ['- a\ngoes on\n\nelse', 'ul(li(p(a⏎goes on)))p(else)'],
    ['> said\n> - once\nafter', 'quote(p(said)ul(li(p(once))))p(after)'],
    ['```js\n**raw** <b>\n```\nafter', 'pre(**raw** <b>)p(after)'],
    ['```\nnever closed', 'pre(never closed)'],
    ['<b>no</b> &amp; <script>', 'p(<b>no</b> &amp; <script>)'],
    ['', ''],
  ])('%j is %s', (source, tree) => {
    expect(markdown(source)).toBe(tree);
  });
});

describe('HTML', () => {
  it.each([
    ['words', 'p(words)'],
    ['<p>one<br>two</p><p>three</p>', 'p(one⏎two)p(three)'],
    ['<b>bold</b> <em>slanted</em> <del>gone</del>', 'p(strong(bold) emphasis(slanted) strike(gone))'],
    ['Fish &amp; chips &lt;b&gt; &#x41;&#66; &bogus; &#xD800;', 'p(Fish & chips <b> AB &bogus; \ufffd)'],
    ['<a href="https://a.example">here</a>', 'p(link<https://a.example>(here))'],
    ["<a title=x href='https://a.example' onclick=run()>here</a>", 'p(link<https://a.example>(here))'],
    ['<a href=javascript:alert(1)>run</a>', 'p(link<javascript:alert(1)>(run))'],
    ['<a href="java&#115;cript:alert(1)">run</a>', 'p(link<javascript:alert(1)>(run))'],
    ['<ul><li>a<li>b</ul><ol><li>c</li></ol>', 'ul(li(p(a))li(p(b)))ol1(li(p(c)))'],
    ['<h2>Title</h2>text', 'h(Title)p(text)'],
    ['<blockquote>said</blockquote>', 'quote(p(said))'],
    ['<pre>\n a\n  b</pre>', 'pre( a\n  b)'],
    ['<code>x</code>', 'p(code(x))'],
    ['<img src=x onerror=alert(1)>after', 'p(after)'],
    ['<script>alert(1)</script>after', 'p(after)'],
    ['<SCRIPT >alert(1)</SCRIPT >after', 'p(after)'],
    ['before<style>*{}', 'p(before)'],
    ['<svg><p>in</p></svg>after', 'p(after)'],
    ['<table><tr><td>a</td></tr></table>', 'p(a)'],
    ['1 < 2 and 3 > 2', 'p(1 < 2 and 3 > 2)'],
    ['<<b>x', 'p(<strong(x))'],
    ['a<!-- <b>x</b> -->after', 'p(aafter)'],
    ['a<!-- never closed <b>x', 'p(a)'],
    ['<!doctype html>a', 'p(a)'],
    ['never <b', 'p(never <b)'],
    ['</b></p>stray', 'p(stray)'],
    ['<b><i>crossed</b></i> after', 'p(strong(emphasis(crossed)) after)'],
    ['<script>only</script>', ''],
  ])('%j is %s', (source, tree) => {
    expect(html(source)).toBe(tree);
  });
});
