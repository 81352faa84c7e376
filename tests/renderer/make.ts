import {
  AccountId,
  ActionId,
  ClientMessageId,
  ConversationId,
  Epoch,
  EpochMs,
  MessageId,
  UserId,
} from '../../contract/ids.ts';
import type { Action, Content, Message } from '../../contract/model.ts';
import type { MachineRules } from '../../contract/machine.ts';
import type { Session } from '../../contract/session.ts';
import type { AccountCard, View } from '../../contract/view.ts';

// Views and messages for tests and for the gallery.

export const epoch = Epoch.parse(1);
export const actionId = (id: string): ActionId => ActionId.parse(id);

export const anonymous: Session = { kind: 'anonymous', epoch, persistence: 'disk' };
export const ana: Extract<Session, { kind: 'identified' }> = {
  kind: 'identified',
  epoch,
  persistence: 'disk',
  userId: UserId.parse('ana@example.com'),
  name: 'Ana García',
  verified: true,
};

/** The rules of a machine that belongs to one person. */
export const personal: MachineRules = {
  mode: 'personal',
  remember: true,
  idle: null,
  onSystemLock: 'nothing',
  onQuit: 'keep',
  requireVerified: false,
  retention: { days: null, megabytes: null },
  allowExport: true,
  notifications: 'full',
  managed: [],
  policyUnreadable: false,
};

/** The rules of a machine that several people use in turn. */
export const shared: MachineRules = {
  ...personal,
  mode: 'shared',
  remember: false,
  idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
  onSystemLock: 'lock',
};

/** The rules of a screen for visitors. */
export const kiosk: MachineRules = {
  ...shared,
  mode: 'kiosk',
  idle: { afterSeconds: 120, graceSeconds: 30, then: 'signOut' },
  onSystemLock: 'signOut',
  onQuit: 'signOut',
  allowExport: false,
};

/** A remembered person; `n` makes the account id. */
export function aCard(n: number, name: string | null, part: Partial<AccountCard> = {}): AccountCard {
  return {
    account: AccountId.parse(n.toString(16).padStart(32, '0')),
    userId: UserId.parse(`${(name ?? 'somebody').split(' ')[0]?.toLowerCase() ?? ''}@example.com`),
    name,
    verified: true,
    passcode: false,
    unread: 0,
    lastUsedAt: EpochMs.parse(Date.now() - n * 26 * 3_600_000),
    current: false,
    ...part,
  };
}

type Extra = Partial<Message> & { readonly name?: string | null };

/** The business says something at `at` (milliseconds since 1970). */
export function says(
  key: string,
  at: number,
  what: string | Content,
  { name = 'Lena', ...extra }: Extra = {},
): Message {
  return {
    key,
    id: MessageId.parse(key),
    clientMessageId: null,
    author: { kind: 'business', name, avatarUrl: null },
    received: EpochMs.parse(at),
    composedAt: null,
    outboxPosition: null,
    content: typeof what === 'string' ? { kind: 'text', text: what } : what,
    actions: [],
    metadata: null,
    status: 'sent',
    refusal: null,
    ...extra,
  };
}

/** This person wrote something, and the service has it. */
export function writes(key: string, at: number, text: string, extra: Extra = {}): Message {
  return { ...says(key, at, text), author: { kind: 'self' }, status: 'seen', ...extra };
}

/** This person wrote something that is still on this device. `n` makes its id and its place in the outbox. */
export function waits(n: number, at: number, text: string, extra: Extra = {}): Message {
  const clientMessageId = ClientMessageId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  return {
    ...writes(clientMessageId, at, text),
    id: null,
    clientMessageId,
    received: null,
    composedAt: EpochMs.parse(at),
    outboxPosition: n,
    status: 'queued',
    ...extra,
  };
}

export function reply(id: string, text: string): Action {
  return { kind: 'reply', id: actionId(id), text, payload: id };
}

export function aView(part: Partial<View> = {}): View {
  return {
    revision: 1,
    session: ana,
    link: { kind: 'live' },
    business: { name: 'Nordwind Logistics', iconUrl: null, brandColor: null },
    passwordSignIn: true,
    browserSignIn: false,
    thread: {
      conversationId: ConversationId.parse('c1'),
      messages: [],
      older: 'beginning',
      newer: false,
      gaps: [],
    },
    unreadCount: 0,
    typing: null,
    waiting: 0,
    draft: '',
    appearance: { theme: 'system' },
    writing: { undoSeconds: 0, enterSends: true, spelling: true },
    held: [],
    uploads: [],
    notifications: { level: 'name', sound: true },
    desktop: { closeToTray: true, startHidden: false, startAtLogin: false, zoom: 100 },
    tray: false,
    summons: null,
    unreadFrom: null,
    notices: [],
    accounts: [],
    machine: personal,
    passcode: false,
    question: null,
    stillThere: null,
    desktopLocks: 0,
    erased: null,
    ...part,
  };
}

export function aThread(messages: readonly Message[], part: Partial<View['thread']> = {}): View['thread'] {
  return {
    conversationId: ConversationId.parse('c1'),
    messages,
    older: 'beginning',
    newer: false,
    gaps: [],
    ...part,
  };
}
