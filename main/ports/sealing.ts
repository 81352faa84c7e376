/** How hard a passphrase is to try: scrypt's N, r and p. */
export interface SealingCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What a derived key can be derived from again, given the passphrase. Not secret. */
export interface SealingRecipe {
  /** 16 random bytes, hex. */
  readonly salt: string;
  readonly cost: SealingCost;
}

/** 256-bit key, 64 hex characters. */
export type SealingKey = string;

/** Seals short texts (a key, a credential) under what a person knows. */
export interface Sealing {
  /** A recipe for a new key, of the cost that is right today. */
  recipe(): SealingRecipe;
  /** Deliberately slow (about a quarter of a second) and off the main thread. */
  derive(passphrase: string, recipe: SealingRecipe): Promise<SealingKey>;
  /** Authenticated: what was sealed under another key, or was changed by one bit, does not open. */
  seal(key: SealingKey, text: string): string;
  /** Null if `key` is not the one, or `sealed` is not whole. */
  open(key: SealingKey, sealed: string): string | null;
}
