/**
 * Switches of Chromium and Node that open the app to its neighbours or take its protection off. A packaged app does not
 * start with one of them.
 */
const dangerous: readonly RegExp[] = [
  /^remote-debugging-/,
  /^inspect/,
  /^no-sandbox$/,
  /^disable-(?:web-security|setuid-sandbox|gpu-sandbox|seccomp-filter-sandbox|site-isolation)/,
  /^ignore-certificate-errors/,
  /^allow-(?:running-insecure-content|insecure-localhost)/,
  /^(?:unsafely-)?treat-insecure-origin/,
  /^host-(?:resolver-)?rules$/,
  /^load-extension$/,
  /^js-flags$/,
  /-cmd-prefix$/,
  /^(?:log-net-log|net-log-capture-mode|ssl-key-log-file)$/,
  /^(?:proxy-server|proxy-pac-url|proxy-bypass-list)$/,
  /^(?:require|r|eval|e|import)$/,
];

/** Variables that would make Node or Chromium leak or trust too much; cleared before anything reads them. */
const untrustedVariables = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSLKEYLOGFILE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
];

/** The name of the first switch that a packaged app refuses, or null. What follows `--` is no switch. */
export function forbiddenSwitch(argv: readonly string[]): string | null {
  for (const word of argv.slice(1)) {
    if (word === '--') return null;
    const name = /^(?:--?|\/)([\w-]+)/.exec(word)?.[1]?.toLowerCase();
    if (name !== undefined && dangerous.some((shape) => shape.test(name))) return name;
  }
  return null;
}

export function clearUntrustedVariables(env: Record<string, string | undefined>): void {
  for (const name of untrustedVariables) delete env[name];
}
