import type { Session, session } from 'electron';

/**
 * The sessions that pages run in: each in memory, without a cache, and for one page at a time. Electron keeps every session
 * it ever made until the app quits, so one is used again, but only when its page is gone and it has been emptied.
 */
export class PageSessions {
  readonly #sessions: Pick<typeof session, 'fromPartition'>;
  readonly #prepare: (page: Session) => void;
  readonly #run: string;
  readonly #empty: Session[] = [];
  #made = 0;

  /**
   * @param deps.prepare is called once for every session that is made
   * @param deps.run names this run of the app, so that no other one's session has the same name
   */
  constructor(deps: {
    readonly sessions: Pick<typeof session, 'fromPartition'>;
    readonly prepare: (page: Session) => void;
    readonly run: string;
  }) {
    this.#sessions = deps.sessions;
    this.#prepare = deps.prepare;
    this.#run = deps.run;
  }

  take(): Session {
    const emptied = this.#empty.shift();
    if (emptied !== undefined) return emptied;
    this.#made += 1;
    const made = this.#sessions.fromPartition(`page-${this.#run}-${this.#made}`, { cache: false });
    this.#prepare(made);
    return made;
  }

  /** The page of this session is gone: empty it. One that cannot be emptied is never used again. */
  async giveBack(page: Session): Promise<void> {
    if (await empty(page)) this.#empty.push(page);
  }
}

/** Take everything out of a session that Electron knows how to. @returns whether all of it went */
async function empty(page: Session): Promise<boolean> {
  const done = await Promise.allSettled([
    page.closeAllConnections(),
    page.clearStorageData(),
    page.clearCache(),
    page.clearCodeCaches({}),
    page.clearAuthCache(),
    page.clearHostResolverCache(),
    // Not in Electron 25.
    typeof page.clearData === 'function' ? page.clearData() : undefined,
  ]);
  return done.every(({ status }) => status === 'fulfilled');
}
