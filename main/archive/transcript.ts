import { ok, type Result } from '../../contract/failure.ts';
import type { Input } from '../../contract/requests.ts';
import type { Action, Content, Message } from '../../contract/model.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Cursor, HistorySpan } from '../ports/history.ts';
import type { ScopedHistory } from '../ports/session-scope.ts';

export type TranscriptFormat = Input<'exportHistory'>['format'];

/** What a transcript says of those who speak and of when they did. */
export interface TranscriptWords {
  readonly self: string;
  readonly business: string;
  /** For people, with its zone. */
  readonly time: (at: EpochMs) => string;
}

/** Messages read at a time; a transcript is never in memory as a whole. */
const stretch = 500;

/** How a format begins, writes each message and ends. */
interface Form {
  readonly begin: string;
  message(message: Message, index: number): string;
  readonly end: string;
}

/** What is stored of a span, oldest first, in pieces to be written one after the other. Unsent messages are not in it. */
export async function* transcript(
  history: Pick<ScopedHistory, 'range'>,
  span: HistorySpan,
  format: TranscriptFormat,
  words: TranscriptWords,
): AsyncGenerator<Result<string>> {
  const form = forms[format](words);
  yield ok(form.begin);
  let after: Cursor | null = null;
  let index = 0;
  do {
    const read = await history.range(span, after, stretch);
    if (!read.ok) return yield read;
    yield ok(read.value.messages.map((message) => form.message(message, index++)).join(''));
    after = read.value.next;
  } while (after !== null);
  yield ok(form.end);
}

const forms: { readonly [F in TranscriptFormat]: (words: TranscriptWords) => Form } = {
  text: (words) => ({
    begin: `${words.business}\n\n`,
    message: (message) => `[${timeOf(message, words)}] ${authorOf(message, words)}: ${indented(message)}\n`,
    end: '',
  }),
  html: (words) => ({
    begin: htmlHead(words.business),
    message(message) {
      const lines = linesOf(message).map((line) => `<p dir="auto">${escaped(line)}</p>`);
      const about = `<b><bdi>${escaped(authorOf(message, words))}</bdi></b> <time>${escaped(timeOf(message, words))}</time>`;
      return `<article class="${message.author.kind}">${about}${lines.join('')}</article>\n`;
    },
    end: '</main></html>\n',
  }),
  json: (words) => ({
    begin: `{"format":"onethread-transcript","version":1,"business":${JSON.stringify(words.business)},"messages":[`,
    message: (message, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(recordOf(message))}`,
    end: '\n]}\n',
  }),
};

/** No script, no foreign address, nothing that is fetched: the file says so itself. */
function htmlHead(business: string): string {
  const style =
    ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}main{max-width:44rem;margin:auto;padding:1rem}' +
    'article{margin:0 0 1rem;padding-inline-start:.75rem;border-inline-start:3px solid #8886}' +
    'article.self{border-color:#3a6df0}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}time{opacity:.7}';
  return (
    '<!doctype html><html><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<meta name="viewport" content="width=device-width"><title>${escaped(business)}</title><style>${style}</style></head>` +
    `<main><h1><bdi>${escaped(business)}</bdi></h1>\n`
  );
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function timeOf({ received }: Message, words: TranscriptWords): string {
  return received === null ? '' : words.time(received);
}

function authorOf({ author }: Message, words: TranscriptWords): string {
  const name = author.kind === 'self' ? words.self : (author.name ?? words.business);
  return name.replace(/\s+/g, ' ');
}

/** The lines of a message after its first stand under its text, so that none can be taken for a message of its own. */
function indented(message: Message): string {
  return linesOf(message)
    .flatMap((line) => line.split(/\r\n|[\n\r\u2028\u2029]/))
    .join('\n    ');
}

function linesOf({ content, actions }: Message): readonly string[] {
  return [...contentLines(content), ...actions.map(actionLine)].filter((line) => line !== '');
}

function contentLines(content: Content): readonly string[] {
  switch (content.kind) {
    case 'text':
    case 'formResponse':
    case 'deleted':
    case 'unsupported':
      return [content.text];
    case 'form':
      return [content.text, ...content.fields.map(({ label }) => label)];
    case 'image':
      return [content.text, content.altText ?? '', content.name ?? '', content.mediaUrl ?? ''];
    case 'file':
      return [content.text, content.name ?? '', content.mediaUrl ?? ''];
    case 'location':
      return [content.text, content.name ?? '', `${content.lat}, ${content.long}`];
    case 'items':
      return [
        content.text,
        ...content.items.flatMap(({ title, description, actions }) => [
          title,
          description ?? '',
          ...actions.map(actionLine),
        ]),
      ];
  }
}

function actionLine(action: Action): string {
  return 'uri' in action ? `[${action.text}] ${action.uri}` : `[${action.text}]`;
}

/** What a message says, without what only this device's store needs. */
function recordOf({ id, author, received, content, actions, metadata, status }: Message): unknown {
  return { id, author, received, content, actions, metadata, status };
}
