import { zoomSteps } from '../../contract/view.ts';
import type { Appearance } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { RadioChoice, SelectChoice } from '../ui/Choice.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

const themes = ['system', 'light', 'dark'] as const satisfies readonly Appearance['theme'][];

export function AppearancePage() {
  const { smooch } = useSurroundings();
  const theme = useView((view) => view.appearance.theme);
  const desktop = useView((view) => view.desktop);
  const { problem, ask } = useAsking();
  const say = strings.settings;
  const sizes = [...new Set([...zoomSteps, desktop.zoom])].sort((one, other) => one - other);
  return (
    <div className="settings-page">
      <RadioChoice
        label={say.theme}
        options={themes.map((value) => ({
          value,
          label: strings.account.themes[value],
          hint: say.themeHints[value],
        }))}
        value={theme}
        onChoose={(chosen) =>
          void ask(() => answered('setAppearance', smooch.setAppearance({ theme: chosen })))
        }
      />
      <SelectChoice
        label={strings.desktop.zoom}
        note={strings.desktop.zoomHint}
        options={sizes.map((size) => ({ value: String(size), label: strings.desktop.percent(size) }))}
        value={String(desktop.zoom)}
        onChoose={(value) =>
          void ask(() => answered('setDesktop', smooch.setDesktop({ ...desktop, zoom: Number(value) })))
        }
      />
      <Problem text={problem} />
    </div>
  );
}
