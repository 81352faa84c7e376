/** What the demo shop says. */
import type { WireAction, WireItem } from '../contract/sdk-api.ts';

type Action = Omit<WireAction, '_id'>;

export interface DemoAnswer {
  readonly text: string;
  readonly actions?: readonly Action[];
  readonly items?: readonly (Omit<WireItem, '_id' | 'actions'> & { readonly actions: readonly Action[] })[];
}

export const persona = { name: 'Mira · Demo Shop' };

const chips: readonly Action[] = [
  { type: 'reply', text: 'Opening hours', payload: 'hours' },
  { type: 'reply', text: 'Where is my parcel?', payload: 'parcel' },
  { type: 'reply', text: 'What is new?', payload: 'new' },
];

export const greeting: DemoAnswer = {
  text: 'Hello! This is Mira from the demo shop. Write to me here or from any of your devices, it is one conversation. How can I help?',
  actions: chips,
};

export const postbackAnswer: DemoAnswer = { text: 'Done, I have put that down for you.' };

const onPlace: DemoAnswer = {
  text: 'Thank you, I can see where you are. The nearest pick-up point is five minutes away.',
};

const byTopic: readonly (readonly [topic: RegExp, answer: DemoAnswer])[] = [
  [
    /\b(hours|open|opening|close|closed)\b/i,
    {
      text: 'We are here Monday to Friday from 9 to 18 and on Saturday from 10 to 14.',
      actions: chips.slice(1),
    },
  ],
  [
    /\b(parcel|order|delivery|package|track)\b/i,
    {
      text: 'Your parcel left our warehouse this morning and should reach you tomorrow before noon.',
      actions: [
        { type: 'link', text: 'Follow it', uri: 'https://example.com/parcels/4711' },
        { type: 'postback', text: 'Tell me when it is there', payload: 'notify-parcel-4711' },
      ],
    },
  ],
  [
    /\b(new|catalogue|catalog|products?|show)\b/i,
    {
      text: '',
      items: [
        card('Field notebook', 'Lies flat, 120 pages, takes ink well.', 'notebook'),
        card('Enamel mug', 'For the desk and for the fire.', 'mug'),
        card('Wool blanket', 'Woven twenty kilometres from here.', 'blanket'),
      ],
    },
  ],
  [
    /\b(thanks?|thank you|great|perfect)\b/i,
    { text: 'You are welcome! I am here if anything else comes up.' },
  ],
  [
    /\b(hi|hello|hey|good (?:morning|evening))\b/i,
    { text: 'Hello again! What can I do for you?', actions: chips },
  ],
];

const otherwise: readonly DemoAnswer[] = [
  { text: 'Good question. I will ask a colleague and come back to you here.' },
  { text: 'I have put that down. Would one of these help in the meantime?', actions: chips },
  { text: 'Understood. You can close the window, I will answer on whichever device you open next.' },
];

function card(title: string, description: string, name: string) {
  return {
    title,
    description,
    actions: [
      { type: 'link', text: 'Look at it', uri: `https://example.com/shop/${name}` },
      { type: 'postback', text: 'Keep one for me', payload: `keep-${name}` },
    ],
  };
}

/** `spoken` counts what the shop has said already, so that it does not repeat itself. */
export function answerTo(
  said: { type: string; text: string; payload: string | undefined },
  spoken: number,
): DemoAnswer {
  if (said.type === 'location') return onPlace;
  const topic = byTopic.find(([pattern]) => pattern.test(said.payload ?? said.text));
  return topic?.[1] ?? otherwise[spoken % otherwise.length] ?? greeting;
}
