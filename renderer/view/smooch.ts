import type { SmoochBridge } from '../../contract/bridge.ts';
import { Failure, fail } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { requests } from '../../contract/requests.ts';
import type { Output } from '../../contract/requests.ts';
import type { RequestName } from '../../contract/channels.ts';

declare global {
  interface Window {
    readonly smooch: SmoochBridge;
  }
}

/**
 * What main answered, believed only in its promised shape. Never rejects: a call that broke on the way, or an answer of
 * another shape, is `malformed`.
 */
export async function answered<N extends RequestName>(
  name: N,
  asking: Promise<Result<Output<N>>>,
): Promise<Result<Output<N>>> {
  try {
    const answer = await asking;
    if (answer.ok) {
      return requests[name].output.safeParse(answer.value).success
        ? answer
        : fail({ kind: 'malformed', where: name });
    }
    const failure = Failure.safeParse(answer.failure);
    return fail(failure.success ? failure.data : { kind: 'malformed', where: name });
  } catch {
    return fail({ kind: 'malformed', where: name });
  }
}
