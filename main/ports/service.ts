import type { Result } from '../../contract/failure.ts';
import type {
  ActionId,
  AppUserId,
  ClientId,
  ClientMessageId,
  ConversationId,
  EpochMs,
  MessageId,
  UserId,
} from '../../contract/ids.ts';
import type { FormAnswer } from '../../contract/forms.ts';
import type { Business, Message, Metadata, Profile } from '../../contract/model.ts';
import type { Typing } from '../../contract/view.ts';
import type { Signal } from './signal.ts';

/** The proof a request carries. */
export type Credential =
  | { readonly kind: 'jwt'; readonly jwt: string }
  | { readonly kind: 'session'; readonly sessionToken: string };

/** In whose name, and from which device, a request is made. */
export interface Speaker {
  readonly clientId: ClientId;
  readonly userId: UserId | null;
  readonly credential: Credential | null;
}

/** A speaker the service already knows as an app user. */
export interface KnownSpeaker extends Speaker {
  readonly appUserId: AppUserId;
  readonly credential: Credential;
}

/** The app's configuration as far as this device uses it. */
export interface ServiceConfig {
  readonly business: Business;
  /** The business's own sign-in endpoint, if it has one and it lives on the configuration's origin. */
  readonly signInUrl: string | null;
  /** Its sign-in page for a browser, which comes back with a link to the app; only beside a `signInUrl`. */
  readonly signInPageUrl: string | null;
  /** True if the service drops a repeated client message id by itself. */
  readonly idempotentSend: boolean;
  /** The largest file the service takes; null where it does not say. */
  readonly maxFileBytes: number | null;
}

/** An app user as the service describes it, with the newest page of the conversation. */
export interface UserBundle {
  readonly appUserId: AppUserId;
  readonly userId: UserId | null;
  /** Display name from the profile. */
  readonly name: string | null;
  /** As far as the service says. */
  readonly profile?: Profile;
  readonly conversationId: ConversationId | null;
  readonly unreadCount: number;
  /** In thread order. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly sessionToken: string | null;
}

export interface ServicePage {
  /** `null` if this user has none yet: nothing was ever said. */
  readonly conversationId: ConversationId | null;
  readonly unreadCount: number;
  /** In thread order. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  /** Messages of the answer that could not be read or did not belong on it: what is not on the page may still be there. */
  readonly leftOut: number;
  /** When the page was made, by the service's clock, in whole seconds; null if the service does not say. */
  readonly madeAt: EpochMs | null;
  /** The business has seen everything up to here; null if the service does not say. */
  readonly seenUpTo: EpochMs | null;
  /** When other histories were merged in, ascending, and how far back each reaches; null if the service does not say. */
  readonly merges: readonly Merge[] | null;
}

export interface Merge {
  readonly at: EpochMs;
  readonly from: EpochMs;
}

export interface OutgoingMessage {
  readonly clientMessageId: ClientMessageId;
  readonly text: string;
  readonly payload: string | null;
  readonly metadata: Metadata | null;
  /** It is the answer to this form; `text` says the same in lines. */
  readonly formResponse?: { readonly form: MessageId; readonly answers: readonly FormAnswer[] };
}

/** A file, as a message of its own. */
export interface OutgoingUpload {
  readonly clientMessageId: ClientMessageId;
  readonly as: 'image' | 'file';
  readonly name: string;
  readonly mediaType: string;
  readonly altText: string | null;
  readonly bytes: Uint8Array;
  /** So many bytes have left. */
  onSent(bytes: number): void;
  /** All but the end has left: it does if this says so. The service has no message before. */
  beforeEnd(): Promise<boolean>;
}

