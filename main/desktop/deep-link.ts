/** The scheme of links that the operating system hands to the app. */
export const linkScheme = 'onethread';

const ours = /^onethread:/i;
const longestLink = 2048;

/**
 * The link on a command line, or null. Anybody may start the app with anything: a link is one word, and the only one of its
 * kind; everything else on the line is left alone. What the link means is for whoever takes it to judge.
 */
export function linkIn(argv: readonly string[]): string | null {
  const [link, ...more] = argv.slice(1).filter((word) => ours.test(word));
  if (link === undefined || more.length > 0) return null;
  return link.length <= longestLink && /^[\u0021-\u007e]+$/.test(link) ? link : null;
}

/**
 * Links from all the ways they come: on the command line of this start, on that of another one while the app runs, or, on
 * macOS, as an event that may come before anything is ready. Nothing about a link is logged.
 */
export class DeepLinks {
  #take: ((link: string) => void) | null = null;
  #early: string | null = null;

  constructor(
    app: {
      on(event: 'open-url', listener: (event: { preventDefault(): void }, url: string) => void): unknown;
    },
    argv: readonly string[],
  ) {
    this.onCommandLine(argv);
    app.on('open-url', (event, url) => {
      event.preventDefault();
      this.onCommandLine(['', url]);
    });
  }

  /** @returns whether there was a link on it */
  onCommandLine(argv: readonly string[]): boolean {
    const link = linkIn(argv);
    if (link === null) return false;
    if (this.#take === null) this.#early = link;
    else this.#take(link);
    return true;
  }

  /** From now on links go to `take`; the last one that came before goes first. */
  handTo(take: (link: string) => void): void {
    this.#take = take;
    if (this.#early !== null) take(this.#early);
    this.#early = null;
  }
}

/**
 * Have the system bring links here. Only an installed app: a build in the works would take them away from it.
 *
 * @returns false if the system did not agree
 */
export function claimLinks(app: {
  readonly isPackaged: boolean;
  setAsDefaultProtocolClient(scheme: string): boolean;
}): boolean {
  return app.isPackaged && app.setAsDefaultProtocolClient(linkScheme);
}
