import { useId } from 'react';
import type { Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { Menu } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { isUnsent } from './rows.ts';
import { useOutboxRequests } from './use-outbox-requests.ts';

/** Where in the window a menu was asked for, from where its lines begin and from its top, and for which message. */
export type MenuPlace = { readonly key: string; readonly x: number; readonly y: number };

type Props = {
  readonly place: MenuPlace;
  readonly onEdit: (message: Message) => void;
  /** Closed from the keyboard or by a choice. */
  readonly onClose: () => void;
  /** Closed by going elsewhere. */
  readonly onLeave: () => void;
};

/** What can be done with one message. It stands beside the list, which takes its rows away as it likes. */
export function MessageMenu({ place, onEdit, onClose, onLeave }: Props) {
  const message = useView((view) => view.thread.messages.find(({ key }) => key === place.key));
  const id = useId();
  const entries = useEntries(message, onEdit);
  if (message === undefined || entries.length === 0) return null;
  return (
    <div
      className="message-menu"
      style={{
        insetInlineStart: `clamp(0.5rem, ${place.x}px, calc(100vw - 17rem))`,
        top: `clamp(0.5rem, ${place.y}px, calc(100vh - ${entries.length * 2.5 + 2}rem))`,
      }}
    >
      <Menu id={id} label={strings.outbox.menu} entries={entries} onClose={onClose} onLeave={onLeave} />
    </div>
  );
}

function useEntries(message: Message | undefined, onEdit: (message: Message) => void): readonly MenuEntry[] {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const failed = useView((view) => view.thread.messages.filter(({ status }) => status === 'failed').length);
  const { retry, retryAll, discard } = useOutboxRequests();
  if (message === undefined) return [];
  const say = strings.outbox;
  const { key, status, content } = message;
  const copy = async () => {
    const answer = await answered('copyText', smooch.copyText({ epoch, text: content.text }));
    if (!answer.ok) complaints.complain(answer.failure);
  };
  const item = (label: string, icon: Item['icon'], choose: () => void, danger = false): Item => ({
    kind: 'item',
    label,
    icon,
    danger,
    choose,
  });
  return [
    ...(status === 'failed' ? [item(say.retry, 'reconnect', () => retry(key))] : []),
    ...(status === 'failed' && failed > 1 ? [item(say.retryAll, 'reconnect', retryAll)] : []),
    ...(content.text.trim() === '' ? [] : [item(say.copy, 'copy', () => void copy())]),
    ...(isUnsent(message) && content.kind === 'text' ? [item(say.edit, 'edit', () => onEdit(message))] : []),
    ...(isUnsent(message) ? [item(say.discard, 'erase', () => discard(key), true)] : []),
  ];
}

type Item = Extract<MenuEntry, { kind: 'item' }>;
