import type { Appearance } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { RadioChoice } from '../ui/Choice.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

const themes = ['system', 'light', 'dark'] as const satisfies readonly Appearance['theme'][];

export function AppearancePage() {
  const { smooch } = useSurroundings();
  const theme = useView((view) => view.appearance.theme);
  const { problem, ask } = useAsking();
  const say = strings.settings;
  return (
    <>
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
      <Problem text={problem} />
    </>
  );
}
