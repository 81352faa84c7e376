/**
 * News between nodes by way of the database. It is written down in the transaction that tells it, at the next place of one
 * sequence; NOTIFY only rings the bell, and then every node reads on from the place it has reached. So all nodes hear the
 * same in the same order, whatever its length, and one that was cut off hears what it missed as soon as it is back. Because
 * transactions take turns (`store-postgres.ts`), places have no gaps: a gap means that something was swept away meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { News, type Duty, type Ears } from './fan-out.ts';
import type { Log } from './log.ts';
import { again, connect, dutyLock, ended } from './postgres.ts';

/** News quotes what people say: it goes as soon as every node at work must have heard it. */
const keptMs = 60_000;
/** Places read at a time. */
const handful = 500;
/** How long a node waits to hear its own news before it goes on without. */
const patienceMs = 5_000;

const Row = z.object({ place: z.int(), said: z.string().nullable() });
const Said = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(News));

interface Options {
  readonly url: string;
  readonly log: Log;
  /** How long news is kept for nodes that are cut off; a minute unless told. */
  readonly keepNewsMs?: number;
}

export class PostgresFanOut {
  readonly #options: Options;
  readonly #node = randomUUID();
  #ears: Ears | null = null;
  /** The connection that hears the bell; null while there is none. */
  #bell: pg.Client | null = null;
  #reached = 0;
  /** What this node has told and not heard yet, by place. */
  readonly #own = new Map<number, () => void>();
  #reading: Promise<void> | null = null;
  #rung = false;
  /** Connections that wait for their duty. */
  readonly #queued = new Set<pg.Client>();
  readonly #atDuty = new Map<pg.Client, Duty>();
  readonly #sweeping: NodeJS.Timeout;
  #closed = false;

  private constructor(options: Options) {
    this.#options = options;
    this.#sweeping = setInterval(() => void this.#sweep(), (options.keepNewsMs ?? keptMs) / 2).unref();
  }

  static async open(options: Options): Promise<PostgresFanOut> {
    const fanOut = new PostgresFanOut(options);
    const bell = await fanOut.#attach();
    const { rows } = await bell.query('SELECT place, NULL AS said FROM news ORDER BY place DESC LIMIT 1');
    const newest = rows.length === 0 ? 0 : Row.parse(rows[0]).place;
    fanOut.#reached = Math.max(fanOut.#reached, newest);
    return fanOut;
  }

  listen(ears: Ears): void {
    this.#ears = ears;
  }

  hear(news: readonly News[]): void {
    for (const one of news) this.#ears?.heard(one);
  }

