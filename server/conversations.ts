/** Conversations and who takes part in them. Each user has one they began with, the default, and may have others. */
import type { Attachments } from './attachments.ts';
import type { Audience } from './audience.ts';
import { Refusal } from './errors.ts';
import type { ServiceEvent } from './fan-out.ts';
import { newId } from './ids.ts';
import type { Conversation, Membership, Participant, Transaction, User } from './store.ts';

/** `null` takes away what was there; absent leaves it. */
export interface AboutChange {
  readonly displayName?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly iconUrl?: string | null | undefined;
  readonly metadata?: Conversation['about']['metadata'] | null | undefined;
}

/** Users one conversation can hold. */
export const maxParticipants = 100;

export class Conversations {
  readonly #audience: Audience;
  readonly #attachments: Attachments;
  readonly #now: () => number;

  constructor({
    audience,
    attachments,
    now,
  }: {
    audience: Audience;
    attachments: Attachments;
    now: () => number;
  }) {
    this.#audience = audience;
    this.#attachments = attachments;
    this.#now = now;
  }

  /** The user's default conversation, started if there is none yet. */
  async start(tx: Transaction, user: User): Promise<Membership> {
    const existing = await this.#default(tx, user);
    return existing ?? this.#begin(tx, { type: 'personal', isDefault: true, users: [user], about: {} });
  }

  /** @throws {Refusal} `conversation_not_found` before the first message. */
  async require(tx: Transaction, user: User): Promise<Membership> {
    const membership = await this.#default(tx, user);
    if (membership === null) throw new Refusal('conversation_not_found');
    return membership;
  }

