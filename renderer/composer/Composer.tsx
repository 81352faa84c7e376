import { useEffect, useEffectEvent, useId, useLayoutEffect } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { maxTextLength } from '../../contract/text.ts';
import { Attach } from '../attachments/Attach.tsx';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/Button.tsx';
import { describeList, EmojiList } from './emoji/EmojiList.tsx';
import { EmojiPicker } from './emoji/EmojiPicker.tsx';
import { useEmoji } from './emoji/use-emoji.ts';
import { countStep, judge, sends } from './rules.ts';
import { OutboxBars } from './OutboxBars.tsx';
import { QuickReplies } from './QuickReplies.tsx';
import { useComposer } from './use-composer.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';

type Props = {
  /** A message is being edited: what is written here waits, unseen. */
  readonly isAside: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** PgUp and PgDn in an empty box scroll the thread. */
  readonly onPage: (direction: -1 | 1) => void;
  /** End in an empty box, and a message that was accepted. */
  readonly onLatest: () => void;
};

export function Composer({ isAside, field, onPage, onLatest }: Props) {
  const business = useBusinessName();
  const { text, problem, change, send, leave } = useComposer(onLatest);
  const enterSends = useView((view) => view.writing.enterSends);
  const spelling = useView((view) => view.writing.spelling);
  const problemId = useId();
  const listId = useId();
  const emoji = useEmoji(field);
  useGrowth(field, text, isAside);
  useFirstFocus(field);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (emoji.takesKey(event)) return;
    if (sends({ ...pressed(event), isComposing: event.nativeEvent.isComposing }, enterSends)) {
      event.preventDefault();
      void send();
    } else if (text === '' && (event.key === 'PageUp' || event.key === 'PageDown')) {
      event.preventDefault();
      onPage(event.key === 'PageUp' ? -1 : 1);
    } else if (text === '' && event.key === 'End') onLatest();
  };
  return (
    <form
      className="composer"
      aria-label={strings.composer.form}
      hidden={isAside}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
        field.current?.focus();
      }}
    >
      <div className="column">
        <OutboxBars
          onUndone={(taken) => {
            change(text === '' ? taken : `${taken}\n${text}`);
            field.current?.focus();
          }}
        />
        <QuickReplies onReplied={() => field.current?.focus()} />
        <div className="emoji-anchor">
          <EmojiList id={listId} hand={emoji} />
          {emoji.isPicking && <EmojiPicker hand={emoji} />}
        </div>
        <div className="composer-box">
          <textarea
            ref={field}
            rows={1}
            dir="auto"
            spellCheck={spelling}
            value={text}
            aria-label={strings.composer.field}
            {...describeList(listId, emoji)}
            {...emoji.watching}
            aria-describedby={problem === null ? undefined : problemId}
            aria-invalid={problem !== null || undefined}
            placeholder={strings.composer.placeholder(business)}
            onChange={(event) => change(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={leave}
          />
          <Attach isAside={isAside} field={field} onSent={onLatest} />
          <IconButton
            icon="smile"
            label={strings.emoji.open}
            aria-haspopup="dialog"
            aria-expanded={emoji.isPicking}
            aria-keyshortcuts="Control+Shift+E"
            data-shortcut="emoji"
            onClick={emoji.open}
          />
          <IconButton
            icon="send"
            label={strings.composer.send}
            look="main"
            submits
            aria-disabled={text.trim() === ''}
          />
        </div>
        <Footnote text={text} problem={problem} problemId={problemId} />
      </div>
    </form>
  );
}

export function Footnote({
  text,
  problem,
  problemId,
}: {
  readonly text: string;
  readonly problem: string | null;
  readonly problemId: string;
}) {
  const { announcer } = useSurroundings();
  const judgement = judge(text);
  const counter = judgement.kind === 'empty' ? null : judgement.counter;
  const step = countStep(judgement);
  const over = judgement.kind === 'tooLong' ? strings.length.over(judgement.counter - maxTextLength) : null;
  const tell = useEffectEvent(() => {
    if (counter !== null) announcer.say(over ?? strings.length.left(maxTextLength - counter));
  });
  useEffect(() => tell(), [step]);
  return (
    <div
      className={counter === null && problem === null ? 'composer-foot composer-foot-empty' : 'composer-foot'}
    >
      <p id={problemId} className="problem" role="alert">
        {problem}
      </p>
      {problem === null && over !== null && <p className="counter-hint">{over}</p>}
      {counter !== null && (
        <span className={judgement.kind === 'tooLong' ? 'counter counter-over' : 'counter'}>
          {strings.composer.counter(counter, maxTextLength)}
        </span>
      )}
    </div>
  );
}

/** As tall as its text; the style sheet stops it at 40 % of the window. */
export function useGrowth(field: RefObject<HTMLTextAreaElement | null>, text: string, isAside = false): void {
  useLayoutEffect(() => {
    const box = field.current;
    if (box === null || isAside) return;
    box.style.setProperty('height', 'auto');
    box.style.setProperty('height', `${box.scrollHeight}px`);
  }, [field, isAside, text]);
}

/** The composer takes the focus when a session opens, unless somebody is somewhere else already. */
function useFirstFocus(field: RefObject<HTMLTextAreaElement | null>): void {
  useLayoutEffect(() => {
    if (document.activeElement === document.body) field.current?.focus();
  }, [field]);
}

export function pressed(event: KeyboardEvent) {
  const { key, shiftKey, altKey, ctrlKey, metaKey, keyCode } = event;
  return { key, shiftKey, altKey, ctrlKey, metaKey, keyCode };
}
