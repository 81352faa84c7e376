import type { Failure } from '../../contract/failure.ts';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { isPassing } from './media-keeper.ts';
import type { Place } from './media-keeper.ts';
import { SaveButton } from './SaveButton.tsx';

type Props = {
  readonly place: Place;
  readonly failure: Failure;
  readonly host: string | null;
  /** What loads it from a stranger's host, with the host in it. */
  readonly consentLabel: string;
  readonly reachable: boolean;
  /** There is no other place to save it from. */
  readonly saves?: boolean;
  /** Where there is little room: what the button says is enough. */
  readonly brief?: boolean;
  readonly onLoad: (consent: boolean) => void;
};

/** Why something is not drawn, and what can be done about it. */
export function Trouble({
  place,
  failure,
  host,
  consentLabel,
  reachable,
  saves = true,
  brief = false,
  onLoad,
}: Props) {
  const trouble = failure.kind === 'media' ? failure.trouble : null;
  const tabIndex = reachable ? 0 : -1;
  return (
    <>
      {!(brief && trouble === 'foreign') && <p className="trouble">{sentenceFor(failure)}</p>}
      {trouble === 'foreign' && (
        <Button icon="image" tabIndex={tabIndex} onClick={() => onLoad(true)}>
          <bdi>{consentLabel}</bdi>
        </Button>
      )}
      {isPassing(failure) && (
        <Button icon="reconnect" tabIndex={tabIndex} onClick={() => onLoad(false)}>
          {strings.attachments.again}
        </Button>
      )}
      {saves && (trouble === 'tooLarge' || trouble === 'unsafe') && (
        <SaveButton place={place} host={host} reachable={reachable} />
      )}
    </>
  );
}
