/** SHA-256 of a text in UTF-8, as base64url without padding. */
export type Sha256 = (text: string) => string;
