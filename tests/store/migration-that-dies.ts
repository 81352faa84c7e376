// Stands for a store that is killed while it brings a file to the newest version. Arguments: path, key, statement.
import { historySteps, migrate } from '../../store/schema.ts';
import { dyingAt } from './old-file.ts';
import { withDatabase } from './sql.ts';

const [path = '', key = '', nth = ''] = process.argv.slice(2);
withDatabase(path, key, (database) => {
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = WAL');
  database.function('die', () => process.kill(process.pid, 'SIGKILL'));
  migrate(database, dyingAt(historySteps, Number(nth)), () => undefined);
});
