import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { language, strings } from '../../strings/strings.ts';
import { useSurroundings } from '../../view/surroundings.tsx';
import { loadEmoji, withTone } from './catalogue.ts';
import type { Emoji, EmojiCatalogue, Tone } from './catalogue.ts';
import { codeAt, mostOffered } from './completion.ts';
import type { Code } from './completion.ts';
import { insertAt } from './insert.ts';

/** So many are remembered, for as long as the session lasts: what somebody uses is theirs, and rests on no disk. */
const mostRecent = 24;

/** The emoji of one text box: the list that a code opens, the picker, and what both remember. */
export function useEmoji(field: RefObject<HTMLTextAreaElement | null>) {
  const { announcer } = useSurroundings();
  const [catalogue, setCatalogue] = useState<EmojiCatalogue | null>(null);
  const [recent, setRecent] = useState<readonly string[]>([]);
  const [tone, setTone] = useState<Tone>(0);
  const [isPicking, setPicking] = useState(false);
  const [code, setCode] = useState<Code | null>(null);
  const [at, setAt] = useState(0);
  const loading = useRef<Promise<void> | null>(null);
  const composing = useRef(false);
  const dismissed = useRef<number | null>(null);
  const offered = code === null || catalogue === null ? [] : catalogue.find(code.query, mostOffered);

  // Once for each list, however it shrinks with what is typed.
  const tell = useEffectEvent(() => announcer.say(strings.emoji.offered(offered.length)));
  const isOffering = offered.length > 0;
  useEffect(() => {
    if (isOffering) tell();
  }, [isOffering]);

  const load = () => void (loading.current ??= loadEmoji(language).then(setCatalogue));
  const offer = (next: Code | null) => {
    if (next?.start === code?.start && next?.query === code?.query) return;
    setAt(0);
    setCode(next);
  };
  /** The text or the caret is another one. */
  const look = () => {
    const box = field.current;
    if (box === null || composing.current) return offer(null);
    const isCaret = box.selectionStart === box.selectionEnd && document.activeElement === box;
    const found = isCaret ? codeAt(box.value, box.selectionStart) : null;
    if (found === null) dismissed.current = null;
    else load();
    offer(found !== null && found.start === dismissed.current ? null : found);
  };
  const remember = ({ char }: Emoji) =>
    setRecent((before) => [char, ...before.filter((other) => other !== char)].slice(0, mostRecent));
  const take = (emoji: Emoji) => {
    const box = field.current;
    if (box === null || code === null) return;
    remember(emoji);
    offer(null);
    insertAt(box, code.start, box.selectionEnd, withTone(emoji, tone));
  };
  const dismiss = () => {
    dismissed.current = code?.start ?? null;
    offer(null);
  };
  /** @returns whether the key was meant for the list */
  const takesKey = (event: KeyboardEvent): boolean => {
    const chosen = offered[at];
    // Keys of an input method belong to it (UI Events, §B.2).
    if (chosen === undefined || event.nativeEvent.isComposing || event.keyCode === 229) return false;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const whole = event.key === ':' ? catalogue?.named(code?.query ?? '') : undefined;
    if (event.key === 'ArrowDown') setAt((at + 1) % offered.length);
    else if (event.key === 'ArrowUp') setAt((at - 1 + offered.length) % offered.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) take(chosen);
    else if (event.key === 'Escape') dismiss();
    else if (whole) take(whole);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    catalogue,
    recent: catalogue?.of(recent) ?? [],
    tone,
    setTone,
    list: { offered, at, take },
    takesKey,
    isPicking,
    open() {
      load();
      offer(null);
      setPicking(true);
    },
    close: () => setPicking(false),
    /** From the picker, at the caret. */
    insert(emoji: Emoji) {
      const box = field.current;
      if (box === null) return;
      remember(emoji);
      insertAt(box, box.selectionStart, box.selectionEnd, withTone(emoji, tone));
    },
    watching: {
      onSelect: look,
      onCompositionStart() {
        composing.current = true;
        offer(null);
      },
      onCompositionEnd() {
        composing.current = false;
      },
    },
  };
}

export type EmojiHand = ReturnType<typeof useEmoji>;
