import { useEffect, useLayoutEffect } from 'react';
import { direction, language, strings } from '../strings/strings.ts';
import { useView } from './surroundings.tsx';
import { brandColors } from '../ui/contrast.ts';
import { useBusinessHeading } from './use-business.ts';

const ownColor = '#17695f';

/** What hangs on the whole document: its title, the theme, and the colours of the brand. */
export function useDocument(): void {
  const business = useBusinessHeading();
  const unread = useView((view) => view.unreadCount);
  const theme = useView((view) => view.appearance.theme);
  const brand = useView((view) => view.business.brandColor) ?? ownColor;
  // Before anything is painted: what stands on the wrong side would be seen to jump.
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  }, []);
  useEffect(() => {
    document.title = strings.app.title(business, unread);
  }, [business, unread]);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    const { style } = document.documentElement;
    // Both sets at once: the style sheet picks, also when the system turns dark later.
    for (const name of ['light', 'dark'] as const) {
      const { fill, onFill, accent } = brandColors(brand, name);
      style.setProperty(`--${name}-fill`, fill);
      style.setProperty(`--${name}-on-fill`, onFill);
      style.setProperty(`--${name}-accent`, accent);
    }
  }, [brand]);
}
