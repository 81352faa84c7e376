/**
 * Where a webhook may point, and how it is reached. The service must not be made to speak to what only it can reach: a
 * public address over https, checked again when it is looked up, and no redirect followed.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Refusal } from './errors.ts';

/** `private` is for tests and for a network the operator trusts: any address, and plain http. */
export type Reach = 'public' | 'private';

const patienceMs = 20_000;
const maxUrlLength = 2_048;

/** @throws {Refusal} for an address a webhook may not have. */
export function checkTarget(target: string, reach: Reach): void {
  const refuse = (says: string): never => {
    throw new Refusal('bad_request', { says });
  };
  if (target.length > maxUrlLength || !URL.canParse(target)) refuse('The target is no URL.');
  const url = new URL(target);
  if (url.username || url.password || url.hash) refuse('The target holds a credential or a fragment.');
  if (reach === 'private' && /^https?:$/.test(url.protocol)) return;
  if (url.protocol !== 'https:' || url.port !== '') refuse('The target must be https on its own port.');
  if (/^\[|^[\d.]+$|(?:^|\.)localhost\.?$|\.(?:local|internal|lan|home|arpa)\.?$/.test(url.hostname)) {
    refuse('The target must have a public name.');
  }
}

export interface Attempt {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Posts to targets. @returns the status; rejects where there is none. */
export class TargetClient {
  readonly #https: HttpsAgent;
  readonly #http: HttpAgent | null;

  constructor(reach: Reach) {
    const options = { keepAlive: true, maxSockets: 4, timeout: patienceMs };
    this.#https = reach === 'public' ? new RequestFilteringHttpsAgent(options) : new HttpsAgent(options);
    this.#http = reach === 'public' ? null : new HttpAgent(options);
  }

  post({ target, headers, body }: Attempt): Promise<number> {
    const url = new URL(target);
    const agent = url.protocol === 'https:' ? this.#https : this.#http;
    if (agent === null) return Promise.reject(new Error('Plain http is not allowed.'));
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(patienceMs);
      const request = send(url, { method: 'POST', agent, headers, signal }, (response) => {
        resolve(response.statusCode ?? 0);
        // What the target says beyond its status is of no interest, however long it is.
        response.destroy();
      });
      request.on('error', reject).end(body);
    });
  }

  close(): void {
    this.#https.destroy();
    this.#http?.destroy();
  }
}
