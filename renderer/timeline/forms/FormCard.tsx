import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import type { FormField } from '../../../contract/forms.ts';
import type { Content, Message } from '../../../contract/model.ts';
import { strings } from '../../strings/strings.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { shownText } from '../../ui/names.ts';
import { answered as answeredBy } from '../../view/smooch.ts';
import { useSurroundings, useView } from '../../view/surroundings.tsx';
import { useFormDraft } from './form-drafts.ts';
import { answerTo, problemOf } from './form-rules.ts';
import { Question } from './Question.tsx';

type Form = Extract<Content, { kind: 'form' }>;
type Props = { readonly message: Message; readonly content: Form; readonly reachable: boolean };

/** The questions of the business, until they are answered: here, on another device, or a moment ago. */
export function FormCard({ message, content, reachable }: Props) {
  const answer = useView((view) =>
    view.thread.messages.find(
      ({ content: { kind }, quote }) =>
        kind === 'formResponse' && quote !== undefined && quote.id === message.id,
    ),
  );
  const [elsewhere, setElsewhere] = useState(false);
  if (answer !== undefined || content.answered || elsewhere)
    return <AnsweredForm fields={content.fields} status={answer?.status ?? 'sent'} />;
  return (
    <OpenForm
      message={message}
      content={content}
      reachable={reachable}
      onAnswered={() => setElsewhere(true)}
    />
  );
}

function OpenForm({ message, content, reachable, onAnswered }: Props & { readonly onAnswered: () => void }) {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [draft, change] = useFormDraft(message.key);
  const [judged, setJudged] = useState(false);
  const [sending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { fields } = content;
  const valueOf = ({ name }: FormField) => (Object.hasOwn(draft, name) ? (draft[name] ?? '') : '');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending || message.id === null) return;
    setJudged(true);
    const wrong = fields.findIndex((field) => problemOf(field, valueOf(field)) !== null);
    if (wrong >= 0) return form.current?.querySelectorAll<HTMLElement>('input, select')[wrong]?.focus();
    setSending(true);
    const answers = fields.map((field) => answerTo(field, valueOf(field)));
    const told = await answeredBy('sendForm', smooch.sendForm({ epoch, form: message.id, answers }));
    setSending(false);
    if (told.ok) return;
    if (told.failure.kind === 'alreadySent') onAnswered();
    else complaints.complain(told.failure);
  };
  return (
    <form
      ref={form}
      className="card form-card"
      aria-label={strings.forms.label}
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      {fields.map((field) => (
        <Question
          key={field.name}
          field={field}
          value={valueOf(field)}
          problem={judged ? problemOf(field, valueOf(field)) : null}
          reachable={reachable}
          onValue={(value) => change({ ...draft, [field.name]: value })}
        />
      ))}
      <Button submits look="main" busy={sending} tabIndex={reachable ? 0 : -1}>
        {sending ? strings.forms.sending : strings.forms.send}
      </Button>
    </form>
  );
}

/** What was asked; what was answered stands in the answer. */
function AnsweredForm({
  fields,
  status,
}: {
  readonly fields: readonly FormField[];
  readonly status: Message['status'];
}) {
  const say = strings.forms;
  const isFailed = status === 'failed';
  const words = isFailed ? say.notSent : status === 'queued' ? say.onItsWay : say.answered;
  return (
    <div className="card form-card form-answered" role="group" aria-label={say.label}>
      <ul className="form-questions">
        {fields.map(({ name, label }) => (
          <li key={name} dir="auto">
            {shownText(label)}
          </li>
        ))}
      </ul>
      <p className="form-state">
        <Icon name={isFailed ? 'alert' : status === 'queued' ? 'clock' : 'check'} />
        {words}
      </p>
    </div>
  );
}
