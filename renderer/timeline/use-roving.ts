import { useState } from 'react';
import type { FocusEvent, KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import { articleId } from './MessageArticle.tsx';

type Options = {
  /** Message keys, top to bottom. */
  readonly keys: readonly string[];
  /** Where Tab comes in as long as no message was chosen; the last message if null. */
  readonly entry: string | null;
  /** Bring the message into sight. */
  readonly onReveal: (key: string) => void;
  readonly onRetry: (key: string) => void;
  readonly onMenu: (key: string, article: HTMLElement) => void;
};

const focusable = 'a[href], button, input, select';

/**
 * The thread as one tab stop: arrows move between messages, Enter goes into the links and buttons of one, Esc comes back,
 * R tries a failed one again.
 */
export function useRoving({ keys, entry, onReveal, onRetry, onMenu }: Options) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [entered, setEntered] = useState(false);
  const known = [chosen, entry].find((key) => key !== null && keys.includes(key));
  const current = known ?? keys.at(-1) ?? null;

  /** @returns false if the message cannot take the focus yet: the list hides what it has not measured */
  const moveTo = (key: string): boolean => {
    // Now, because a message out of sight has no element to focus before.
    flushSync(() => {
      setChosen(key);
      setEntered(false);
    });
    const article = document.getElementById(articleId(key));
    article?.focus({ preventScroll: true });
    onReveal(key);
    return article !== null && article === document.activeElement;
  };
  const enter = (article: HTMLElement) => {
    const first = article.querySelector<HTMLElement>(focusable);
    if (first === null) return;
    flushSync(() => setEntered(true));
    first.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const article = articleOf(event.target);
    const key = article?.dataset['key'];
    if (article === null || key === undefined) return;
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      return onMenu(key, article);
    }
    if (event.target !== article) {
      if (event.key === 'Escape') moveTo(key);
      return;
    }
    const to = destination(event.key, keys, keys.indexOf(key));
    if (to !== null) moveTo(to);
    else if (event.key === 'Enter') enter(article);
    else if (event.key.toLowerCase() === 'r' && !event.ctrlKey && !event.metaKey) onRetry(key);
    else return;
    event.preventDefault();
  };
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const article = articleOf(event.target);
    const key = article?.dataset['key'];
    if (key === undefined) return;
    setChosen(key);
    setEntered(event.target !== article);
  };
  return { current, entered, moveTo, onKeyDown, onFocus };
}

function articleOf(target: EventTarget): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('article[data-key]') : null;
}

function destination(pressed: string, keys: readonly string[], from: number): string | null {
  switch (pressed) {
    case 'ArrowUp':
      return keys[Math.max(0, from - 1)] ?? null;
    case 'ArrowDown':
      return keys[Math.min(keys.length - 1, from + 1)] ?? null;
    case 'Home':
      return keys[0] ?? null;
    case 'End':
      return keys.at(-1) ?? null;
    default:
      return null;
  }
}
