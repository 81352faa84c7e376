/** A history on disk: written event by event as it happens, so that it outlives whoever writes it. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { RunEvent } from './history.ts';

/** Appends each event as one line (`O_APPEND`), so that several may write to one file. */
export class Recorder {
  readonly #fd: number;
  #count = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'a');
  }

  get count(): number {
    return this.#count;
  }

  readonly record = (event: RunEvent): void => {
    writeSync(this.#fd, `${JSON.stringify(event)}\n`);
    this.#count += 1;
  };

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * The events of a history in the order of their time. A last line cut short is left out: whoever wrote it died.
 *
 * @throws on any other line that is no event
 */
export function readHistory(path: string): readonly RunEvent[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const whole = lines.slice(0, -1).map((line) => RunEvent.parse(JSON.parse(line)));
  return whole.sort((a, b) => a.t - b.t);
}
