/** What was found where an organization leaves its rules for this machine. */
export type PolicyReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly text: string }
  /** There, but it cannot be read, or somebody else than an administrator could have written it. */
  | { readonly kind: 'unreadable' };
