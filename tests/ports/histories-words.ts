import type { Result } from '../../contract/failure.ts';
import type { Message } from '../../contract/model.ts';

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.failure)}`);
  return result.value;
}

export const keysOf = (messages: readonly Message[]): string[] => messages.map(({ key }) => key);
