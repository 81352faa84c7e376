import { createContext, use } from 'react';
import type { RefObject } from 'react';
import type { Cursor } from '../../contract/history.ts';
import type { EpochMs, MessageId } from '../../contract/ids.ts';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Message } from '../../contract/model.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import type { TimelineHandle } from './Timeline.tsx';

/** Brings a message into sight, wherever in the thread it stands. */
export type Reveal = {
  /** False: it is not there any more. */
  readonly message: (message: Message) => Promise<Result<boolean>>;
  /** The same of a message of which only the id is known. */
  readonly quoted: (id: MessageId) => Promise<Result<boolean>>;
  /** Look at the first message received then or later. @returns its key, null if nothing is stored */
  readonly find: (at: EpochMs) => Promise<Result<string | null>>;
  /** Show what was found, once nothing stands before the thread any more. */
  readonly show: (key: string) => void;
};

const nowhere = async () => fail({ kind: 'sessionOver' });
const Context = createContext<Reveal>({
  message: nowhere,
  quoted: nowhere,
  find: nowhere,
  show: () => undefined,
});
export const RevealProvider = Context.Provider;

export function useReveal(): Reveal {
  return use(Context);
}

export function useRevealIn(timeline: RefObject<TimelineHandle | null>): Reveal {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const messages = useView((view) => view.thread.messages);
  const isKnown = (key: string) => messages.some((each) => each.key === key);
  const show = (key: string) => timeline.current?.reveal(key);
  const find = async (at: Cursor | EpochMs | MessageId) => {
    const answer = await answered('showMessage', smooch.showMessage({ epoch, at }));
    return answer.ok ? ok(answer.value.key) : answer;
  };
  const message = async ({ key, id, received }: Message): Promise<Result<boolean>> => {
    if (isKnown(key)) {
      show(key);
      return ok(true);
    }
    // What waits to be sent stands at the end, and nowhere else.
    const isStored = id !== null && received !== null;
    const answer = isStored
      ? await find({ id, received })
      : await answered('showLatest', smooch.showLatest({ epoch }));
    if (!answer.ok) return answer;
    const found = isStored ? (answer.value ?? null) : key;
    if (found !== null) show(found);
    return ok(found !== null);
  };
  const quoted = async (quotedId: MessageId): Promise<Result<boolean>> => {
    const drawn = messages.find(({ id }) => id === quotedId);
    if (drawn !== undefined) return message(drawn);
    const answer = await find(quotedId);
    if (!answer.ok) return answer;
    if (answer.value !== null) show(answer.value);
    return ok(answer.value !== null);
  };
  return { message, quoted, find, show };
}
