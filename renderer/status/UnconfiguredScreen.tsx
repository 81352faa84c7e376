import { useState } from 'react';
import type { FormEvent } from 'react';
import { requests } from '../../contract/requests.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { sentenceFor } from './sentences.ts';

const say = strings.setup;

/** Where the app was delivered without its two values, the person enters them once. */
export function UnconfiguredScreen() {
  const { smooch } = useSurroundings();
  const [configUrl, setConfigUrl] = useState('');
  const [appId, setAppId] = useState('');
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({
    busy: false,
    problem: null,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (state.busy) return;
    const { shape } = requests.configure.input;
    if (!shape.configUrl.safeParse(configUrl.trim()).success)
      return setState({ busy: false, problem: say.badUrl });
    const input = requests.configure.input.safeParse({ configUrl: configUrl.trim(), appId: appId.trim() });
    if (!input.success) return setState({ busy: false, problem: say.badAppId });
    setState({ busy: true, problem: null });
    const answer = await answered('configure', smooch.configure(input.data));
    setState({ busy: false, problem: answer.ok ? null : sentenceFor(answer.failure) });
  };
  return (
    <div className="screen">
      <h2>{say.title}</h2>
      <p>{say.intro}</p>
      <form noValidate className="fields" aria-label={say.title} onSubmit={(event) => void submit(event)}>
        <Field
          label={say.configUrl}
          hint={say.configUrlHint}
          type="url"
          value={configUrl}
          onText={setConfigUrl}
        />
        <Field label={say.appId} value={appId} onText={setAppId} />
        <div aria-live="assertive">
          {state.problem !== null && <p className="problem">{state.problem}</p>}
        </div>
        <div className="screen-buttons">
          <Button look="main" submits busy={state.busy}>
            {state.busy ? say.busy : say.submit}
          </Button>
        </div>
      </form>
    </div>
  );
}
