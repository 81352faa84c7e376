import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../main/service/wire.ts';
import { businessText, form, ownText } from './recorded.ts';

const fields = [
  { type: 'text', name: 'who', label: 'Name', placeholder: null, minSize: 2, maxSize: 10 },
  { type: 'email', name: 'mail', label: '', placeholder: 'you@example.com' },
  { type: 'select', name: 'day', label: 'Day', options: [{ name: 'mo', label: 'Monday' }] },
];
const said = (changes: object, base: object = businessText) => readMessage({ ...base, ...changes });

describe('A form from the wire', () => {
  it('asks for a text, an address and a choice, each with its limits', () => {
    expect(said({ fields, blockChatInput: true, submitted: true }, form)?.content).toMatchObject({
      kind: 'form',
      blocksComposer: true,
      answered: true,
      fields: [
        { type: 'text', name: 'who', label: 'Name', placeholder: null, minLength: 2, maxLength: 10 },
        { type: 'email', name: 'mail', label: 'mail', placeholder: 'you@example.com' },
        {
          type: 'select',
          name: 'day',
          label: 'Day',
          placeholder: null,
          options: [{ name: 'mo', label: 'Monday' }],
        },
      ],
    });
  });

  it.each([
    ['without questions', { fields: [] }],
    ['whose questions are no list', { fields: 'who?' }],
    ['with two questions of one name', { fields: [fields[0], fields[0]] }],
    ['with a choice of nothing', { fields: [{ type: 'select', name: 'day', label: 'Day', options: [] }] }],
    ['with more questions than the service allows', { fields: namedFields(21) }],
  ])('%s is shown by its fallback, and never as half a form', (_name, changes) => {
    expect(said(changes, form)?.content).toEqual({
      kind: 'unsupported',
      type: 'form',
      text: 'Please fill in the form.',
    });
  });

  it('takes limits that make no sense for none', () => {
    const strange = [{ type: 'text', name: 'a', label: 'A', minSize: 1e9, maxSize: -4 }];
    expect(said({ fields: strange }, form)?.content).toMatchObject({
      fields: [{ minLength: 256, maxLength: 256 }],
    });
  });
});

describe('The answer to a form from the wire', () => {
  const answered = {
    type: 'formResponse',
    text: undefined,
    quotedMessageId: form._id,
    fields: [
      { type: 'text', name: 'who', label: 'Name', text: 'Ana' },
      { type: 'select', name: 'day', label: 'Day', select: [{ name: 'mo', label: 'Monday' }] },
    ],
  };

  it('says what was answered, and which form it answers', () => {
    expect(said(answered, ownText)).toMatchObject({
      quote: { id: form._id, said: null },
      content: {
        kind: 'formResponse',
        text: 'Name: Ana\nDay: Monday',
        answers: [
          { type: 'text', name: 'who', label: 'Name', text: 'Ana' },
          { type: 'select', name: 'day', label: 'Day', select: [{ name: 'mo', label: 'Monday' }] },
        ],
      },
    });
  });

  it('that answers nothing is shown by its fallback', () => {
    const empty = {
      ...answered,
      fields: [{ type: 'text', name: 'who', label: 'Name' }],
      textFallback: 'Who',
    };
    expect(said(empty, ownText)?.content).toEqual({ kind: 'unsupported', type: 'formResponse', text: 'Who' });
  });
});

describe('A quoted message', () => {
  it.each([
    ['its id alone', { quotedMessageId: 'q1' }, { id: 'q1', said: null }],
    [
      'the newer form of this service',
      {
        quotedMessage: {
          type: 'message',
          message: { id: 'q1', author: { type: 'user' }, content: { type: 'text', text: 'Hi' } },
        },
      },
      { id: 'q1', said: { author: 'self', text: 'Hi' } },
    ],
    [
      'the flat form',
      { quotedMessageId: 'q1', quotedMessage: { _id: 'q1', role: 'appMaker', text: 'Hello' } },
      { id: 'q1', said: { author: 'business', text: 'Hello' } },
    ],
    ['nothing to know it by', { quotedMessage: { text: 'Hello' } }, undefined],
    ['something else altogether', { quotedMessage: [1, 2] }, undefined],
  ])('is known by %s', (_name, changes, quote) => {
    expect(said(changes)?.quote).toEqual(quote);
  });

  it('is a glimpse, however long it was', () => {
    const quotedMessage = { id: 'q1', text: 'x'.repeat(10_000) };
    expect(said({ quotedMessage })?.quote?.said?.text).toHaveLength(300);
  });
});

describe('A deleted message', () => {
  it.each([true, 1444348339.001, '2026-01-01T00:00:00Z'])(
    'keeps nothing of what it said (deleted: %s)',
    (deleted) => {
      expect(said({ deleted })).toMatchObject({ content: { kind: 'deleted', text: '' }, actions: [] });
    },
  );

  it('is one only if the service says so', () => {
    expect(said({ deleted: false })?.content.kind).toBe('text');
  });
});

describe('A text with formatting', () => {
  it.each([
    [
      'Markdown',
      { text: 'Bold', markdownText: '**Bold**' },
      { kind: 'text', text: 'Bold', markup: { format: 'markdown', source: '**Bold**' } },
    ],
    [
      'HTML, its words made of it if nobody gives them',
      { text: '', htmlText: '<p>Fish &amp; <b>chips</b></p><p>Now</p>' },
      {
        kind: 'text',
        text: 'Fish & chips\nNow',
        markup: { format: 'html', source: '<p>Fish &amp; <b>chips</b></p><p>Now</p>' },
      },
    ],
    ['neither', { text: 'Plain', htmlText: '' }, { kind: 'text', text: 'Plain' }],
    ['a strange one', { text: 'Plain', markdownText: 7 }, { kind: 'text', text: 'Plain' }],
  ])('is %s', (_name, changes, content) => {
    expect(said(changes)?.content).toEqual(content);
  });

  it('is the business’s alone: what a person writes means what it says', () => {
    expect(said({ markdownText: '**Bold**' }, ownText)?.content).toEqual({
      kind: 'text',
      text: ownText.text,
    });
  });
});

function namedFields(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'text', name: `n${index}`, label: 'N' }));
}
