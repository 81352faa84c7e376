/** Events in the words of REST v2's webhooks. */
import type { BusinessEvent } from '../audience.ts';
import type { Conversation, StoredMessage, User, Webhook } from '../store.ts';
import type { AppWords, Told } from '../webhook-events.ts';
import { v2Message, v2User } from './shapes.ts';

type Detail = Pick<Webhook, 'includeFullUser' | 'includeFullSource'>;

/** What is told is bound to this union: a new kind of event does not compile until it has words here. */
export function secondVersionEvent(event: BusinessEvent, detail: Detail, { address }: AppWords): Told | null {
  switch (event.kind) {
    case 'message':
      return told('conversation:message', event.conversation, {
        message: authored(v2Message(event.message, event.user, address), event.user, detail),
      });
    case 'activity':
      return activity(event, detail);
    case 'postback':
      return told('conversation:postback', event.conversation, {
        postback: postbackOf(event.message, event.actionId),
        user: person(event.user, detail),
        source: { type: 'sdk' },
      });
    case 'created':
      return told('conversation:create', event.conversation, {
        creationReason: 'startConversation',
        ...(event.user && { user: person(event.user, detail) }),
        source: { type: 'sdk' },
      });
    case 'removed':
      return told('conversation:remove', event.conversation, { source: { type: 'api' } });
    case 'joined':
    case 'left':
      return told(`conversation:${event.kind === 'joined' ? 'join' : 'leave'}`, event.conversation, {
        user: person(event.user, detail),
        source: { type: 'api' },
      });
    case 'promoted':
      return {
        trigger: 'user:update',
        said: { user: v2User(event.user), reason: 'authentication', source: { type: 'sdk' } },
      };
    case 'merge':
      return {
        trigger: 'user:merge',
        said: {
          mergedUsers: {
            surviving: person(event.surviving, detail),
            discarded: person(event.discarded, detail),
          },
          reason: 'sdkLogin',
        },
      };
  }
}

function activity(
  { conversation, type, user, at }: BusinessEvent & { kind: 'activity' },
  detail: Detail,
): Told {
  const author =
    user === null ? { type: 'business' } : { type: 'user', userId: user.id, user: person(user, detail) };
  const when = new Date(at).toISOString();
  return told(type === 'conversation:read' ? type : 'conversation:typing', conversation, {
    activity: { type, author, source: { type: user === null ? 'api' : 'sdk' }, timestamp: when },
  });
}

function told(trigger: string, { id, type }: Conversation, said: object): Told {
  return { trigger, said: { conversation: { id, type }, ...said } };
}

/** The short form of a user; the full one where the webhook asks for it. */
function person(user: User, { includeFullUser }: Detail): object {
  if (includeFullUser) return v2User(user);
  return {
    id: user.id,
    ...(user.userId !== null && { externalId: user.userId }),
    authenticated: user.credentialRequired,
  };
}

function authored(message: object, user: User | null, detail: Detail): object {
  if (user === null || !('author' in message) || typeof message.author !== 'object') return message;
  return { ...message, author: { ...message.author, user: person(user, detail) } };
}

function postbackOf({ content }: StoredMessage, actionId: string): object {
  const actions = [...(content.actions ?? []), ...(content.items ?? []).flatMap((item) => item.actions)];
  const action = actions.find(({ _id }) => _id === actionId);
  return {
    payload: action?.payload ?? '',
    ...(action?.metadata !== undefined && { metadata: action.metadata }),
  };
}
