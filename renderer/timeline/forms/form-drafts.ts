import { createContext, use, useState } from 'react';
import type { Draft } from './form-rules.ts';

/**
 * What was filled into forms and not sent. The list takes messages out of sight away, and a form half filled in must not go
 * with them; it goes with the session.
 */
export type FormDrafts = Map<string, Draft>;

const Context = createContext<FormDrafts>(new Map());
export const FormDraftsProvider = Context.Provider;

/** The draft of the form of one message. */
export function useFormDraft(key: string): readonly [Draft, (draft: Draft) => void] {
  const drafts = use(Context);
  const [draft, setDraft] = useState<Draft>(() => drafts.get(key) ?? {});
  const change = (next: Draft) => {
    drafts.set(key, next);
    setDraft(next);
  };
  return [draft, change];
}