  /** Writes news down in the transaction under way. @returns its place. */
  async tell(client: pg.Client, news: readonly News[]): Promise<number> {
    const { rows } = await client.query({
      name: 'tell',
      text: `WITH told AS (
          INSERT INTO news (place, said, teller)
          SELECT COALESCE(MAX(place), 0) + 1, $1, $2 FROM news RETURNING place)
        SELECT place, NULL AS said, pg_notify('onethread_news', place::text) FROM told`,
      values: [JSON.stringify(news), this.#node],
    });
    return Row.parse(rows[0]).place;
  }

  /** Whether the transaction in which this node told something at `place` has come to be. Only under the lock. */
  async isTold(client: pg.Client, place: number): Promise<boolean> {
    const values = [place, this.#node];
    const { rows } = await client.query('SELECT 1 FROM news WHERE place = $1 AND teller = $2', values);
    return rows.length > 0;
  }

  /** `task` runs when this node comes to `place`, in the place of what is written there. @returns the undo. */
  expect(place: number, task: () => void): () => void {
    this.#own.set(place, task);
    return () => void this.#own.delete(place);
  }

  /** Reads on; after it, or after a little patience, what was expected at `place` has run. */
  async reach(place: number, client: pg.Client): Promise<void> {
    try {
      await this.#readOn(client);
    } catch {
      this.#ring();
    }
    const deadline = performance.now() + patienceMs;
    while (this.#own.has(place) && performance.now() < deadline) await sleep(10);
    const task = this.#own.get(place);
    if (!task) return;
    this.#own.delete(place);
    this.#options.log.warn('went on without hearing its own news');
    task();
    this.#ears?.missed();
  }

  /** A connection of its own waits in the queue for the one lock; the lock goes with the connection. */
  queueFor(duty: Duty): void {
    void this.#queue(duty);
  }

  async #queue(duty: Duty): Promise<void> {
    while (!this.#closed) {
      const client = await again(
        () => connect(this.#options.url),
        () => this.#closed,
      );
      if (client === null) return;
      this.#queued.add(client);
      const isOver = ended(client);
      try {
        await client.query(`SELECT ${dutyLock}`);
        if (this.#closed) return;
        this.#atDuty.set(client, duty);
        duty.begin();
        await isOver;
        this.#endDuty(client);
      } catch {
        await client.end().catch(() => undefined);
        await sleep(100);
      } finally {
        this.#queued.delete(client);
      }
    }
  }

  #endDuty(client: pg.Client): void {
    const duty = this.#atDuty.get(client);
    if (this.#atDuty.delete(client)) duty?.end();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeping);
    // Before another node can begin.
    for (const client of [...this.#atDuty.keys()]) this.#endDuty(client);
    for (const client of [...this.#queued, this.#bell]) await client?.end().catch(() => undefined);
    await this.#reading;
  }

  async #attach(): Promise<pg.Client> {
    const bell = await connect(this.#options.url, patienceMs);
    bell.on('notification', ({ payload }) => {
      if (Number(payload) > this.#reached) this.#ring();
    });
    try {
      await bell.query('LISTEN onethread_news');
    } catch (error) {
      await bell.end().catch(() => undefined);
      throw error;
    }
    bell.once('end', () => void this.#reattach());
    this.#bell = bell;
    return bell;
  }

  async #reattach(): Promise<void> {
    this.#bell = null;
    if (this.#closed) return;
    this.#options.log.warn('lost the other nodes');
    const bell = await again(
      () => this.#attach(),
      () => this.#closed,
    );
    if (bell === null) return;
    this.#options.log.info('hears the other nodes again');
    this.#ring();
  }

  /** Reads on: now, once the reading under way is done, or once the bell is attached anew. */
  #ring(): void {
    this.#rung = true;
    // A reading that ended before it was kept here would be taken for one under way, for ever.
    if (this.#bell === null || this.#reading !== null) return;
    this.#reading = this.#answerBell();
  }

  async #answerBell(): Promise<void> {
    while (this.#rung && this.#bell !== null) {
      this.#rung = false;
      const bell = this.#bell;
      // What fails here is read when the bell is attached anew.
      await this.#readOn(bell).catch(() => bell.end().catch(() => undefined));
    }
    this.#reading = null;
  }

  async #readOn(client: pg.Client): Promise<void> {
    for (let more = true; more;) {
      const { rows } = await client.query({
        name: 'news',
        text: `SELECT place, said FROM news WHERE place > $1 ORDER BY place LIMIT ${handful}`,
        values: [this.#reached],
      });
      // Nothing is awaited from here on: two connections may read the same, and it is heard once.
      for (const row of rows) this.#take(Row.parse(row));
      more = rows.length === handful;
    }
  }

  #take({ place, said }: z.infer<typeof Row>): void {
    if (place <= this.#reached) return;
    const isNext = place === this.#reached + 1;
    this.#reached = place;
    if (!isNext) this.#ears?.missed();
    const own = this.#own.get(place);
    if (own) {
      this.#own.delete(place);
      return own();
    }
    const news = Said.safeParse(said);
    if (news.success) return this.hear(news.data);
    // Swept away, or told by another version.
    this.#options.log.warn('missed news');
    this.#ears?.missed();
  }

  /** The newest place stays, so that the sequence goes on from it. */
  async #sweep(): Promise<void> {
    const old = "at < clock_timestamp() - $1 * interval '1 millisecond'";
    const kept = [this.#options.keepNewsMs ?? keptMs];
    try {
      await this.#bell?.query(
        `DELETE FROM news WHERE ${old} AND place < (SELECT MAX(place) FROM news)`,
        kept,
      );
      await this.#bell?.query(`UPDATE news SET said = NULL WHERE ${old} AND said IS NOT NULL`, kept);
    } catch {
      // The next sweep, of any node, makes up for it.
    }
    this.#ring();
  }
}
