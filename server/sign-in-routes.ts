/** Where the demo business's sign-in is found: the endpoint for apps, and the page for browsers. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { WireSignInProof } from '../contract/sdk-api.ts';
import { Refusal } from './errors.ts';
import { parseBody } from './sdk/door.ts';
import { SignIn, signInPagePath, signInPath, type SignInDeps } from './sign-in.ts';
import { SignInPage, type Asked, type Brand, type Trouble } from './sign-in-page.ts';

/** 32 random bytes, or their SHA-256, in base64url; some apps take more. */
const random = z.string().regex(/^[A-Za-z0-9_-]{43,128}$/);

const Query = z.strictObject({
  state: random,
  code_challenge: random,
  code_challenge_method: z.literal('S256'),
});
const Form = z.object({
  state: random,
  code_challenge: random,
  userId: z.string().trim().max(512).default(''),
  password: z.string().max(1024).default(''),
});

export function signInRoutes(http: FastifyInstance, deps: SignInDeps & Brand): void {
  const signIn = new SignIn(deps);
  const page = new SignInPage(deps, signInPagePath);
  http.post(signInPath, async (request) =>
    signIn.signIn(parseBody(WireSignInProof, request.body), request.ip),
  );
  void http.register(async (browser) => {
    readForms(browser);
    browser.get(signInPagePath, async (request, reply) => {
      const asked = Query.safeParse(request.query);
      if (!asked.success) return show(reply, page, 400, page.astray());
      const { state, code_challenge: challenge } = asked.data;
      return show(reply, page, 200, page.form({ state, challenge }, null));
    });
    browser.post(signInPagePath, async (request, reply) => {
      const form = Form.safeParse(request.body);
      if (!form.success) return show(reply, page, 400, page.astray());
      const { state, code_challenge: challenge, userId, password } = form.data;
      const again = (status: number, trouble: Trouble): FastifyReply =>
        show(reply, page, status, page.form({ state, challenge }, { userId, trouble }));
      if (userId === '' || password === '') return again(400, { kind: 'incomplete' });
      try {
        const code = await signIn.codeFor({ userId, password }, challenge, request.ip);
        return show(reply, page, 200, page.done(userId, linkTo({ state, challenge }, code)));
      } catch (cause) {
        const trouble = troubleOf(cause);
        if (trouble === null) throw cause;
        if (trouble.kind === 'tooManyTries') reply.header('Retry-After', trouble.waitSeconds);
        return again(trouble.kind === 'wrongPassword' ? 401 : 429, trouble);
      }
    });
  });
}

function linkTo({ state }: Asked, code: string): string {
  return `onethread://login?${new URLSearchParams({ state, code }).toString()}`;
}

function troubleOf(cause: unknown): Trouble | null {
  if (!(cause instanceof Refusal)) return null;
  if (cause.code === 'wrong_password') return { kind: 'wrongPassword' };
  if (cause.code !== 'too_many_requests') return null;
  return { kind: 'tooManyTries', waitSeconds: cause.retryAfter ?? 60 };
}

/** With `no-referrer` a browser would not say where the form came from, and that is asked (`hosts.ts`). */
function show(reply: FastifyReply, { policy }: SignInPage, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .header('Content-Security-Policy', policy)
    .header('Referrer-Policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(html);
}

function readForms(http: FastifyInstance): void {
  http.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 8_192 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
}
