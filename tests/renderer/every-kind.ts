import type { Action, Content, Message } from '../../contract/model.ts';
import { MessageId } from '../../contract/ids.ts';
import { actionId, says, waits, writes } from './make.ts';

/** What stands in the fields of the messages of one page. */
export type Words = {
  readonly author: string;
  readonly text: string;
  readonly title: string;
  readonly detail: string;
  readonly label: string;
  /** May be anything, also what is no address. */
  readonly address: string;
};

/** A message of every kind, with `words` in each of its fields. The keys begin with `name`. */
export function everyKind(name: string, start: number, words: Words): readonly Message[] {
  const { author, text } = words;
  const contents: readonly Content[] = [
    { kind: 'text', text },
    { kind: 'text', text, markup: { format: 'markdown', source: markdownOf(words) } },
    { kind: 'text', text, markup: { format: 'html', source: htmlOf(words) } },
    ...mediaOf(words),
    { kind: 'location', text, lat: 51.95524, long: 4.13362, name: words.title },
    { kind: 'items', layout: 'carousel', text, items: itemsOf(name, words) },
    { kind: 'items', layout: 'list', text, items: itemsOf(name, words) },
    formOf(words),
    { kind: 'deleted', text: '' },
    { kind: 'unsupported', type: words.title, text },
    { kind: 'unsupported', type: words.title, text: '' },
  ];
  const said = contents.map((content, index) =>
    says(`${name}-${index}`, start + index * 1_000, content, { name: author, actions: [] }),
  );
  const last = start + contents.length * 1_000;
  return [
    ...said,
    says(`${name}-actions`, last, text, { name: author, actions: actionsOf(name, words) }),
    says(`${name}-quote`, last + 1_000, text, {
      name: author,
      quote: {
        id: MessageId.parse(`${name}-elsewhere`),
        said: { author: 'business', text: words.detail },
      },
    }),
    ...ownOf(name, last + 2_000, words),
  ];
}

/** Own messages in every state. The answer to a form stands for a form of its own. */
function ownOf(name: string, start: number, words: Words): readonly Message[] {
  const { text } = words;
  const answer: Content = {
    kind: 'formResponse',
    text,
    answers: [
      { type: 'text', name: 'a', label: words.label, text: words.detail },
      { type: 'select', name: 'b', label: words.label, select: [{ name: 'x', label: words.title }] },
    ],
  };
  const form = MessageId.parse(`${name}-form`);
  return [
    says(form, start, formOf(words), { name: words.author }),
    writes(`${name}-answer`, start + 1, text, {
      content: answer,
      quote: { id: form, said: null },
      status: 'delivered',
    }),
    writes(`${name}-seen`, start + 2, text, { quote: { id: form, said: null } }),
    writes(`${name}-sent`, start + 3, text, { status: 'sent' }),
    waits(1, start + 4, text, { key: `${name}-waiting` }),
    waits(2, start + 5, text, {
      key: `${name}-failed`,
      status: 'failed',
      refusal: { code: 'bad_request', description: words.detail },
    }),
  ];
}

function mediaOf({ text, title, address }: Words): readonly Content[] {
  const image = { kind: 'image', text, mediaUrl: address, mediaType: 'image/png', altText: title } as const;
  const file = { kind: 'file', text, mediaUrl: address, mediaType: title, mediaSize: 284_113 } as const;
  return [
    { ...image, name: title },
    { ...file, name: title },
  ];
}

function itemsOf(name: string, words: Words) {
  return [1, 2, 3].map((nth) => ({
    title: words.title,
    description: nth === 2 ? null : words.detail,
    mediaUrl: nth === 1 ? words.address : null,
    actions: [
      { kind: 'postback', id: actionId(`${name}-p${nth}`), text: words.label },
      { kind: 'link', id: actionId(`${name}-l${nth}`), text: words.label, uri: words.address },
    ] as const,
  }));
}

function formOf({ text, label, title, detail }: Words): Content {
  return {
    kind: 'form',
    text,
    blocksComposer: false,
    answered: false,
    fields: [
      { type: 'text', name: 'a', label, placeholder: detail, minLength: 2, maxLength: 40 },
      { type: 'email', name: 'b', label, placeholder: null },
      {
        type: 'select',
        name: 'c',
        label,
        placeholder: detail,
        options: [
          { name: 'x', label: title },
          { name: 'y', label: detail },
        ],
      },
    ],
  };
}

function actionsOf(name: string, { label, address, title }: Words): readonly Action[] {
  const action = <K extends string>(kind: K) => ({ kind, id: actionId(`${name}-${kind}`), text: label });
  const price = { uri: address, amount: 12_450, currency: title.slice(0, 3) };
  return [
    { ...action('link'), uri: address },
    { ...action('webview'), uri: address },
    action('postback'),
    { ...action('buy'), ...price, currency: 'EUR', paid: false },
    { ...action('buy'), id: actionId(`${name}-paid`), ...price, paid: true },
    action('unsupported'),
    { ...action('reply'), payload: title },
    action('locationRequest'),
  ];
}

function markdownOf({ text, title, detail, address }: Words): string {
  return [
    `# ${title}`,
    `**${text}** and _${detail}_ and ~~${title}~~`,
    `- ${title}\n- ${detail}\n  1. ${title}\n  2. ${detail}`,
    `> ${text}`,
    `\`${title}\` and [${title}](${address})`,
    '```\n' + text + '\n```',
  ].join('\n\n');
}

function htmlOf({ text, title, detail, address }: Words): string {
  return (
    `<h2>${title}</h2><p><b>${text}</b> and <i>${detail}</i><br>${title}</p>` +
    `<ul><li>${title}</li><li>${detail}</li></ul><blockquote>${text}</blockquote>` +
    `<p><a href="${address}" title="${title}">${title}</a> <code>${detail}</code></p>`
  );
}
