import { z } from 'zod';
import { AccountId } from '../../contract/ids.ts';
import { KeychainTrouble } from '../../contract/session.ts';

/** What main asks of the vault process: one request per process. */
export const VaultRequest = z.discriminatedUnion('call', [
  /** `mayPrompt`: a locked keyring may ask the person for its password, on the desktop's own window. */
  z.object({ call: z.literal('read'), account: AccountId, mayPrompt: z.boolean() }).readonly(),
  z
    .object({
      call: z.literal('write'),
      account: AccountId,
      secret: z.string().min(1),
      mayPrompt: z.boolean(),
    })
    .readonly(),
  z.object({ call: z.literal('erase'), account: AccountId }).readonly(),
]);
export type VaultRequest = z.infer<typeof VaultRequest>;

const Trouble = z.object({ kind: KeychainTrouble.exclude(['missing']) }).readonly();
export const ReadAnswer = z.union([
  z.object({ kind: z.literal('found'), secret: z.string() }).readonly(),
  z.object({ kind: z.literal('absent') }).readonly(),
  Trouble,
]);
export const WriteAnswer = z.union([z.object({ kind: z.literal('written') }).readonly(), Trouble]);
export const EraseAnswer = z.union([z.object({ kind: z.literal('erased') }).readonly(), Trouble]);

/** `prompting`: the answer is final, but the process stays until the person has answered the keyring's own window. */
export const VaultReply = z.object({ answer: z.unknown(), prompting: z.boolean() }).readonly();
export type VaultReply = z.infer<typeof VaultReply>;
