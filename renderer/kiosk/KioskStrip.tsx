import { hasThread } from '../account/who-am-i.ts';
import { useUnsent } from '../account/use-unsent.ts';
import { useOpenSheet } from '../sheet.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** On a screen for visitors: what becomes of their words, and the one button to leave with. */
export function KioskStrip() {
  const { smooch } = useSurroundings();
  const isKiosk = useView((view) => view.machine.mode === 'kiosk');
  const isOpen = useView((view) => hasThread(view.session));
  const { waiting, failed } = useUnsent();
  const open = useOpenSheet();
  const { busy, problem, ask } = useAsking();
  if (!isKiosk || !isOpen) return null;
  const say = strings.kiosk;
  const leave = () => {
    // What would be lost is asked about; otherwise one press is enough.
    if (waiting + failed.length > 0) open({ kind: 'signOut' });
    else void ask(() => answered('logout', smooch.logout()));
  };
  return (
    <section className="banner banner-kiosk" aria-label={say.label}>
      <div className="banner-words">
        <Icon name="people" />
        <span>{say.strip}</span>
      </div>
      <Button look="main" icon="signOut" busy={busy} onClick={leave}>
        {busy ? say.busy : say.done}
      </Button>
      <Problem text={problem} />
    </section>
  );
}
