import type { NativeTheme } from 'electron';
import type { Appearance } from '../../contract/view.ts';

/** What a window shows before the page draws: the page's own background (`--page` in `renderer/ui/tokens.css`). */
export const backgrounds = { light: '#faf9f7', dark: '#16171a' };

/** Let the page, the window's frame and the system's dialogs follow the person's choice. */
export function applyTheme(nativeTheme: Pick<NativeTheme, 'themeSource'>, { theme }: Appearance): void {
  nativeTheme.themeSource = theme;
}

export function backgroundColor({ shouldUseDarkColors }: Pick<NativeTheme, 'shouldUseDarkColors'>): string {
  return shouldUseDarkColors ? backgrounds.dark : backgrounds.light;
}
