import type { MachineChoices, MachineRule, MachineRules } from '../../contract/machine.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** Why a rule cannot be changed here, in words; undefined if it can. */
export type Fixed = { readonly note: string | undefined; readonly disabled: boolean };

export type MachineSettings = {
  readonly rules: MachineRules;
  readonly problem: string | null;
  readonly choose: (choices: MachineChoices) => void;
  readonly fixed: (rule: MachineRule) => Fixed;
};

/** What a visitors' screen never does, whoever wishes it. */
const fixedInKiosk: readonly MachineRule[] = ['remember', 'onQuit', 'allowExport'];

/** A screen for visitors that the organization has set up is nobody's to set up otherwise. */
export function useHasSettings(): boolean {
  return useView(({ machine }) => machine.mode !== 'kiosk' || !machine.managed.includes('mode'));
}

export function useMachine(): MachineSettings {
  const { smooch } = useSurroundings();
  const rules = useView((view) => view.machine);
  const { problem, ask } = useAsking();
  const note = (rule: MachineRule) => {
    if (rules.managed.includes(rule)) return strings.settings.managed;
    if (rules.mode === 'kiosk' && fixedInKiosk.includes(rule)) return strings.settings.alwaysInKiosk;
    return undefined;
  };
  return {
    rules,
    problem,
    choose: (choices) => void ask(() => answered('setMachine', smooch.setMachine(choices))),
    fixed: (rule) => ({ note: note(rule), disabled: note(rule) !== undefined }),
  };
}
