/** What the service answered before, as a cache that should not be there would keep it. */
import type { Answer, Asked } from './to-service.ts';
import { headerOf } from './to-service.ts';

interface Kept extends Answer {
  /** `performance.now` when it had come. */
  readonly at: number;
}

const mostKept = 50;
/** Bytes; larger ones are attachments. */
const largestKept = 1024 * 1024;

/** Each person's own only: what is served again belongs to who asks. */
export class PastAnswers {
  readonly #kept = new Map<string, Kept[]>();

  keep(asked: Asked, answer: Answer): void {
    if (answer.status !== 200 && answer.status !== 201) return;
    if (answer.body.length > largestKept) return;
    const kept = this.#kept.get(nameOf(asked)) ?? [];
    kept.push({ ...answer, at: performance.now() });
    this.#kept.set(nameOf(asked), kept.slice(-mostKept));
  }

  /** The answer to the same request before the last. */
  earlier(asked: Asked): Answer | undefined {
    return this.#kept.get(nameOf(asked))?.at(-1);
  }

  /** What was true `ms` ago: the newest that is at least so old. */
  asOf(asked: Asked, ms: number): Answer | undefined {
    const then = performance.now() - ms;
    return this.#kept.get(nameOf(asked))?.findLast(({ at }) => at <= then);
  }
}

function nameOf({ method, path, headers }: Asked): string {
  return [method, path, headerOf(headers, 'authorization') ?? ''].join('\n');
}
