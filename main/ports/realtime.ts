/** One Faye subscription. */
export interface RealtimeTarget {
  /** The Bayeux endpoint, absolute http(s) URL. */
  readonly url: string;
  readonly channel: string;
  /** What rides in `ext` of `/meta/subscribe`. Asked for anew at every (re)subscription. */
  credential(): unknown;
}

export interface RealtimeListener {
  /** The service acknowledged the subscription: at first, and again after each reconnection that re-subscribed. */
  subscribed(): void;
  /** The service refused the subscription; `code` is the Bayeux error code (403 for a refused credential). */
  refused(code: number): void;
  /** The connection is lost or cannot be made. */
  down(): void;
  /** One delivery on the channel, unparsed. */
  received(data: unknown): void;
}

export interface RealtimeSubscription {
  close(): void;
  /**
   * Somebody doubts that the other end is still there (the machine slept, a request is not answered): unless it gives a sign
   * of life within five seconds, the connection is down. One that has no way to ask is down at once.
   */
  check(): void;
}

export interface Realtime {
  /** Connect and subscribe. Nothing reaches `listener` after `close()`. */
  open(target: RealtimeTarget, listener: RealtimeListener): RealtimeSubscription;
}
