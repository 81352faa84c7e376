import { ActionId } from '../../contract/ids.ts';
import type { Action, Content, Item, Markup } from '../../contract/model.ts';
import type { WireAction, WireItem } from '../../contract/sdk-api.ts';
import type { WireMessage } from '../../contract/sdk-api.ts';
import { normalizeText } from '../../contract/text.ts';
import { readForm, readFormResponse } from './forms.ts';
import { optionalText, plainOfHtml } from './texts.ts';
import { readLinkUrl, readMediaUrl } from './urls.ts';

/** What a message says, in our words. `fallback` is what the service offers to those who do not know the type. */
export function readContent(wire: WireMessage, fallback: string): Content {
  const { type } = wire;
  // Nothing of what was deleted is kept, whatever the service still tells of it.
  if (wire.deleted !== undefined && wire.deleted !== false) return { kind: 'deleted', text: '' };
  const text = normalizeText(wire.text ?? '');
  const known = knownContent(wire, text);
  if (known !== null) return known;
  return {
    kind: 'unsupported',
    type: normalizeText(type.slice(0, 64)),
    text: text || normalizeText(fallback),
  };
}

/** `null` if the type is unknown to us, or the message lacks what its type is about. */
function knownContent(wire: WireMessage, text: string): Content | null {
  switch (wire.type) {
    case 'text':
      return readText(wire, text);
    case 'image':
    case 'file':
      return readMedia(wire.type, wire, text);
    case 'location':
      return readLocation(wire, text);
    case 'carousel':
    case 'list': {
      const items = (wire.items ?? []).map(toItem);
      return items.length > 0 ? { kind: 'items', layout: wire.type, text, items } : null;
    }
    case 'form':
      return readForm(wire, text);
    case 'formResponse':
      return readFormResponse(wire, text);
    default:
      return null;
  }
}

/** Only the business formats: what a person types means what it says. */
function readText(wire: WireMessage, text: string): Content | null {
  const markup = wire.role === 'appUser' ? null : readMarkup(wire);
  const plain = markup === null || text !== '' ? text : plainOf(markup);
  if (plain === '' && !wire.actions?.length) return null;
  return { kind: 'text', text: plain, ...(markup !== null && { markup }) };
}

function readMarkup({ markdownText, htmlText }: WireMessage): Markup | null {
  const [markdown, html] = [optionalText(markdownText), optionalText(htmlText)];
  if (markdown !== null) return { format: 'markdown', source: markdown };
  return html === null ? null : { format: 'html', source: html };
}

function plainOf({ format, source }: Markup): string {
  return format === 'markdown' ? source : plainOfHtml(source);
}

function readMedia(kind: 'image' | 'file', wire: WireMessage, text: string): Content | null {
  const mediaUrl = readMediaUrl(wire.mediaUrl ?? '');
  if (mediaUrl === null) return null;
  // The service repeats the address as the text of an upload (smooch-sdk-api A.5.10).
  const caption = text === wire.mediaUrl ? '' : text;
  const mediaType = optionalText(wire.mediaType);
  if (kind === 'image') {
    return { kind, text: caption, mediaUrl, mediaType, altText: optionalText(wire.altText), name: null };
  }
  const size = wire.mediaSize ?? -1;
  return {
    kind,
    text: caption,
    mediaUrl,
    mediaType,
    mediaSize: Number.isSafeInteger(size) && size >= 0 ? size : null,
    name: null,
  };
}

function readLocation({ coordinates, location }: WireMessage, text: string): Content | null {
  if (coordinates === undefined) return null;
  const { lat, long } = coordinates;
  if (Math.abs(lat) > 90 || Math.abs(long) > 180) return null;
  return { kind: 'location', text, lat, long, name: optionalText(location?.name ?? location?.address) };
}

function toItem(wire: WireItem): Item {
  return {
    title: normalizeText(wire.title),
    description: optionalText(wire.description),
    mediaUrl: readMediaUrl(wire.mediaUrl ?? ''),
    actions: toActions(wire.actions),
  };
}

/** The buttons of a message. One that this device cannot press stands there by its words alone. */
export function toActions(wire: readonly WireAction[]): readonly Action[] {
  return wire.map(toAction).filter((action) => action !== null);
}

function toAction(wire: WireAction): Action | null {
  const id = ActionId.safeParse(wire._id);
  const uri = readLinkUrl(wire.uri ?? '');
  const text = normalizeText(wire.text) || uri;
  if (!id.success || text === null || text === '') return null;
  const common = { id: id.data, text };
  return toKnownAction(wire, common, uri) ?? { kind: 'unsupported', ...common };
}

type Common = { readonly id: ActionId; readonly text: string };

function toKnownAction(wire: WireAction, common: Common, uri: string | null): Action | null {
  switch (wire.type) {
    case 'reply':
      return { kind: 'reply', ...common, payload: normalizeText(wire.payload ?? '') };
    case 'postback':
    case 'locationRequest':
      return { kind: wire.type, ...common };
    case 'link':
    case 'webview':
      return uri === null ? null : { kind: wire.type, ...common, uri };
    case 'buy':
      return toBuy(wire, common, uri);
    default:
      return null;
  }
}

function toBuy(wire: WireAction, common: Common, uri: string | null): Action | null {
  const { amount, currency, state } = wire;
  if (uri === null || amount === undefined || !Number.isSafeInteger(amount)) return null;
  return {
    kind: 'buy',
    ...common,
    uri,
    amount,
    currency: normalizeText(currency ?? ''),
    paid: state === 'paid',
  };
}
