import type { WireEvent } from '../contract/sdk-api.ts';
import type { Device, StoredMessage, User } from './store.ts';

/** What the business side hears of. */
export type BusinessEvent =
  | { readonly kind: 'message'; readonly user: User; readonly message: StoredMessage }
  | {
      readonly kind: 'activity';
      readonly user: User;
      readonly conversationId: string;
      readonly type: 'typing:start' | 'typing:stop' | 'conversation:read';
    }
  | {
      readonly kind: 'postback';
      readonly user: User;
      readonly message: StoredMessage;
      readonly actionId: string;
    }
  | { readonly kind: 'merge'; readonly surviving: User; readonly discarded: User; readonly device: Device };

/** Whose subscriptions end. */
export type Kick =
  { readonly kind: 'token'; readonly hash: string } | { readonly kind: 'key'; readonly keyId: string };

/** Those who are told of what happened. Speak to them only from `Transaction.afterCommit`. */
export interface Audience {
  /** Every device that listens to this user's channel. */
  tellDevices(appUserId: string, event: WireEvent): void;
  tellBusiness(event: BusinessEvent): void;
  /** Whoever subscribed with what has been revoked hears nothing from now on. */
  kick(which: Kick): void;
}