  #default(tx: Transaction, user: User): Promise<Membership | null> {
    return tx.defaultMembership(user.id);
  }

  /** @throws {Refusal} `conversation_not_found`, whether it does not exist or is none of this user's. */
  async membership(tx: Transaction, user: User, conversationId: string): Promise<Membership> {
    const participant = await tx.participant(conversationId, user.id);
    const conversation = participant && (await tx.conversation(conversationId));
    if (!conversation) throw new Refusal('conversation_not_found');
    return { conversation, participant };
  }

  /** A new conversation; a user's first personal one is their default, and one that is still empty is taken for it. */
  async create(
    tx: Transaction,
    { type, users, about }: { type: Conversation['type']; users: readonly User[]; about: AboutChange },
  ): Promise<Membership> {
    const [first] = users;
    if (!first || (type === 'personal' && users.length > 1)) throw new Refusal('bad_request');
    const existing = type === 'personal' ? await this.#default(tx, first) : null;
    if (existing?.conversation.lastReceived === 0) {
      return { ...existing, conversation: await this.update(tx, existing.conversation, about) };
    }
    const isDefault = type === 'personal' && existing === null;
    return this.#begin(tx, { type, isDefault, users, about });
  }

  async #begin(
    tx: Transaction,
    {
      users,
      about,
      ...kind
    }: {
      type: Conversation['type'];
      isDefault: boolean;
      users: readonly User[];
      about: AboutChange;
    },
  ): Promise<Membership> {
    const now = this.#now();
    const conversation: Conversation = {
      id: newId(now),
      ...kind,
      about: changedAbout({ metadata: {} }, about),
      createdAt: now,
      lastReceived: 0,
      businessLastRead: null,
      merges: [],
    };
    await tx.putConversation(conversation);
    const seats: Participant[] = [];
    for (const user of users) seats.push(await this.#seat(tx, conversation, user));
    const [participant] = seats;
    if (!participant) throw new Refusal('bad_request');
    await this.#audience.tellBusiness(tx, { kind: 'created', conversation, user: users[0] ?? null });
    for (const { appUserId } of seats) {
      this.#tell(tx, appUserId, { type: 'conversation:added', conversation: { _id: conversation.id } });
    }
    return { conversation, participant };
  }

  async #seat(tx: Transaction, conversation: Conversation, user: User): Promise<Participant> {
    const participant: Participant = {
      ...{ id: newId(this.#now()), conversationId: conversation.id, appUserId: user.id },
      ...{ unreadCount: 0, lastRead: null, joinedAt: this.#now() },
    };
    await tx.putParticipant(participant);
    return participant;
  }

  async update(tx: Transaction, conversation: Conversation, change: AboutChange): Promise<Conversation> {
    const next = { ...conversation, about: changedAbout(conversation.about, change) };
    await tx.putConversation(next);
    return next;
  }

  /** @throws {Refusal} for a default conversation, which lives as long as its user. */
  async remove(tx: Transaction, conversation: Conversation): Promise<void> {
    if (conversation.isDefault) {
      throw new Refusal('bad_request', { says: 'A default conversation cannot be deleted.' });
    }
    await this.#removeWhole(tx, conversation);
  }

  /** Takes a user out of everything: what was theirs alone goes, elsewhere they leave with what they said. */
  async removeTracesOf(tx: Transaction, user: User): Promise<void> {
    const all = await tx.conversations({ appUserId: user.id, offset: 0, limit: Number.MAX_SAFE_INTEGER });
    for (const conversation of all) {
      if (conversation.type === 'personal') {
        await this.#removeWhole(tx, conversation);
        continue;
      }
      const uploads = await tx.deleteMessages(conversation.id, { appUserId: user.id });
      await this.#attachments.remove(tx, uploads);
      await this.leave(tx, conversation, user);
    }
  }

  async #removeWhole(tx: Transaction, conversation: Conversation): Promise<void> {
    const participants = await tx.participants(conversation.id);
    await this.#audience.tellBusiness(tx, { kind: 'removed', conversation, user: null });
    await this.#attachments.remove(tx, await tx.deleteConversation(conversation.id));
    for (const { appUserId } of participants) {
      this.#tell(tx, appUserId, { type: 'conversation:removed', conversation: { _id: conversation.id } });
    }
  }

  /** @throws {Refusal} for a personal conversation, for someone who is there, and for one too many. */
  async join(tx: Transaction, conversation: Conversation, user: User): Promise<Participant> {
    const present = await tx.participants(conversation.id);
    if (conversation.type === 'personal') {
      throw new Refusal('bad_request', { says: 'A personal conversation has one participant.' });
    }
    if (present.some(({ appUserId }) => appUserId === user.id)) throw new Refusal('conflict');
    if (present.length >= maxParticipants)
      throw new Refusal('conflict', { says: 'The conversation is full.' });
    const participant = await this.#seat(tx, conversation, user);
    await this.#audience.tellBusiness(tx, { kind: 'joined', conversation, user });
    this.#tellOfParticipant(tx, 'added', conversation, user, present);
    return participant;
  }

  async leave(tx: Transaction, conversation: Conversation, user: User): Promise<void> {
    if (conversation.type === 'personal') {
      throw new Refusal('bad_request', { says: 'Nobody can leave a personal conversation.' });
    }
    const present = await tx.participants(conversation.id);
    const participant = present.find(({ appUserId }) => appUserId === user.id);
    if (!participant) throw new Refusal('participant_not_found');
    await tx.deleteParticipant(participant.id);
    await this.#audience.tellBusiness(tx, { kind: 'left', conversation, user });
    const others = present.filter((other) => other !== participant);
    this.#tellOfParticipant(tx, 'removed', conversation, user, others);
  }

  /** The user hears of the conversation, the others of the user. */
  #tellOfParticipant(
    tx: Transaction,
    what: 'added' | 'removed',
    { id }: Conversation,
    user: User,
    others: readonly Participant[],
  ): void {
    const conversation = { _id: id };
    this.#tell(tx, user.id, { type: `conversation:${what}`, conversation });
    for (const { appUserId } of others) {
      const participant = { appUserId: user.id };
      this.#tell(tx, appUserId, { type: `participant:${what}`, conversation, participant });
    }
  }

  #tell(tx: Transaction, appUserId: string, event: ServiceEvent): void {
    this.#audience.tellDevices(tx, appUserId, event);
  }
}

function changedAbout(about: Conversation['about'], change: AboutChange): Conversation['about'] {
  const { metadata, ...words } = change;
  const next: Record<string, unknown> = { ...about };
  for (const [name, value] of Object.entries(words)) {
    if (value === null) delete next[name];
    else if (value !== undefined) next[name] = value;
  }
  const kept = metadata === null ? {} : { ...about.metadata, ...metadata };
  return { ...next, metadata: kept };
}
