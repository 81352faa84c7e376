import { useState } from 'react';
import type { FormEvent } from 'react';
import type { Result } from '../../contract/failure.ts';
import { UserId } from '../../contract/ids.ts';
import type { Session } from '../../contract/session.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

export type Method = 'password' | 'token';
type Draft = { readonly userId: string; readonly password: string; readonly token: string };

type Options = {
  readonly method: Method;
  /** What stands in the field at first. */
  readonly userId: string;
  /** Undefined: the rules of the machine decide. */
  readonly remember: boolean | undefined;
  readonly onDone: () => void;
};

/** A refusal leaves the old session as it was, and what was typed here, secrets included, until the sheet is closed. */
export function useSignIn({ method, userId, remember, onDone }: Options) {
  const { smooch } = useSurroundings();
  const requireVerified = useView((view) => view.machine.requireVerified);
  const { busy, problem, ask, object } = useAsking();
  const [draft, setDraft] = useState<Draft>({ userId, password: '', token: '' });
  const begin = async () => {
    const objection = objectionTo(method, draft, requireVerified);
    if (objection !== null) return object(objection);
    const how = { anonymous: 'ask' as const, ...(remember === undefined ? {} : { remember }) };
    const person = UserId.parse(draft.userId.trim());
    const token = draft.token.trim();
    const answer = await ask((): Promise<Result<Session>> =>
      method === 'token'
        ? answered('login', smooch.login(person, token === '' ? undefined : token, how))
        : answered('signIn', smooch.signIn({ userId: person, password: draft.password, ...how })),
    );
    if (answer?.ok || answer?.failure.kind === 'questionOpen') onDone();
  };
  return {
    draft,
    busy,
    problem,
    change: (part: Partial<Draft>) => setDraft({ ...draft, ...part }),
    submit: (event: FormEvent) => {
      event.preventDefault();
      void begin();
    },
  };
}

function objectionTo(method: Method, draft: Draft, requireVerified: boolean): string | null {
  const say = strings.signIn;
  if (!UserId.safeParse(draft.userId.trim()).success) return say.missingUserId;
  if (method === 'password') return draft.password === '' ? say.missingPassword : null;
  return requireVerified && draft.token.trim() === '' ? say.missingToken : null;
}

/** The tick "Remember me": undefined where nobody can be remembered, or where the organization has decided. */
export function useRemember() {
  const machine = useView((view) => view.machine);
  const session = useView((view) => view.session);
  const isRemembered = useView((view) => view.accounts.some((card) => card.current));
  // Signing in again, the person has already said so once.
  const renews = session.kind === 'signInNeeded' || session.kind === 'locked';
  const [ticked, tick] = useState(machine.remember || (renews && isRemembered));
  const keepsNobody =
    machine.mode === 'kiosk' || ('persistence' in session && session.persistence === 'memory');
  const isManaged = machine.managed.includes('remember');
  return {
    ticked: isManaged ? machine.remember : ticked,
    tick,
    isManaged,
    isShown: !keepsNobody,
    remember: keepsNobody || isManaged ? undefined : ticked,
  };
}
