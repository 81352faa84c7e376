import { useState } from 'react';
import type { Failure, Result } from '../../contract/failure.ts';
import type { Output } from '../../contract/requests.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { placeName } from './media-keeper.ts';
import type { Place } from './media-keeper.ts';

export type Saving =
  | { readonly kind: 'open' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly failure: Failure };

const open: Saving = { kind: 'open' };

export type SaveHand = { readonly state: Saving; readonly save: (consent: boolean) => void };

/** It rests with a stranger, and nobody has said yet that it may be fetched from there. */
export function isForeign(state: Saving): boolean {
  return state.kind === 'failed' && state.failure.kind === 'media' && state.failure.trouble === 'foreign';
}

/** Save the media of a message as a file of the person's choice. Another place begins anew. */
export function useSave(place: Place): SaveHand {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const key = placeName(place);
  const [last, setLast] = useState<{ readonly key: string; readonly state: Saving }>({ key, state: open });
  const save = async (consent: boolean) => {
    setLast({ key, state: { kind: 'saving' } });
    const answer = await answered('saveMedia', smooch.saveMedia({ epoch, ...place, consent }));
    setLast({ key, state: stateAfter(answer) });
  };
  return { state: last.key === key ? last.state : open, save: (consent) => void save(consent) };
}

function stateAfter(answer: Result<Output<'saveMedia'>>): Saving {
  if (!answer.ok) return { kind: 'failed', failure: answer.failure };
  return answer.value.saved ? { kind: 'saved' } : open;
}
