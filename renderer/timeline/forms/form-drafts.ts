import { createContext, use, useState } from 'react';
import type { Draft } from './form-rules.ts';

/**
 * What was filled into forms and not sent, and which of them the service has said are answered. The list takes messages out of
 * sight away, and this must not go with them; it goes with the session.
 */
export type FormDrafts = { readonly drafts: Map<string, Draft>; readonly answered: Set<string> };

export const noDrafts = (): FormDrafts => ({ drafts: new Map(), answered: new Set() });

const Context = createContext(noDrafts());
export const FormDraftsProvider = Context.Provider;

/** The draft of the form of one message. */
export function useFormDraft(key: string): readonly [Draft, (draft: Draft) => void] {
  const { drafts } = use(Context);
  const [draft, setDraft] = useState<Draft>(() => drafts.get(key) ?? {});
  const change = (next: Draft) => {
    drafts.set(key, next);
    setDraft(next);
  };
  return [draft, change];
}

/** Whether another device was faster, before its answer is here. */
export function useAnsweredElsewhere(key: string): readonly [boolean, () => void] {
  const { answered } = use(Context);
  const [isAnswered, setAnswered] = useState(() => answered.has(key));
  const note = () => {
    answered.add(key);
    setAnswered(true);
  };
  return [isAnswered, note];
}
