// Colours that stay readable whatever brand colour a business picks (WCAG 2.2, 1.4.3: 4.5:1 for text, 1.4.11: 3:1).

type Rgb = readonly [red: number, green: number, blue: number];

export const readable = 4.5;

/** Surfaces that text in the brand colour may stand on; the same values as in tokens.css. */
export const surfaces = {
  light: { page: '#faf9f7', raised: '#ffffff', business: '#eeece8' },
  dark: { page: '#16171a', raised: '#1f2125', business: '#2a2c31' },
} as const;

const darkInk = '#17181b';
const lightInk = '#ffffff';

/** WCAG contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** `color`, moved no further towards black or white than it takes to stand out from every surface by `ratio`. */
export function standOut(color: string, against: readonly string[], ratio: number): string {
  const worst = (candidate: string) => Math.min(...against.map((surface) => contrast(candidate, surface)));
  const towards = worst('#000000') > worst('#ffffff') ? '#000000' : '#ffffff';
  for (let step = 0; step < 50; step += 1) {
    const candidate = mix(color, towards, step / 50);
    if (worst(candidate) >= ratio) return candidate;
  }
  return towards;
}

export type BrandColors = {
  /** Own bubbles and main buttons, and the text on them. */
  readonly fill: string;
  readonly onFill: string;
  /** Links, icons and focus rings on any surface. */
  readonly accent: string;
};

export function brandColors(brand: string, theme: keyof typeof surfaces): BrandColors {
  const { page, raised, business } = surfaces[theme];
  // A bubble must be seen as a bubble: a black brand on a dark page is lifted, a white one on a light page lowered.
  const visible = standOut(brand, [page, raised], 1.5);
  const onFill = contrast(visible, lightInk) >= 3 ? lightInk : darkInk;
  return {
    fill: standOut(visible, [onFill], readable),
    onFill,
    accent: standOut(brand, [page, raised, business], readable),
  };
}

function luminance(color: string): number {
  const [red, green, blue] = parse(color).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(color: string, other: string, share: number): string {
  const to = parse(other);
  return format(parse(color).map((channel, index) => channel + ((to[index] ?? 0) - channel) * share));
}

function parse(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function format(channels: readonly number[]): string {
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
