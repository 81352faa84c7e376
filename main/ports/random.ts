/** Chance. Fakes are seeded. */
export interface Random {
  /** Lowercase UUID v4. */
  uuid(): string;
  /** `bytes` cryptographically random bytes as lowercase hex. */
  hex(bytes: number): string;
  /** Uniform in [0, 1); for jitter only. */
  fraction(): number;
}
