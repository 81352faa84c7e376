/** Events in the words of the first version's webhooks, which know one conversation of one user. */
import type { BusinessEvent } from '../audience.ts';
import type { Conversation, StoredMessage, Transaction, User } from '../store.ts';
import type { AppWords, Told } from '../webhook-events.ts';
import { wireMessage, wireUser } from '../wire.ts';

export async function firstVersionEvent(
  tx: Transaction,
  event: BusinessEvent,
  { address, now }: AppWords,
): Promise<Told | null> {
  if (event.kind === 'merge') {
    const { surviving, discarded } = event;
    return { trigger: 'merge:appUser', said: { surviving: short(surviving), discarded: [short(discarded)] } };
  }
  if (event.kind === 'promoted' || !event.conversation.isDefault) return null;
  const user = await userOf(tx, event.conversation);
  const trigger = triggerOf(event);
  if (user === null || trigger === null) return null;
  const common = {
    conversation: { _id: event.conversation.id },
    appUser: wireUser(user, await tx.devices(user.id), true),
  };
  return { trigger, said: { ...common, ...particulars(event, address, now) } };
}

function triggerOf(event: BusinessEvent): string | null {
  switch (event.kind) {
    case 'message':
      return event.user === null ? 'message:appMaker' : 'message:appUser';
    case 'activity':
      if (event.type === 'conversation:read') return event.type;
      return event.user === null ? null : 'typing:appUser';
    case 'postback':
      return 'postback';
    case 'created':
      return 'conversation:start';
    default:
      return null;
  }
}

function particulars(event: BusinessEvent, address: string, now: number): object {
  const source = { type: 'web' };
  switch (event.kind) {
    case 'message':
      return { messages: [wireMessage(event.message, address)] };
    case 'postback':
      return {
        postbacks: [{ message: { _id: event.message.id }, action: actionOf(event.message, event.actionId) }],
      };
    case 'activity':
      return { source, timestamp: event.at / 1000, activity: { type: event.type } };
    default:
      return { source, timestamp: now / 1000 };
  }
}

function actionOf({ content }: StoredMessage, actionId: string): object {
  const actions = [...(content.actions ?? []), ...(content.items ?? []).flatMap((item) => item.actions)];
  return actions.find(({ _id }) => _id === actionId) ?? { _id: actionId };
}

async function userOf(tx: Transaction, { id }: Conversation): Promise<User | null> {
  const [participant] = await tx.participants(id);
  return participant ? tx.user(participant.appUserId) : null;
}

function short(user: User): object {
  return { _id: user.id, ...(user.userId !== null && { userId: user.userId }), conversationStarted: true };
}
