/** Words for what a client may not be able to draw; the 4.x client shows nothing for a carousel without them. */
import type { WireAction, WireField, WireItem } from '../contract/sdk-api.ts';

export function locationText({ lat, long }: { lat: number; long: number }): string {
  return `Location shared:\nhttps://maps.google.com/maps?q=${lat},${long}`;
}

/** Numbered titles, descriptions, and a line for each button that leads somewhere. */
export function itemsText(items: readonly WireItem[]): string {
  return items
    .map((item, index) =>
      [`${index + 1}. ${item.title}`, item.description, ...item.actions.map(buttonText)]
        .filter(Boolean)
        .join('\n'),
    )
    .join('\n\n');
}

function buttonText({ text, uri }: WireAction): string {
  return uri ? `${text}: ${uri}` : text;
}

/** The words of an HTML text, without its tags. */
export function wordsOfHtml(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/li|\/div)[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .trim();
}

/** A line for each question of a form, with its answer if there is one. */
export function fieldsText(fields: readonly WireField[]): string {
  return fields
    .map(({ label, text, email, select }) => {
      const answer = text ?? email ?? select?.map((chosen) => chosen.label).join(', ');
      return answer === undefined ? label : `${label}: ${answer}`;
    })
    .join('\n');
}
