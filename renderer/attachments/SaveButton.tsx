import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Problem } from '../ui/Problem.tsx';
import type { Place } from './media-keeper.ts';
import { isForeign, useSave } from './use-save.ts';
import type { SaveHand } from './use-save.ts';

type Props = {
  readonly place: Place;
  /** Where it rests, as it is shown; null if nobody can say. */
  readonly host: string | null;
  readonly reachable: boolean;
};

export function SaveButton({ place, host, reachable }: Props) {
  const hand = useSave(place);
  const { state, save } = hand;
  const say = strings.attachments;
  return (
    <>
      {!isForeign(state) && (
        <Button
          icon={state.kind === 'saved' ? 'check' : 'save'}
          busy={state.kind === 'saving'}
          tabIndex={reachable ? 0 : -1}
          onClick={() => save(false)}
        >
          {{ open: say.save, saving: say.saving, saved: say.saved, failed: say.save }[state.kind]}
        </Button>
      )}
      <SaveTrouble hand={hand} host={host} reachable={reachable} />
    </>
  );
}

type IconProps = {
  readonly hand: SaveHand;
  readonly name: string;
  /** It may be fetched from wherever it rests. */
  readonly consent: boolean;
  readonly reachable: boolean;
};

export function SaveIcon({ hand, name, consent, reachable }: IconProps) {
  const { state, save } = hand;
  const say = strings.attachments;
  const labels = { open: say.saveAs, saving: say.savingAs, saved: say.savedAs, failed: say.saveAs };
  return (
    <IconButton
      icon={state.kind === 'saved' ? 'check' : 'save'}
      label={labels[state.kind](name)}
      aria-disabled={state.kind === 'saving'}
      tabIndex={reachable ? 0 : -1}
      onClick={() => state.kind !== 'saving' && save(consent)}
    />
  );
}

type TroubleProps = {
  readonly hand: SaveHand;
  readonly host: string | null;
  readonly reachable: boolean;
};

/** What rests with a stranger is saved at the second press, which says from where. */
export function SaveTrouble({ hand: { state, save }, host, reachable }: TroubleProps) {
  const say = strings.attachments;
  return (
    <>
      <Problem text={state.kind === 'failed' ? sentenceFor(state.failure) : null} />
      {isForeign(state) && (
        <Button icon="save" tabIndex={reachable ? 0 : -1} onClick={() => save(true)}>
          <bdi>{say.saveFrom(host ?? say.elsewhere)}</bdi>
        </Button>
      )}
    </>
  );
}
