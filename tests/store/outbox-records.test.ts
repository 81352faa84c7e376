import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { valueOf } from '../ports/histories-suite.ts';
import { newAccount, newKey, outgoing } from './messages.ts';
import { folderOf, withDatabase } from './sql.ts';
import { storeRig } from './store-rig.ts';

it('D-09 Of an outbox in which one record cannot be read, only that record is lost', async () => {
  const [account, key] = [newAccount(), newKey()];
  const rig = await storeRig();
  try {
    const { history } = valueOf(await rig.histories.open(account, key, 50));
    valueOf(await history.commit({ enqueue: [outgoing(), outgoing(), outgoing()] }));
    const written = valueOf(await history.outbox());
    await history.close();
    const folder = folderOf(rig.folder, account);
    // What is left is the spare copy, and of that not all.
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `history.db${end}`), { force: true });
    const broken = written[1]?.message.key ?? '';
    withDatabase(join(folder, 'outbox.db'), key, (database) => {
      database.prepare(`UPDATE outbox SET item = '{"half' WHERE key = ?`).run(broken);
    });
    const again = valueOf(await rig.histories.open(account, key, 50));
    const left = valueOf(await again.history.outbox()).map(({ message }) => message.key);
    expect(left).toEqual([written[0], written[2]].map((item) => item?.message.key));
  } finally {
    await rig.dispose();
  }
});
