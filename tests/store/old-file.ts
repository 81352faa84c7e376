import type Database from 'better-sqlite3-multiple-ciphers';
import type { Message } from '../../contract/model.ts';
import type { Step } from '../../store/schema.ts';

/** Into a database of the first version of the schema, as that version stored them. */
export function storeAsFirstVersion(database: Database.Database, messages: readonly Message[]): void {
  const insert = database.prepare(
    `INSERT INTO messages (key, id, client_message_id, received, outbox_position, status, attempted, body)
     VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
  );
  for (const { key, id, clientMessageId, received, outboxPosition, status, ...body } of messages)
    insert.run(key, id, clientMessageId, received, outboxPosition, status, JSON.stringify(body));
}

/** The statements of a step, which is laid out with each at the beginning of a line. */
export function statementsOf(step: Step): string[] {
  return step.split(/;\n {3}(?!END)(?=[A-Z])/);
}

/** `steps`, with a call of `die()` before the nth statement of all, or behind the last one. */
export function dyingAt(steps: readonly Step[], nth: number): Step[] {
  let number = 0;
  return steps.map((step) => {
    const statements = statementsOf(step).flatMap((statement) => {
      number += 1;
      return number === nth ? ['SELECT die()', statement] : [statement];
    });
    return statements.join(';\n');
  });
}
