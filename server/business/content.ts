/** What the business may say, parsed from REST v2 and turned into the one stored form, ids and fallback text included. */
import { z } from 'zod';
import type { WireAction, WireItem } from '../../contract/sdk-api.ts';
import { maxTextLength } from '../../contract/text.ts';
import { Refusal } from '../errors.ts';
import { fieldsText, itemsText, locationText, wordsOfHtml } from '../fallback-text.ts';
import { formResponse, FormResponse } from '../form-response.ts';
import { FlatData, words } from '../words.ts';
import { newId } from '../ids.ts';
import type { MessageContent } from '../store.ts';

const url = z.string().min(1).max(2048);

const actionBase = { text: words(128), metadata: FlatData.optional() };
const webview = {
  fallback: url.optional(),
  size: z.enum(['compact', 'tall', 'full']).optional(),
  openOnReceive: z.boolean().optional(),
  default: z.boolean().optional(),
};
const Action = z.discriminatedUnion('type', [
  z.object({ type: z.literal('link'), uri: url, default: z.boolean().optional(), ...actionBase }),
  z.object({ type: z.literal('reply'), payload: words(1000), iconUrl: url.optional(), ...actionBase }),
  z.object({ type: z.literal('postback'), payload: words(1000), ...actionBase }),
  z.object({ type: z.literal('locationRequest'), ...actionBase }),
  z.object({ type: z.literal('webview'), uri: url, ...webview, ...actionBase }),
  z.object({
    type: z.literal('buy'),
    amount: z.int().nonnegative(),
    currency: z.string().length(3).default('USD'),
    state: z.enum(['offered', 'paid']).default('offered'),
    uri: url.optional(),
    ...actionBase,
  }),
]);
type Action = z.infer<typeof Action>;

const passing = new Set(['reply', 'locationRequest']);
const Actions = z
  .array(Action)
  .max(11)
  .refine((actions) => {
    const kinds = new Set(actions.map(({ type }) => passing.has(type)));
    return kinds.size < 2;
  }, 'reply and locationRequest mix with each other only');

const Item = z.object({
  title: words(128),
  description: words(128).optional(),
  mediaUrl: url.optional(),
  mediaType: z.string().max(128).optional(),
  altText: words(128).optional(),
  size: z.enum(['compact', 'large']).optional(),
  metadata: FlatData.optional(),
  actions: z.array(Action).max(3).default([]),
});
type Item = z.infer<typeof Item>;

const text = words(maxTextLength);
const media = {
  mediaUrl: url,
  mediaType: z.string().max(128).optional(),
  mediaSize: z.int().nonnegative().optional(),
  altText: words(128).optional(),
  text: text.optional(),
};

const FormField = z
  .object({
    type: z.enum(['text', 'email', 'select']),
    name: words(128).pipe(z.string().min(1)),
    label: words(128).pipe(z.string().min(1)),
    placeholder: words(128).optional(),
    minSize: z.int().min(1).max(256).optional(),
    maxSize: z.int().min(1).max(256).optional(),
    options: z
      .array(z.object({ name: words(128), label: words(128) }))
      .min(1)
      .max(20)
      .optional(),
  })
  .refine(({ type, options }) => (type === 'select') === (options !== undefined), 'select needs options');

export const Content = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    text: text.optional(),
    markdownText: text.optional(),
    htmlText: text.optional(),
    actions: Actions.optional(),
    payload: words(1000).optional(),
    blockChatInput: z.boolean().optional(),
  }),
  z.object({ type: z.literal('image'), actions: Actions.optional(), ...media }),
  z.object({ type: z.literal('file'), ...media }),
  z.object({
    type: z.literal('location'),
    coordinates: z.object({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }),
    location: z.object({ address: words(255).optional(), name: words(255).optional() }).optional(),
  }),
  z.object({
    type: z.literal('carousel'),
    items: z.array(Item).min(1).max(10),
    displaySettings: z.object({ imageAspectRatio: z.enum(['horizontal', 'square']).optional() }).optional(),
  }),
  z.object({ type: z.literal('list'), items: z.array(Item).min(1).max(10), actions: Actions.optional() }),
  z.object({
    type: z.literal('form'),
    fields: z.array(FormField).min(1).max(20),
    blockChatInput: z.boolean().optional(),
  }),
  FormResponse,
]);
export type Content = z.infer<typeof Content>;

type Body = Omit<MessageContent, 'source'>;

/** @throws {Refusal} `bad_request` for a text message that says nothing and offers nothing. */
export function storedContent(content: Content, now: number): Body {
  switch (content.type) {
    case 'text': {
      const {
        markdownText,
        htmlText,
        text: said = markdownText ?? wordsOfHtml(htmlText ?? ''),
        payload,
        actions = [],
        blockChatInput,
      } = content;
      if (said.trim() === '' && actions.length === 0) {
        throw new Refusal('bad_request', { says: 'A text message needs a text or actions.' });
      }
      return {
        type: 'text',
        text: said,
        ...(markdownText !== undefined && { markdownText }),
        ...(htmlText !== undefined && { htmlText }),
        ...(payload !== undefined && { payload }),
        ...(blockChatInput !== undefined && { blockChatInput }),
        ...offered(actions, now),
      };
    }
    case 'image': {
      const { actions, ...image } = content;
      return { ...image, ...offered(actions, now) };
    }
    case 'file':
      // Without a text the 4.x client stops drawing altogether.
      return { ...content, text: content.text ?? '' };
    case 'location':
      return { ...content, text: locationText(content.coordinates) };
    case 'carousel': {
      const items = content.items.map((item) => withId(item, now));
      return { ...content, text: itemsText(items), items };
    }
    case 'list': {
      const items = content.items.map((item) => withId(item, now));
      return { type: content.type, text: itemsText(items), items, ...offered(content.actions, now) };
    }
    case 'form': {
      const fields = content.fields.map((field) => ({ ...field, _id: newId(now) }));
      return { ...content, fields, text: fieldsText(fields) };
    }
    case 'formResponse':
      return formResponse(content, now);
  }
}

function offered(actions: readonly Action[] | undefined, now: number): { actions?: WireAction[] } {
  return actions?.length ? { actions: actions.map((action) => actionWithId(action, now)) } : {};
}

function withId(item: Item, now: number): WireItem {
  return { ...item, _id: newId(now), actions: item.actions.map((action) => actionWithId(action, now)) };
}

function actionWithId(action: Action, now: number): WireAction {
  return { ...action, _id: newId(now) };
}
