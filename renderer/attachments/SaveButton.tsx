import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Problem } from '../ui/Problem.tsx';
import type { Place } from './media-keeper.ts';
import { useSave } from './use-save.ts';

type Props = {
  readonly place: Place;
  /** Where it rests, as it is shown; null if nobody can say. */
  readonly host: string | null;
  /** The person has said that it may be fetched from there. */
  readonly consent: boolean;
  readonly reachable: boolean;
};

/** What rests with a stranger is saved at the second press, which says from where. */
export function SaveButton({ place, host, consent, reachable }: Props) {
  const { state, save } = useSave(place);
  const say = strings.attachments;
  const isForeign =
    state.kind === 'failed' && state.failure.kind === 'media' && state.failure.trouble === 'foreign';
  const words = { open: say.save, saving: say.saving, saved: say.saved, failed: say.save }[state.kind];
  return (
    <>
      <Button
        icon={state.kind === 'saved' ? 'check' : 'save'}
        busy={state.kind === 'saving'}
        tabIndex={reachable ? 0 : -1}
        onClick={() => save(consent || isForeign)}
      >
        <bdi>{isForeign ? say.saveFrom(host ?? say.elsewhere) : words}</bdi>
      </Button>
      <Problem text={state.kind === 'failed' ? sentenceFor(state.failure) : null} />
    </>
  );
}
