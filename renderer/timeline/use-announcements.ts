import { useEffect, useRef } from 'react';
import type { Message } from '../../contract/model.ts';
import type { Thread, Typing } from '../../contract/view.ts';
import { strings } from '../strings/strings.ts';
import { shownName } from '../ui/names.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { arrivals } from './arrivals.ts';
import { authorName, spoken } from './labels.ts';

/** More than this at once is a catch-up: then the number is told, and the texts are there to be read. */
const saidOneByOne = 3;
/** A pause shorter than this is the same burst of typing. */
const burstMs = 30_000;

/** Speaks each new message once: author and text, no clock time. Pages of the past and own echoes are silent. */
export function useAnnouncements(
  { messages, newer }: Pick<Thread, 'messages' | 'newer'>,
  typing: Typing | null,
  business: string,
): void {
  const { announcer } = useSurroundings();
  const known = useRef({ messages, newer });
  useEffect(() => {
    const { received: below, sent, failed } = arrivals(known.current.messages, messages);
    // What lies below a stretch of the past was there before.
    const received = known.current.newer ? [] : below;
    known.current = { messages, newer };
    if (received.length > saidOneByOne) announcer.say(strings.announce.many(received.length));
    else for (const message of received) announcer.say(sayMessage(message, business));
    if (sent) announcer.say(strings.announce.sent);
    if (failed) announcer.say(strings.announce.failed, 'assertive');
  }, [announcer, business, messages, newer]);
  useUnseenAnnouncement(newer);
  useTypingAnnouncement(typing, business);
}

/** Whoever reads far up in the past hears that something came, and how much is unread by now. */
function useUnseenAnnouncement(newer: boolean): void {
  const { announcer } = useSurroundings();
  const unreadCount = useView((view) => view.unreadCount);
  const known = useRef(unreadCount);
  useEffect(() => {
    if (newer && unreadCount > known.current) announcer.say(strings.announce.many(unreadCount));
    known.current = unreadCount;
  }, [announcer, newer, unreadCount]);
}

function useTypingAnnouncement(typing: Typing | null, business: string): void {
  const { announcer } = useSurroundings();
  const saidAt = useRef<number | null>(null);
  const name = typing === null ? null : shownName(typing.name, business);
  useEffect(() => {
    if (name === null) return;
    const now = Date.now();
    if (saidAt.current === null || now - saidAt.current > burstMs)
      announcer.say(strings.timeline.typing(name));
    saidAt.current = now;
  }, [announcer, name]);
}

function sayMessage(message: Message, business: string): string {
  return strings.announce.message(authorName(message.author, business), spoken(message, business));
}
