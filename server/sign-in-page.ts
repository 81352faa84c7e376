/**
 * The demo business's sign-in page for a browser: plain HTML, no script, no cookie, nothing kept. Whoever signs in here
 * goes back to the app by a link.
 */
import { createHash } from 'node:crypto';

export interface Brand {
  readonly appName: string;
  /** Hex without `#`. */
  readonly brandColor: string;
}

/** What the app asked for (RFC 7636); it comes back with the form. */
export interface Asked {
  readonly state: string;
  readonly challenge: string;
}

export type Trouble =
  | { readonly kind: 'wrongPassword' }
  | { readonly kind: 'tooManyTries'; readonly waitSeconds: number }
  | { readonly kind: 'incomplete' };

export class SignInPage {
  readonly #brand: Brand;
  readonly #style: string;
  readonly #action: string;
  /** Allows this page's one style sheet and its one form, and nothing else. */
  readonly policy: string;

  /** @param action where the form goes: a path of this service */
  constructor(brand: Brand, action: string) {
    this.#brand = brand;
    this.#action = action;
    this.#style = styleOf(brand.brandColor);
    const hash = createHash('sha256').update(this.#style).digest('base64');
    this.policy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  }

  /** The form; `userId` as it was typed before. */
  form({ state, challenge }: Asked, typed: { userId: string; trouble: Trouble } | null): string {
    const { appName } = this.#brand;
    const trouble = typed === null ? '' : sentenceOf(typed.trouble);
    const described = typed === null ? '' : ' aria-invalid="true" aria-describedby="trouble"';
    return this.#page({
      title: typed === null ? `Sign in to ${appName}` : `Not signed in – ${appName}`,
      main: `
      <h1>Sign in</h1>
      <p class="lead">With your ${escape(appName)} account. You return to the app afterwards.</p>
      ${typed === null ? '' : `<p class="trouble" id="trouble" role="alert">${escape(trouble)}</p>`}
      <form method="post" action="${this.#action}">
        <input type="hidden" name="state" value="${escape(state)}">
        <input type="hidden" name="code_challenge" value="${escape(challenge)}">
        <label for="userId">E-mail</label>
        <input id="userId" name="userId" type="text" inputmode="email" autocomplete="username" autocapitalize="none"
          spellcheck="false" required maxlength="512" value="${escape(typed?.userId ?? '')}"${described}
          ${typed === null ? 'autofocus' : ''}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required
          maxlength="1024"${described} ${typed === null ? '' : 'autofocus'}>
        <button type="submit">Sign in</button>
      </form>
      <p class="note">A demo: <b>ana@example.com</b> has the password <b>onethread-ana</b>. There are bo, chris, dana and
        eli as well.</p>`,
    });
  }

  /** Signed in: the browser goes on to the app by itself, or by the link if it does not. */
  done(userId: string, link: string): string {
    return this.#page({
      title: `Signed in – ${this.#brand.appName}`,
      head: `<meta http-equiv="refresh" content="0; url=${escape(link)}">`,
      main: `
      <h1>You are signed in</h1>
      <p class="lead">as <b>${escape(userId)}</b>. Your browser asks whether it may open Onethread; after that you can
        close this page.</p>
      <a class="button" href="${escape(link)}" autofocus>Open Onethread</a>
      <p class="note">The link works once, for two minutes. On a computer that others use too, close this page.</p>`,
    });
  }

  /** Opened by hand, or by a link that is not whole. */
  astray(): string {
    return this.#page({
      title: `Sign in from Onethread – ${this.#brand.appName}`,
      main: `
      <h1>Begin in Onethread</h1>
      <p class="lead">This page signs you in to the app. Open Onethread, choose “Sign in” and then “Sign in with
        browser”: it brings you here.</p>`,
    });
  }

  #page({ title, head = '', main }: { title: string; head?: string; main: string }): string {
    const { appName } = this.#brand;
    const initial = [...appName][0]?.toUpperCase() ?? '';
    return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${escape(title)}</title>
    ${head}
    <style>${this.#style}</style>
  </head>
  <body>
    <header><span class="mark" aria-hidden="true">${escape(initial)}</span> ${escape(appName)}</header>
    <main>${main}
    </main>
  </body>
</html>
`;
  }
}

function sentenceOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'wrongPassword':
      return 'The e-mail or the password is not right. Try again.';
    case 'tooManyTries':
      return `Too many tries. Wait ${trouble.waitSeconds} seconds, then try again.`;
    case 'incomplete':
      return 'Fill in both your e-mail and your password.';
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? '');
}

/** Black or white, whichever is read better on `hex` (WCAG 2 relative luminance). */
function inkOn(hex: string): string {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}

function styleOf(brandColor: string): string {
  return `
:root {
  color-scheme: light dark;
  --brand: #${brandColor};
  --on-brand: ${inkOn(brandColor)};
  --ground: light-dark(#f4f5f4, #151817);
  --card: light-dark(#fff, #1e2221);
  --ink: light-dark(#16201d, #e8edeb);
  --quiet: light-dark(#55625d, #a3afab);
  --edge: light-dark(#8a9792, #6d7975);
  --line: light-dark(#e0e5e3, #2d3331);
  --bad: light-dark(#a4262c, #ff9a9e);
  --bad-ground: light-dark(#fdf1f1, #33191b);
  --focus: light-dark(#0b57d0, #8ab4f8);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  padding: 2rem 1rem;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 1.25rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  overflow-wrap: anywhere;
}
header { display: flex; align-items: center; gap: 0.625rem; font-weight: 600; }
.mark {
  flex: none;
  display: grid;
  place-items: center;
  width: 2rem;
  height: 2rem;
  border-radius: 0.625rem;
  background: var(--brand);
  color: var(--on-brand);
}
main {
  width: 100%;
  max-width: 25rem;
  padding: 2rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 1rem;
}
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
p { margin: 0; }
.lead { margin-top: 0.25rem; color: var(--quiet); }
.lead b { color: var(--ink); font-weight: 600; }
form { display: grid; margin-top: 1.5rem; }
label { margin-bottom: 0.375rem; font-size: 0.9375rem; font-weight: 600; }
input:not([type='hidden']) {
  width: 100%;
  min-height: 2.75rem;
  margin-bottom: 1.125rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
input[aria-invalid] { border-color: var(--bad); }
button, .button {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  margin-top: 0.375rem;
  padding: 0.625rem 1rem;
  border: 1px solid transparent;
  border-radius: 0.625rem;
  background: var(--brand);
  color: var(--on-brand);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button { margin-top: 1.5rem; }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.trouble {
  margin-top: 1.25rem;
  padding: 0.625rem 0.75rem;
  border-left: 4px solid var(--bad);
  border-radius: 0.375rem;
  background: var(--bad-ground);
  color: var(--bad);
}
.note {
  margin-top: 1.5rem;
  padding-top: 1rem;
  border-top: 1px solid var(--line);
  color: var(--quiet);
  font-size: 0.875rem;
}
.note b { color: var(--ink); font-weight: 600; }
@media (max-width: 24rem) {
  body { padding: 1rem 0.75rem; justify-content: flex-start; }
  main { padding: 1.5rem 1.125rem; }
}
@media (forced-colors: active) {
  button, .button, .mark { border: 1px solid ButtonText; }
}
`;
}
