import { useRef, useState, type SubmitEvent } from 'react';
import type { SignedIn } from './Desk.tsx';
import { Service, Trouble } from './service.ts';

type Field = 'name' | 'id' | 'secret';

export function SignIn({
  notice,
  onEnter,
}: {
  readonly notice: string;
  readonly onEnter: (who: SignedIn) => void;
}) {
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const secret = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    const read = (field: Field): string => {
      const value = form.get(field);
      return typeof value === 'string' ? value.trim() : '';
    };
    setProblem('');
    setBusy(true);
    try {
      const service = new Service({ id: read('id'), secret: read('secret') });
      const app = await service.app();
      onEnter({ service, app, displayName: read('name') || app.name });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
      secret.current?.focus();
    }
  }

  const described = problem === '' ? {} : { 'aria-invalid': true, 'aria-describedby': 'problem' };
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>The business’s desk</h1>
        <p className="quiet">Read what people write to the business, and answer.</p>
        <p role="status" className="notice">
          {notice}
        </p>
        <form onSubmit={(event) => void submit(event)} autoComplete="off">
          <label htmlFor="name">Your name</label>
          <input
            id="name"
            name="name"
            maxLength={60}
            autoComplete="off"
            aria-describedby="name-note"
            autoFocus
          />
          <p className="field-note" id="name-note">
            People see it beside your answers. You may leave it empty.
          </p>
          <label htmlFor="key-id">Key id</label>
          <input
            id="key-id"
            name="id"
            required
            maxLength={200}
            spellCheck={false}
            autoCapitalize="none"
            {...described}
          />
          <label htmlFor="secret">Key secret</label>
          <input
            id="secret"
            name="secret"
            type="password"
            required
            maxLength={1024}
            autoComplete="off"
            ref={secret}
            {...described}
          />
          <p role="alert" id="problem" className="problem">
            {problem}
          </p>
          <button type="submit" className="button button-main" aria-disabled={isBusy}>
            {isBusy ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
        <p className="field-note sign-in-note">
          <code>npm run desk</code> shows the key of the service on this computer. This page keeps it in
          memory only: a reload forgets it.
        </p>
      </div>
    </main>
  );
}

function sentenceOf({ kind, message }: Trouble): string {
  if (kind === 'key') return 'The key id or its secret is not right.';
  if (kind === 'unreachable') return 'The service cannot be reached. Try again in a moment.';
  return message || 'The service does not open this desk.';
}
