import { createRequire } from 'node:module';
import { z } from 'zod';
import type { RunningService } from '../../server/running-service.ts';

type Call = (...args: unknown[]) => Promise<unknown>;

/** The part of the official client package that these stories use; it brings no types. */
interface Sunshine {
  ApiClient: new () => {
    basePath: string;
    authentications: { basicAuth: { username?: string; password?: string } };
  };
  UsersApi: new (client: unknown) => Record<'getUser', Call>;
  ConversationsApi: new (client: unknown) => Record<'listConversations', Call>;
  MessagesApi: new (client: unknown) => Record<'postMessage' | 'listMessages', Call>;
  ActivitiesApi: new (client: unknown) => Record<'postActivity', Call>;
}

const Conversations = z.object({ conversations: z.array(z.object({ id: z.string() })).min(1) });
const Users = z.object({ user: z.object({ id: z.string() }) });
const Messages = z.object({
  messages: z.array(
    z.object({ content: z.object({ text: z.string().optional() }), author: z.object({ type: z.string() }) }),
  ),
});

/** The business at its own desk: the official, unmodified `sunshine-conversations-client`. */
export class Business {
  readonly #appId: string;
  readonly #users: InstanceType<Sunshine['UsersApi']>;
  readonly #conversations: InstanceType<Sunshine['ConversationsApi']>;
  readonly #messages: InstanceType<Sunshine['MessagesApi']>;
  readonly #activities: InstanceType<Sunshine['ActivitiesApi']>;

  constructor({ ready }: RunningService) {
    const sunshine: Sunshine = createRequire(import.meta.url)('sunshine-conversations-client');
    const client = new sunshine.ApiClient();
    client.basePath = ready.baseUrl;
    client.authentications.basicAuth.username = ready.appKey.id;
    client.authentications.basicAuth.password = ready.appKey.secret;
    this.#appId = ready.appId;
    this.#users = new sunshine.UsersApi(client);
    this.#conversations = new sunshine.ConversationsApi(client);
    this.#messages = new sunshine.MessagesApi(client);
    this.#activities = new sunshine.ActivitiesApi(client);
  }

  /** The server's id of a user. @throws if there is none. */
  async userId(userId: string): Promise<string> {
    return Users.parse(await this.#users.getUser(this.#appId, userId)).user.id;
  }

  async conversationOf(userId: string): Promise<string> {
    const filter = { userExternalId: userId };
    const found = await this.#conversations.listConversations(this.#appId, filter, {});
    const [first] = Conversations.parse(found).conversations;
    if (first === undefined) throw new Error(`${userId} has no conversation`);
    return first.id;
  }

  async say(conversationId: string, text: string, more: object = {}): Promise<void> {
    await this.#messages.postMessage(this.#appId, conversationId, {
      author: {
        type: 'business',
        displayName: 'Mira Fernandez',
        avatarUrl: 'https://images.example.com/mira.png',
      },
      content: { type: 'text', text, ...more },
    });
  }

  async typing(conversationId: string, started: boolean): Promise<void> {
    await this.#activities.postActivity(this.#appId, conversationId, {
      author: { type: 'business', displayName: 'Mira Fernandez' },
      type: started ? 'typing:start' : 'typing:stop',
    });
  }

  /** The business has seen everything up to now. */
  async see(conversationId: string): Promise<void> {
    await this.#activities.postActivity(this.#appId, conversationId, {
      author: { type: 'business' },
      type: 'conversation:read',
    });
  }

  /** What the business reads, oldest first. */
  async texts(conversationId: string): Promise<string[]> {
    const page = await this.#messages.listMessages(this.#appId, conversationId, {});
    return Messages.parse(page).messages.map(({ content }) => content.text ?? '');
  }
}
