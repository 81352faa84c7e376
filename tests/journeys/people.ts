import { z } from 'zod';
import { UserId } from '../../contract/ids.ts';
import { canaryText } from '../canary/encodings.ts';
import { jwtFor } from '../e2e/harness/jwt.ts';
import type { RunningService } from '../server/running-service.ts';

/** Somebody who uses this machine. Everything they write or are told holds their mark. */
export class Person {
  readonly mark: string;
  readonly userId: UserId;
  readonly jwt: string;
  /** In the order of sending. */
  readonly sent: { readonly text: string; readonly accepted: boolean }[] = [];
  readonly told: string[] = [];
  /** Server's id of the conversation, once there is one. */
  conversation = '';

  private constructor(jwt: string, mark: string) {
    this.jwt = jwt;
    this.mark = mark;
    this.userId = UserId.parse(`${mark}@example.com`);
  }

  static async of(service: RunningService): Promise<Person> {
    const mark = canaryText();
    return new Person(await jwtFor(service, `${mark}@example.com`), mark);
  }
}

const Conversations = z.object({ conversations: z.array(z.object({ id: z.string() })).length(1) });
const Clients = z.object({ clients: z.array(z.object({ id: z.string() })) });
const Messages = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      author: z.object({ type: z.string() }),
      content: z.object({ text: z.string() }),
    }),
  ),
  meta: z.object({ hasMore: z.boolean() }),
});

/** The business's own way in: REST v2 with its key. */
export class Desk {
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  async ask(path: string, body?: object): Promise<unknown> {
    const { baseUrl, appId, appKey } = this.#service.ready;
    const answer = await fetch(`${baseUrl}/v2/apps/${appId}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${appKey.id}:${appKey.secret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  async conversationOf({ userId }: Person): Promise<string> {
    const found = await this.ask(`/conversations?filter[userExternalId]=${encodeURIComponent(userId)}`);
    return Conversations.parse(found).conversations[0]?.id ?? '';
  }

  async say(to: Person, text: string): Promise<void> {
    const content = { type: 'text', text };
    await this.ask(`/conversations/${to.conversation}/messages`, { author: { type: 'business' }, content });
    to.told.push(text);
  }

  /** Everything that was ever said there, oldest first. */
  async read({ conversation }: Person): Promise<z.infer<typeof Messages>['messages']> {
    let all: z.infer<typeof Messages>['messages'] = [];
    for (let more = true; more;) {
      const before = all[0] === undefined ? '' : `?page[before]=${all[0].id}`;
      const page = Messages.parse(await this.ask(`/conversations/${conversation}/messages${before}`));
      all = [...page.messages, ...all];
      more = page.meta.hasMore;
    }
    return all;
  }

  async clientsOf({ userId }: Person): Promise<string[]> {
    const { clients } = Clients.parse(await this.ask(`/users/${encodeURIComponent(userId)}/clients`));
    return clients.map(({ id }) => id);
  }
}
