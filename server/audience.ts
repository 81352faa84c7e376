import type { Kick, ServiceEvent } from './fan-out.ts';
import type { Conversation, Device, StoredMessage, Transaction, User } from './store.ts';

export type ActivityType = 'typing:start' | 'typing:stop' | 'conversation:read';

/** What the business side hears of. `user` is null where the business itself did it. */
export type BusinessEvent =
  | {
      readonly kind: 'message';
      readonly conversation: Conversation;
      readonly message: StoredMessage;
      readonly user: User | null;
    }
  | {
      readonly kind: 'activity';
      readonly conversation: Conversation;
      readonly type: ActivityType;
      readonly user: User | null;
      /** ms. */
      readonly at: number;
    }
  | {
      readonly kind: 'postback';
      readonly conversation: Conversation;
      readonly message: StoredMessage;
      readonly user: User;
      readonly actionId: string;
    }
  | { readonly kind: 'created' | 'removed'; readonly conversation: Conversation; readonly user: User | null }
  | { readonly kind: 'joined' | 'left'; readonly conversation: Conversation; readonly user: User }
  | { readonly kind: 'promoted'; readonly user: User }
  | { readonly kind: 'merge'; readonly surviving: User; readonly discarded: User; readonly device: Device };

/**
 * Those who are told of what happens, in the transaction in which it does: neither is there without the other, and nobody
 * hears of it before it is durable.
 */
export interface Audience {
  /** Every device that listens to this user's channel, on whatever node. */
  tellDevices(tx: Transaction, appUserId: string, event: ServiceEvent): void;
  tellBusiness(tx: Transaction, event: BusinessEvent): Promise<void>;
  /** Whoever subscribed with what is revoked here hears nothing from now on. */
  kick(tx: Transaction, which: Kick): void;
}
