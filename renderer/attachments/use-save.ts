import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import type { Place } from './media-keeper.ts';

export type Saving =
  | { readonly kind: 'open' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type SaveHand = { readonly state: Saving; readonly save: (consent: boolean) => void };

/** It rests with a stranger, and nobody has said yet that it may be fetched from there. */
export function isForeign(state: Saving): boolean {
  return state.kind === 'failed' && state.failure.kind === 'media' && state.failure.trouble === 'foreign';
}

/** Save the media of a message as a file of the person's choice. */
export function useSave(place: Place): SaveHand {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [state, setState] = useState<Saving>({ kind: 'open' });
  const save = async (consent: boolean) => {
    setState({ kind: 'saving' });
    const answer = await answered('saveMedia', smooch.saveMedia({ epoch, ...place, consent }));
    if (!answer.ok) return setState({ kind: 'failed', failure: answer.failure });
    setState({ kind: answer.value.saved ? 'saved' : 'open' });
  };
  return { state, save: (consent: boolean) => void save(consent) };
}
