import type { FakeMedia } from '../fake-media.ts';

/**
 * Stands in for the scheme that main serves: no browser but ours knows `att:`, so the addresses are replaced where they enter
 * an element. The page itself sees, keeps and asks for nothing but `att:` addresses.
 */
export function serveAtt(media: FakeMedia): void {
  const made = new Map<string, string>();
  const served = (url: string): string => {
    const blob = media.find(url);
    if (blob === undefined) return url;
    const known = made.get(url) ?? URL.createObjectURL(blob);
    made.set(url, known);
    return known;
  };
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name: string, value: string): void {
    setAttribute.call(this, name, name === 'src' ? served(String(value)) : value);
  };
  // React assigns the property once more when a picture is mounted.
  const src = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src');
  Object.defineProperty(HTMLImageElement.prototype, 'src', {
    ...src,
    set(this: HTMLImageElement, value: string) {
      this.setAttribute('src', value);
    },
  });
}
