import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { DeskApp } from '../contract/desk-api.ts';
import type { Board, BoardState } from './board.ts';
import { CardsEditor } from './CardsEditor.tsx';
import { ChoicesEditor } from './ChoicesEditor.tsx';
import { limits, missing, newCard, type Draft } from './draft.ts';
import { FilePick } from './FilePick.tsx';
import { Icon, type IconName } from './Icon.tsx';
import { sizeOf } from './names.ts';
import { useTyping } from './use-typing.ts';

export function Composer({
  app,
  board,
  state,
  conversationId,
  name,
}: {
  readonly app: DeskApp;
  readonly board: Board;
  readonly state: BoardState;
  readonly conversationId: string;
  readonly name: string;
}) {
  const draft = board.draftOf(conversationId);
  const isSending = state.sending.has(conversationId);
  const [objection, setObjection] = useState<string | null>(null);
  const words = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(board, conversationId);
  const problem = objection ?? state.problems.get(conversationId) ?? '';
  const problemId = useId();

  useEffect(() => words.current?.focus(), []);

  const change = (part: Partial<Draft>): void => {
    setObjection(null);
    board.draft(conversationId, { ...draft, ...part });
  };
  async function send(): Promise<void> {
    if (isSending) return;
    const why = missing(draft);
    setObjection(why);
    if (why === null) {
      typing.stop();
      await board.send(conversationId);
    }
    words.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="extras">
        {draft.choices.length > 0 && (
          <ChoicesEditor choices={draft.choices} onChange={(choices) => change({ choices })} />
        )}
        {draft.cards.length > 0 && (
          <CardsEditor cards={draft.cards} onChange={(cards) => change({ cards })} />
        )}
        {draft.file !== null && (
          <FileRow
            file={draft.file}
            altText={draft.altText}
            onDescribe={(altText) => change({ altText })}
            onRemove={() => change({ file: null, altText: '' })}
          />
        )}
      </div>
      <p role="alert" className="problem" id={problemId}>
        {problem}
      </p>
      <div className="composer-row">
        <Tool
          icon="choices"
          label="Offer choices"
          isOn={draft.choices.length > 0}
          onClick={() => change({ choices: draft.choices.length > 0 ? [] : [''] })}
        />
        <Tool
          icon="cards"
          label="Send cards"
          isOn={draft.cards.length > 0}
          onClick={() => change({ cards: draft.cards.length > 0 ? [] : [newCard()] })}
        />
        <FilePick label="Attach a picture or a file" onPick={(file) => change({ file, altText: '' })} />
        <textarea
          ref={words}
          rows={1}
          aria-label={`Answer ${name} as ${app.name}`}
          placeholder="Write an answer"
          aria-describedby={problemId}
          maxLength={limits.text}
          value={draft.text}
          onKeyDown={onKeyDown}
          onBlur={typing.stop}
          onChange={({ target: { value } }) => {
            change({ text: value });
            if (value.trim() === '') typing.stop();
            else typing.note();
          }}
        />
        <button
          type="submit"
          className="icon-button icon-button-main"
          aria-label="Send"
          aria-disabled={isSending}
        >
          <Icon name="send" />
        </button>
      </div>
      <p className="visually-hidden" role="status">
        {isSending ? 'Sending' : ''}
      </p>
    </form>
  );
}

function Tool({
  icon,
  label,
  isOn,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function FileRow({
  file,
  altText,
  onDescribe,
  onRemove,
}: {
  readonly file: File;
  readonly altText: string;
  readonly onDescribe: (altText: string) => void;
  readonly onRemove: () => void;
}) {
  const isImage = file.type.startsWith('image/');
  return (
    <div className="extra">
      <div className="extra-head">
        <Icon name={isImage ? 'image' : 'file'} />
        <span className="file-name">
          {file.name} <span className="quiet">{sizeOf(file.size)}</span>
        </span>
        <button type="button" className="icon-button" aria-label={`Remove ${file.name}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      </div>
      {isImage && (
        <input
          className="input"
          aria-label="Description of the picture"
          placeholder="Describe it for those who cannot see it"
          maxLength={limits.label}
          value={altText}
          onChange={({ target }) => onDescribe(target.value)}
        />
      )}
    </div>
  );
}
