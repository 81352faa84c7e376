import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { maxTextLength } from '../../contract/text.ts';
import type { Message } from '../../contract/model.ts';
import { sentenceFor } from '../status/sentences.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { Footnote, pressed, useGrowth } from './Composer.tsx';
import { judge, sends } from './rules.ts';

type Props = { readonly message: Message; readonly onDone: () => void };

/** Another text for a message that was not sent. The draft stays aside, as it is, until this is saved or given up. */
export function EditBox({ message, onDone }: Props) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const enterSends = useView((view) => view.writing.enterSends);
  const spelling = useView((view) => view.writing.spelling);
  const [text, setText] = useState(message.content.text);
  const { busy, problem, ask, object } = useAsking();
  const field = useRef<HTMLTextAreaElement>(null);
  const problemId = useId();
  useGrowth(field, text);
  useLayoutEffect(() => field.current?.focus(), []);
  const save = async () => {
    const { kind } = judge(text);
    if (kind === 'empty') return;
    if (kind === 'tooLong') return object(sentenceFor({ kind: 'tooLong', limit: maxTextLength }));
    const { key } = message;
    const answer = await ask(() => answered('editMessage', smooch.editMessage({ epoch, key, text })));
    if (answer?.ok) onDone();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing } = event.nativeEvent;
    if (event.key === 'Escape' && !isComposing) onDone();
    else if (sends({ ...pressed(event), isComposing }, enterSends)) void save();
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="composer"
      aria-label={strings.outbox.editing}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="column">
        <div className="outbox-bar">
          <Icon name="edit" />
          <span>{strings.outbox.editingHint}</span>
        </div>
        <div className="composer-box">
          <textarea
            ref={field}
            rows={1}
            dir="auto"
            spellCheck={spelling}
            value={text}
            aria-label={strings.outbox.editing}
            aria-describedby={problem === null ? undefined : problemId}
            aria-invalid={problem !== null || undefined}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <Footnote text={text} problem={problem} problemId={problemId} />
        <div className="edit-buttons">
          <Button onClick={onDone}>{strings.common.cancel}</Button>
          <Button look="main" submits busy={busy} aria-disabled={text.trim() === '' || busy || undefined}>
            {strings.outbox.save}
          </Button>
        </div>
      </div>
    </form>
  );
}
