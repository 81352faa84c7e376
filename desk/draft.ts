/** An answer while it is being made, and what is sent of it. */
import type { Action, Card, Content, Service } from './service.ts';

export interface CardDraft {
  /** Of this draft alone, to tell cards apart. */
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly buttonText: string;
  readonly buttonLink: string;
  readonly picture: File | null;
}

export interface Draft {
  readonly text: string;
  readonly choices: readonly string[];
  readonly cards: readonly CardDraft[];
  readonly file: File | null;
  readonly altText: string;
}

export const emptyDraft: Draft = { text: '', choices: [], cards: [], file: null, altText: '' };

/** What the service takes of each. */
export const limits = { choices: 11, cards: 10, label: 128, text: 4096 };

let lastCard = 0;
export function newCard(): CardDraft {
  lastCard += 1;
  return { id: lastCard, title: '', description: '', buttonText: '', buttonLink: '', picture: null };
}

/** Why it cannot be sent yet; null if it can. */
export function missing({ text, choices, cards, file }: Draft): string | null {
  if (cards.some(({ title }) => title.trim() === '')) return 'Every card needs a title.';
  const half = cards.find((card) => (card.buttonText.trim() === '') !== (card.buttonLink.trim() === ''));
  if (half) return `The button of “${half.title.trim()}” needs both a label and a link.`;
  const bad = cards.find(({ buttonLink }) => buttonLink.trim() !== '' && !isWebAddress(buttonLink.trim()));
  if (bad) return `The link of “${bad.title.trim()}” must begin with https:// or http://.`;
  const hasChoices = choices.some((choice) => choice.trim() !== '');
  if (hasChoices && text.trim() === '' && file === null) return 'Choices need a question above them.';
  return text.trim() === '' && cards.length === 0 && file === null ? 'There is nothing to send yet.' : null;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The messages a draft becomes, in their order. Files are uploaded on the way. */
export async function messagesOf(draft: Draft, service: Pick<Service, 'upload'>): Promise<Content[]> {
  const { text, choices, cards, file, altText } = draft;
  const words = text.trim();
  const actions = choices
    .map((choice) => choice.trim())
    .filter(Boolean)
    .map(reply);
  const offered = actions.length > 0 ? { actions } : {};
  const messages: Content[] = [];
  if (file !== null) {
    const uploaded = await service.upload(file);
    const isImage = uploaded.mediaType.startsWith('image/');
    const caption = words === '' ? {} : { text: words };
    const described = altText.trim() === '' ? {} : { altText: altText.trim() };
    if (isImage) messages.push({ type: 'image', ...uploaded, ...caption, ...described, ...offered });
    else messages.push({ type: 'file', ...uploaded, ...caption });
  } else if (words !== '') {
    messages.push({ type: 'text', text: words, ...offered });
  }
  if (cards.length > 0) {
    const items: Card[] = [];
    for (const card of cards) items.push(await cardOf(card, service));
    messages.push({ type: 'carousel', items });
  }
  return messages;
}

const reply = (text: string): Action => ({ type: 'reply', text, payload: text });

async function cardOf(card: CardDraft, service: Pick<Service, 'upload'>): Promise<Card> {
  const { title, description, buttonText, buttonLink, picture } = card;
  const link = { type: 'link', text: buttonText.trim(), uri: buttonLink.trim() } as const;
  return {
    title: title.trim(),
    ...(description.trim() !== '' && { description: description.trim() }),
    ...(picture !== null && { mediaUrl: (await service.upload(picture)).mediaUrl }),
    actions: link.text === '' ? [] : [link],
  };
}
