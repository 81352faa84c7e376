/** PostgreSQL as the service's database, held to what every store promises, and to what only several nodes need. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { News } from '../../server/fan-out.ts';
import { createLog } from '../../server/log.ts';
import { postgresMigrations } from '../../server/migrations-postgres.ts';
import { openPostgresStore } from '../../server/store-postgres.ts';
import { NewerDatabaseError, NoDatabaseError, type Store } from '../../server/store.ts';
import { PostgresCluster } from './postgres-cluster.ts';
import { conversation, eventOf, message, storeSuite } from './store-suite.ts';

let cluster: PostgresCluster;
beforeAll(async () => {
  cluster = await PostgresCluster.start();
});
afterAll(() => cluster.stop());

// Several processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
/** Waits for it, on a busy machine too. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });

const log = createLog(() => undefined, Date.now);
const open = (url: string): Promise<Store> => openPostgresStore({ url, log });

storeSuite(async () => {
  const url = await cluster.create();
  return {
    open: () => open(url),
    isThere: async (id) =>
      (await cluster.query(url, `SELECT 1 FROM app_user WHERE id = '${id}'`)).length === 1,
    discard: async () => undefined,
  };
});

describe('A database in PostgreSQL', () => {
  it('of a newer version is refused and left as it is', async () => {
    const url = await cluster.create();
    await (await open(url)).close();
    const newer = postgresMigrations.length + 1;
    await cluster.query(url, `UPDATE schema_version SET version = ${newer}`);
    await expect(open(url)).rejects.toThrow(NewerDatabaseError);
    expect(await cluster.query(url, 'SELECT version FROM schema_version')).toEqual([{ version: newer }]);
  });

  it('is made once, however many nodes start at the same time', async () => {
    const url = await cluster.create();
    const nodes = await Promise.all([open(url), open(url), open(url)]);
    await Promise.all(
      nodes.map((node, at) => node.transaction((tx) => tx.putSetting(`node ${at}`, 'was here'))),
    );
    expect(await cluster.query(url, 'SELECT version FROM schema_version')).toHaveLength(1);
    expect(await nodes[0].transaction((tx) => tx.setting('node 2'))).toBe('was here');
    for (const node of nodes) await node.close();
  });

  it('that is not there is named in one sentence without its password', async () => {
    const failure = open('postgresql://someone:secret@127.0.0.1:1/nowhere');
    await expect(failure).rejects.toThrow(NoDatabaseError);
    await expect(failure).rejects.toThrow(/^--database cannot be used \(ECONNREFUSED\)\.$/);
  });

  it('S-19 keeps all that was acknowledged when it crashes, even where it is set to answer early', async () => {
    const url = await cluster.create();
    const name = new URL(url).pathname.slice(1);
    await cluster.query('postgres', `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const store = await open(url);
    for (let round = 0; round < 5; round += 1) {
      await store.transaction((tx) => tx.putSetting('round', String(round)));
      await cluster.crash();
      expect(await store.transaction((tx) => tx.setting('round'))).toBe(String(round));
    }
    await store.close();
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ] as const)('whose answer to a commit is lost is asked again whether it %s', async (_what, arrives) => {
    const url = await cluster.create();
    const between = await cluster.between(url);
    const store = await open(between.url);
    const log: string[] = [];
    store.listen({ heard: (news) => log.push(textOf(news)), missed: () => log.push('missed') });
    await store.transaction((tx) => tx.putSetting('a', 'before'));
    between.cutAtCommit(arrives ? 'after' : 'before');
    const outcome = store.transaction(async (tx) => {
      await tx.putSetting('a', 'changed');
      tx.tell(eventOf('told'));
      tx.afterCommit(() => log.push('done'));
    });
    await outcome.then(
      () => log.push('resolved'),
      () => log.push('rejected'),
    );
    expect(log).toEqual(arrives ? ['told', 'done', 'resolved'] : ['rejected']);
    expect(await store.transaction((tx) => tx.setting('a'))).toBe(arrives ? 'changed' : 'before');
    await store.close();
    between.close();
  });

  it('is worked on by nobody who has stopped in the midst of it', async () => {
    const url = await cluster.create();
    const [one, two] = [await open(url), await open(url)];
    const order: string[] = [];
    let goOn = (): void => undefined;
    const held = one.transaction(async (tx) => {
      await tx.putSetting('a', '1');
      await new Promise<void>((resolve) => (goOn = resolve));
      order.push('first');
      await tx.putSetting('b', '1');
    });
    await soon(() => cluster.query(url, waitingFor('idle in transaction'))).toHaveLength(1);
    const second = two.transaction(async (tx) => order.push(`second sees ${await tx.setting('b')}`));
    await soon(() => cluster.query(url, waitingFor('active'))).toHaveLength(1);
    goOn();
    await Promise.all([held, second]);
    expect(order).toEqual(['first', 'second sees 1']);
    for (const node of [one, two]) await node.close();
  });
});

const waitingFor = (state: string): string =>
  `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'onethread'
     AND state = '${state}' AND query NOT LIKE '%pg_advisory_lock(%' AND query NOT LIKE '%pg_stat_activity%'`;

describe('Two nodes', () => {
  /** Two stores on one database, and what each of them hears. */
  async function twoNodes(): Promise<{ url: string; stores: [Store, Store]; heard: [string[], string[]] }> {
    const url = await cluster.create();
    const stores: [Store, Store] = [await open(url), await open(url)];
    const heard: [string[], string[]] = [[], []];
    for (const [at, store] of stores.entries())
      store.listen({
        heard: (news) => heard[at]?.push(textOf(news)),
        missed: () => heard[at]?.push('missed'),
      });
    return { url, stores, heard };
  }

  const tell = (store: Store, text: string, task?: () => void): Promise<void> =>
    store.transaction(async (tx) => {
      tx.tell(eventOf(text));
      if (task) tx.afterCommit(task);
    });

  it('hear all news in one order, that of the transactions', async () => {
    const { stores, heard } = await twoNodes();
    const order: string[] = [];
    await Promise.all(
      Array.from({ length: 120 }, (_, at) =>
        stores[at % 2 === 0 ? 0 : 1].transaction(async (tx) => {
          const before = Number((await tx.setting('count')) ?? '0');
          await tx.putSetting('count', String(before + 1));
          order[before] = `${before} by ${at}`;
          tx.tell(eventOf(`${before} by ${at}`));
        }),
      ),
    );
    await soon(() => [heard[0].length, heard[1].length]).toEqual([120, 120]);
    expect(heard).toEqual([order, order]);
    for (const store of stores) await store.close();
  });

  it('hear news that is longer than a notification can be', async () => {
    const { stores, heard } = await twoNodes();
    const long = '“ü𝄞”'.repeat(20_000);
    await tell(stores[0], long);
    await soon(() => heard[1]).toEqual([long]);
    for (const store of stores) await store.close();
  });

  it('do what happens here alone in its place among what the other says', async () => {
    const { stores, heard } = await twoNodes();
    const [one, two] = stores;
    await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        if (at % 2 === 1) return tell(two, `other ${at}`);
        await one.transaction(async (tx) => {
          const place = (await tx.setting('place')) ?? '0';
          await tx.putSetting('place', String(Number(place) + 1));
          tx.tell(eventOf(`told ${place}`));
          tx.afterCommit(() => heard[0].push(`done ${place}`));
        });
      }),
    );
    await soon(() => [heard[0].length, heard[1].length]).toEqual([90, 60]);
    const expected = heard[1].flatMap((text) =>
      text.startsWith('told') ? [text, text.replace('told', 'done')] : [text],
    );
    expect(heard[0]).toEqual(expected);
    for (const store of stores) await store.close();
  });

  it('that lost each other hear in order what was said meanwhile', async () => {
    const { url, stores, heard } = await twoNodes();
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'onethread'`;
    for (let round = 0; round < 3; round += 1) {
      await cluster.query(url, cut);
      for (const part of ['a', 'b', 'c']) await tell(stores[0], `${round}${part}`);
    }
    const all = [0, 1, 2].flatMap((round) => [`${round}a`, `${round}b`, `${round}c`]);
    await soon(() => heard[1]).toEqual(all);
    expect(heard[0]).toEqual(all);
    for (const store of stores) await store.close();
  });

  it('that were cut off for too long say so, and go on', async () => {
    const { url, stores, heard } = await twoNodes();
    await tell(stores[0], 'before');
    await soon(() => heard[1]).toEqual(['before']);
    // As if it had been said, and swept away, while the second heard nothing.
    await cluster.query(
      url,
      `INSERT INTO news (place, said, teller) SELECT MAX(place) + 2, '[]', '' FROM news`,
    );
    await tell(stores[0], 'after');
    await soon(() => heard[1].at(-1)).toBe('after');
    expect(heard[1].slice(0, 2)).toEqual(['before', 'missed']);
    for (const store of stores) await store.close();
  });

  it('hear again after their database was gone for longer than news is kept', async () => {
    const url = await cluster.create();
    const lines: string[] = [];
    const keepNewsMs = 20;
    const logged = createLog((line) => lines.push(line), Date.now);
    const [one, two] = [await open(url), await openPostgresStore({ url, log: logged, keepNewsMs })];
    const heard: string[] = [];
    two.listen({ heard: (news) => heard.push(textOf(news)), missed: () => heard.push('missed') });
    await cluster.pause(async () => {
      await soon(() => lines.join()).toContain('lost the other nodes');
      // It sweeps twice in the meantime.
      await new Promise((resolve) => setTimeout(resolve, keepNewsMs));
    });
    await soon(() => lines.join()).toContain('hears the other nodes again');
    await tell(one, 'after');
    // Itself, or that it was swept away before it was heard.
    await soon(() => heard).toEqual([expect.stringMatching(/^(after|missed)$/)]);
    for (const store of [one, two]) await store.close();
  });

  it('keep nothing of what was said longer than it takes to hear it', async () => {
    const url = await cluster.create();
    const store = await openPostgresStore({ url, log, keepNewsMs: 100 });
    const heard: string[] = [];
    store.listen({ heard: (news) => heard.push(textOf(news)), missed: () => heard.push('missed') });
    for (const text of ['a', 'b', 'c']) await tell(store, text);
    await soon(() => cluster.query(url, 'SELECT place, said FROM news')).toEqual([
      { place: '3', said: null },
    ]);
    await tell(store, 'd');
    expect(heard).toEqual(['a', 'b', 'c', 'd']);
    await store.close();
  });

  it('share a duty that one of them has, and the other once it is gone', async () => {
    const { url, stores } = await twoNodes();
    const log: string[] = [];
    const queue = (at: 0 | 1): void =>
      stores[at].queueFor({ begin: () => log.push(`${at} begins`), end: () => log.push(`${at} ends`) });
    queue(0);
    await soon(() => log).toEqual(['0 begins']);
    queue(1);
    await soon(() => cluster.query(url, waitingForDuty)).toHaveLength(1);
    expect(log).toEqual(['0 begins']);
    await stores[0].close();
    await soon(() => log).toEqual(['0 begins', '0 ends', '1 begins']);
    await stores[1].close();
  });

  it('keep a message once that is sent to both of them at the same time', async () => {
    const { stores } = await twoNodes();
    await stores[0].transaction((tx) => conversation(tx, 'u'));
    const sent = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        stores[at % 2 === 0 ? 0 : 1].transaction(async (tx) => {
          const known = await tx.messageByClientMessageId('u', 'key');
          if (known) return known.id;
          await tx.insertMessage(message(`m${at}`, 'u', 1 + at, 'key'), []);
          return `m${at}`;
        }),
      ),
    );
    expect(new Set(sent).size).toBe(1);
    expect(await stores[1].transaction((tx) => tx.places('of u'))).toHaveLength(1);
    for (const store of stores) await store.close();
  });
});

const waitingForDuty = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

function textOf(news: News): string {
  return news.kind === 'event' && news.event.type === 'message' ? (news.event.message.text ?? '') : news.kind;
}
