import { describe, expect, it } from 'vitest';
import { emptyDraft, messagesOf, missing, newCard, type Draft } from '../../desk/draft.ts';

const draft = (part: Partial<Draft>): Draft => ({ ...emptyDraft, ...part });
const card = (part: object) => ({ ...newCard(), title: 'Box', ...part });
const service = {
  upload: async ({ name, type }: File) => ({
    mediaUrl: `/attachments/${name}`,
    mediaType: type || 'application/pdf',
  }),
};
const file = (name: string, type: string): File => new File(['x'], name, { type });

describe('A draft', () => {
  it.each([
    [{}, 'There is nothing to send yet.'],
    [{ text: '  ' }, 'There is nothing to send yet.'],
    [{ choices: ['Yes'] }, 'Choices need a question above them.'],
    [{ cards: [card({ title: ' ' })] }, 'Every card needs a title.'],
    [{ cards: [card({ buttonText: 'Look' })] }, 'The button of “Box” needs both a label and a link.'],
    [
      { cards: [card({ buttonText: 'Look', buttonLink: 'javascript:alert(1)' })] },
      'The link of “Box” must begin with https:// or http://.',
    ],
    [{ text: 'Hello' }, null],
    [{ text: 'Sure?', choices: ['Yes', ''] }, null],
    [{ cards: [card({})] }, null],
    [{ file: file('a.pdf', '') }, null],
  ])('%# says what is missing', (part, expected) => {
    expect(missing(draft(part))).toBe(expected);
  });

  it('becomes a text with its choices, without empty ones', async () => {
    expect(
      await messagesOf(draft({ text: ' When? ', choices: [' Today ', '', 'Tomorrow'] }), service),
    ).toEqual([
      {
        type: 'text',
        text: 'When?',
        actions: [
          { type: 'reply', text: 'Today', payload: 'Today' },
          { type: 'reply', text: 'Tomorrow', payload: 'Tomorrow' },
        ],
      },
    ]);
  });

  it('becomes a picture with words and a description, or a file', async () => {
    const picture = draft({ text: 'Here', file: file('a.png', 'image/png'), altText: ' A box ' });
    expect(await messagesOf(picture, service)).toEqual([
      {
        type: 'image',
        mediaUrl: '/attachments/a.png',
        mediaType: 'image/png',
        text: 'Here',
        altText: 'A box',
      },
    ]);
    expect(await messagesOf(draft({ file: file('a.pdf', '') }), service)).toEqual([
      { type: 'file', mediaUrl: '/attachments/a.pdf', mediaType: 'application/pdf' },
    ]);
  });

  it('becomes what is said first, then the cards', async () => {
    const cards = [
      card({
        description: 'Small',
        buttonText: 'Look',
        buttonLink: 'https://shop.example',
        picture: file('b.png', 'image/png'),
      }),
      card({ title: 'Plain' }),
    ];
    expect(await messagesOf(draft({ text: 'Two boxes:', cards }), service)).toEqual([
      { type: 'text', text: 'Two boxes:' },
      {
        type: 'carousel',
        items: [
          {
            ...{ title: 'Box', description: 'Small', mediaUrl: '/attachments/b.png' },
            actions: [{ type: 'link', text: 'Look', uri: 'https://shop.example' }],
          },
          { title: 'Plain', actions: [] },
        ],
      },
    ]);
  });
});
