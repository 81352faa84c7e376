import type { MachineMode } from '../../contract/machine.ts';
import { strings } from '../strings/strings.ts';
import { Check } from '../ui/Check.tsx';
import { RadioChoice, SelectChoice } from '../ui/Choice.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Problem } from '../ui/Problem.tsx';
import { HistorySection } from './HistorySection.tsx';
import { IdleChoice } from './IdleChoice.tsx';
import { PasscodeRow } from './PasscodeRow.tsx';
import { useMachine } from './use-machine.ts';
import type { MachineSettings } from './use-machine.ts';

/** How this machine treats the people who use it. What the organization has fixed stays visible. */
export function PrivacyPage() {
  const machine = useMachine();
  const { rules, problem } = machine;
  const say = strings.settings;
  return (
    <div className="settings-page">
      {rules.policyUnreadable ? (
        <p className="warning">{say.policyUnreadable}</p>
      ) : (
        rules.managed.length > 0 && (
          <p className="managed">
            <Icon name="lock" />
            <span>{say.someManaged}</span>
          </p>
        )
      )}
      <Problem text={problem} />
      <PasscodeRow />
      <HistorySection machine={machine} />
      <Mode machine={machine} />
      <Leaving machine={machine} />
      <SigningIn machine={machine} />
    </div>
  );
}

type Part = { readonly machine: MachineSettings };

const modes = ['personal', 'shared', 'kiosk'] as const satisfies readonly MachineMode[];

function Mode({ machine: { rules, choose, fixed } }: Part) {
  const say = strings.settings;
  return (
    <RadioChoice
      label={say.mode}
      options={modes.map((value) => ({ value, label: say.modes[value], hint: say.modeHints[value] }))}
      value={rules.mode}
      onChoose={(mode) => choose({ mode })}
      {...fixed('mode')}
    />
  );
}

const onSystemLocks = ['nothing', 'lock', 'signOut'] as const;
const onQuits = ['keep', 'signOut'] as const;

function Leaving({ machine }: Part) {
  const { rules, choose, fixed } = machine;
  const say = strings.settings;
  return (
    <section className="settings-group">
      <h3>{say.leaving}</h3>
      <IdleChoice machine={machine} />
      <SelectChoice
        label={say.onSystemLock}
        options={onSystemLocks.map((value) => ({ value, label: say.onSystemLocks[value] }))}
        value={rules.onSystemLock}
        onChoose={(onSystemLock) => choose({ onSystemLock })}
        {...fixed('onSystemLock')}
      />
      <SelectChoice
        label={say.onQuit}
        options={onQuits.map((value) => ({ value, label: say.onQuits[value] }))}
        value={rules.onQuit}
        onChoose={(onQuit) => choose({ onQuit })}
        {...fixed('onQuit')}
      />
    </section>
  );
}

function SigningIn({ machine: { rules, choose, fixed } }: Part) {
  const say = strings.settings;
  const remember = fixed('remember');
  const requireVerified = fixed('requireVerified');
  return (
    <section className="settings-group">
      <h3>{say.signingIn}</h3>
      <Check
        label={say.remember}
        hint={remember.note ?? say.rememberHint}
        checked={rules.remember}
        disabled={remember.disabled}
        onCheck={(checked) => choose({ remember: checked })}
      />
      <Check
        label={say.requireVerified}
        hint={requireVerified.note ?? say.requireVerifiedHint}
        checked={rules.requireVerified}
        disabled={requireVerified.disabled}
        onCheck={(checked) => choose({ requireVerified: checked })}
      />
    </section>
  );
}