/** What the feed says, parsed and in order. */
export type FeedEvent =
  | { readonly kind: 'subscribed' }
  /** Lost, or could not be made. */
  | { readonly kind: 'down' }
  /** The credential was refused. */
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'message';
      readonly conversationId: ConversationId;
      readonly message: Message;
      readonly unreadCount: number | null;
      /** True if this device sent it. */
      readonly ownEcho: boolean;
    }
  | { readonly kind: 'typing'; readonly typing: Typing | null }
  /** The business has seen everything up to `at`. */
  | { readonly kind: 'seen'; readonly at: EpochMs }
  /** Another device of this person read the conversation. */
  | { readonly kind: 'readElsewhere' }
  /** The business has deleted this message. Few services say so; the others are found out (`sync/vanished.ts`). */
  | { readonly kind: 'deleted'; readonly id: MessageId }
  /** Something happened to the thread that only a fetch can tell. */
  | { readonly kind: 'reload' }
  /** This app user was merged into another one. `sessionToken` is there if the survivor is anonymous. */
  | {
      readonly kind: 'moved';
      readonly appUserId: AppUserId;
      readonly userId: UserId | null;
      readonly sessionToken: string | null;
    };

/** The anonymous app user to bring along into a login. Its token proves it. */
export interface AnonymousProof {
  readonly appUserId: AppUserId;
  readonly sessionToken: string;
}

/** What the sign-in endpoint takes for a proof. */
export type SignInProof =
  | { readonly kind: 'password'; readonly userId: UserId; readonly password: string }
  /** Good once: the answer brings the next one. */
  | { readonly kind: 'refresh'; readonly refreshToken: string }
  /** From the link the sign-in page came back with; `verifier` is what its challenge was made of (RFC 7636, S256). */
  | { readonly kind: 'code'; readonly code: string; readonly verifier: string };

export interface SignedIn {
  readonly userId: UserId;
  readonly jwt: string;
  /** By the business's clock. */
  readonly expiresAt: EpochMs;
  /** What gets the next JWT without asking the person; null if the business gives none. */
  readonly refreshToken: string | null;
}

/**
 * The Smooch-compatible service, in our words. Each call is one request with a deadline and answers with a value or one of
 * our failures; none retries by itself.
 */
export interface Service {
  /** The last configuration fetched, if any. */
  readonly configured: ServiceConfig | null;
  /** Fetch the configuration anew. Every other call does so itself, once, if it was never fetched. */
  config(signal?: Signal): Promise<Result<ServiceConfig>>;
  /** Prove a userId. `null`: proven, but the service creates this user only with the first message. */
  login(
    who: Speaker & { readonly userId: UserId },
    bring: AnonymousProof | null,
    signal?: Signal,
  ): Promise<Result<UserBundle | null>>;
  /** At the business's own sign-in endpoint. `wrongPassword` if it refuses the proof. */
  signIn(by: SignInProof, signal?: Signal): Promise<Result<SignedIn>>;
  createUser(who: Speaker, profile: Profile, signal?: Signal): Promise<Result<UserBundle>>;
  user(who: KnownSpeaker, signal?: Signal): Promise<Result<UserBundle>>;
  updateUser(who: KnownSpeaker, profile: Profile, signal?: Signal): Promise<Result<void>>;
  /** The newest page, or the one before `before` (exclusive). */
  page(who: KnownSpeaker, before: EpochMs | null, signal?: Signal): Promise<Result<ServicePage>>;
  send(who: KnownSpeaker, message: OutgoingMessage, signal?: Signal): Promise<Result<Message>>;
  sendFile(who: KnownSpeaker, file: OutgoingUpload, signal?: Signal): Promise<Result<Message>>;
  /**
   * Fetch what a message speaks of, in nobody's name. Fails with `media`: `foreign` for an address that is not the service's,
   * unless that is `allowed`; `tooLarge`, and `gone` if it is not there.
   */
  fetchMedia(url: string, allowed: boolean, signal?: Signal): Promise<Result<Uint8Array>>;
  markRead(who: KnownSpeaker, signal?: Signal): Promise<Result<void>>;
  typing(who: KnownSpeaker, started: boolean, signal?: Signal): Promise<Result<void>>;
  triggerPostback(who: KnownSpeaker, action: ActionId, signal?: Signal): Promise<Result<void>>;
  /** Detach this device from its user. */
  logout(who: KnownSpeaker): Promise<Result<void>>;
  /** Open the realtime feed. Nothing is heard after `close()`. Reconnecting is the caller's decision. */
  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): Feed;
}

export interface Feed {
  close(): void;
  /** Somebody doubts that it is still connected: it says `down` within seconds, or it is. */
  check(): void;
}
