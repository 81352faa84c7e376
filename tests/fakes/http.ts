import type { Http, HttpAnswer, HttpBytes, HttpDownload, HttpRequest } from '../../main/ports/http.ts';

type Respond = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** A network that answers as the test says, and remembers what it was asked. */
export class ScriptedHttp implements Http {
  readonly requests: HttpRequest[] = [];
  /** Answers every request; replaced at will. */
  respond: Respond;

  constructor(respond: Respond = () => ({ kind: 'unreachable' })) {
    this.respond = respond;
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request);
    if (request.signal?.aborted === true) return { kind: 'aborted' };
    return this.respond(request);
  }

  readonly downloads: HttpDownload[] = [];
  /** Answers every download; replaced at will. */
  give: (wanted: HttpDownload) => HttpBytes | Promise<HttpBytes> = () => ({ kind: 'unreachable' });

  async download(wanted: HttpDownload): Promise<HttpBytes> {
    this.downloads.push(wanted);
    return wanted.signal?.aborted === true ? { kind: 'aborted' } : this.give(wanted);
  }

  /** The newest request. */
  get last(): HttpRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }
}

/** The answer to a body as it came over the wire, declared as JSON: what the port promises, in the plainest way. */
export function bodyAnswer(status: number, body: string, retryAfter: string | null = null): HttpAnswer {
  if (body === '') return { kind: 'answer', status, retryAfter, json: undefined };
  try {
    return { kind: 'answer', status, retryAfter, json: JSON.parse(body) as unknown };
  } catch {
    return { kind: 'garbled', status };
  }
}

/** The same for a value. */
export function jsonAnswer(status: number, json: unknown, retryAfter: string | null = null): HttpAnswer {
  return { kind: 'answer', status, retryAfter, json };
}
