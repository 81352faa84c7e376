import { normalizeText } from '../../contract/text.ts';

/** `null` for absent and for empty. */
export function optionalText(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : normalizeText(text);
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** The words of an HTML text, for lists, searches and notifications; what is shown is read by the screen itself. */
export function plainOfHtml(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/li|\/div)[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity)
    .trim();
}
