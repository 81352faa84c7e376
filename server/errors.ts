/** Everything the service refuses: code, status, and what it says. One catalogue for both APIs. */
export const catalogue = {
  bad_request: [400, 'The request is not in the expected form.'],
  unauthorized: [401, 'Authorization is required.'],
  invalid_auth: [401, 'The credential is not valid.'],
  wrong_password: [401, 'The user id or the password is wrong.'],
  forbidden: [403, 'The credential is not for this.'],
  not_found: [404, 'There is nothing here.'],
  app_not_found: [404, 'There is no such app.'],
  user_not_found: [404, 'There is no such user.'],
  conversation_not_found: [404, 'There is no such conversation.'],
  message_not_found: [404, 'There is no such message.'],
  participant_not_found: [404, 'There is no such participant.'],
  integration_not_found: [404, 'There is no such integration.'],
  webhook_not_found: [404, 'There is no such webhook.'],
  action_not_found: [404, 'There is no such action.'],
  conflict: [409, 'It exists already or is still needed.'],
  payload_too_large: [413, 'The body is too large.'],
  unsupported_media_type: [415, 'The body must be JSON.'],
  too_many_requests: [429, 'Too many attempts; try again later.'],
  internal: [500, 'The service failed.'],
  unavailable: [503, 'The service cannot do this now; try again.'],
} as const satisfies Record<string, readonly [status: number, says: string]>;

export type ErrorCode = keyof typeof catalogue;

/** A refusal that the asker is told about. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Seconds, for `too_many_requests`. */
  readonly retryAfter: number | null;

  constructor(code: ErrorCode, options: { says?: string; retryAfter?: number } = {}) {
    super(options.says ?? catalogue[code][1]);
    this.code = code;
    this.status = catalogue[code][0];
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** The v1 body of a refusal, and that of v2: an array there. */
export function errorBody(api: 'v1' | 'v2', refusal: Refusal): unknown {
  return api === 'v2'
    ? { errors: [{ code: refusal.code, title: refusal.message }] }
    : { error: { code: refusal.code, description: refusal.message } };
}
