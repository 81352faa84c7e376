import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { firstFocus } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import type { BrowserSignIn } from './use-browser-sign-in.ts';

/** The way that types no secret into this app. */
export function BrowserDoor({ browser }: { readonly browser: BrowserSignIn }) {
  const say = strings.signIn;
  return (
    <div className="browser-door">
      <Button icon="browser" busy={browser.busy} onClick={browser.begin}>
        {say.inBrowser}
      </Button>
      <Problem text={browser.problem} />
      <p className="divider">
        <span>{say.or}</span>
      </p>
    </div>
  );
}

export function BrowserWaiting({
  browser,
  onClose,
}: {
  readonly browser: BrowserSignIn;
  readonly onClose: () => void;
}) {
  const say = strings.signIn;
  return (
    <>
      <p role="status">{say.waiting}</p>
      <p className="hint">{say.waitingHint}</p>
      <Problem text={browser.problem} />
      <div className="dialog-buttons">
        <Button {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.cancel}
        </Button>
        <Button icon="browser" busy={browser.busy} onClick={browser.begin}>
          {say.openAgain}
        </Button>
      </div>
    </>
  );
}
