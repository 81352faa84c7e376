import type { WireEvent } from '../contract/sdk-api.ts';
import type { Conversation, Device, StoredMessage, Transaction, User } from './store.ts';

/** What devices hear beyond the first version of the API, which ignores it. */
export type ServiceEvent =
  | WireEvent
  | {
      readonly type:
        'conversation:added' | 'conversation:removed' | 'participant:added' | 'participant:removed';
      readonly conversation: { readonly _id: string };
      readonly participant?: { readonly appUserId: string };
    };

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

/** Whose subscriptions end. */
export type Kick =
  | { readonly kind: 'token'; readonly hash: string }
  | { readonly kind: 'key'; readonly keyId: string }
  | { readonly kind: 'user'; readonly appUserId: string };

/** Those who are told of what happened. */
export interface Audience {
  /** Every device that listens to this user's channel. Call it only from `Transaction.afterCommit`. */
  tellDevices(appUserId: string, event: ServiceEvent): void;
  /** Notes it for the business in the transaction in which it happens, so that neither is there without the other. */
  tellBusiness(tx: Transaction, event: BusinessEvent): Promise<void>;
  /** Whoever subscribed with what has been revoked hears nothing from now on. Only from `Transaction.afterCommit`. */
  kick(which: Kick): void;
}
