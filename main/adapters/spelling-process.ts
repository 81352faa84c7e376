import { readFileSync } from 'node:fs';
import type { ParentPort } from 'electron';
import { loadModule, type Hunspell } from 'hunspell-asm';
import { type SpellingReply, SpellingRequest } from './spelling-protocol.ts';

/**
 * The spelling process: Hunspell as WebAssembly, with dictionaries that came with the app. It has no network and writes
 * nothing; what it is asked about, it forgets with the answer.
 */

const mostSuggestions = 5;

let languages: Promise<readonly Hunspell[]> = Promise.resolve([]);

async function open(files: readonly string[]): Promise<readonly Hunspell[]> {
  const factory = await loadModule();
  return files.map((file) =>
    factory.create(
      factory.mountBuffer(readFileSync(`${file}.aff`)),
      factory.mountBuffer(readFileSync(`${file}.dic`)),
    ),
  );
}

async function answer(request: SpellingRequest): Promise<SpellingReply | null> {
  if (request.call === 'open') {
    languages = open(request.files);
    return null;
  }
  const known = await languages;
  if (request.call === 'check') {
    const words = request.words.filter((word) => !known.some((language) => language.spell(word)));
    return { id: request.id, words: known.length === 0 ? [] : words };
  }
  const each = known.map((language) => language.suggest(request.word));
  // The best of each language, then the second best.
  const longest = Math.max(0, ...each.map(({ length }) => length));
  const mixed = Array.from({ length: longest }, (_, n) => each.flatMap((some) => some[n] ?? [])).flat();
  return { id: request.id, words: [...new Set(mixed)].slice(0, mostSuggestions) };
}

async function serve(raw: unknown, reply: (reply: SpellingReply) => void): Promise<void> {
  const answered = await answer(SpellingRequest.parse(raw));
  if (answered !== null) reply(answered);
}

const port: ParentPort | undefined = process.parentPort;
// A broken dictionary or message: ending is the answer, and main knows how to read it.
const failed = (): void => process.exit(1);
if (port !== undefined) {
  port.on('message', ({ data }: { data: unknown }) => {
    serve(data, (reply) => port.postMessage(reply)).catch(failed);
  });
} else {
  process.on('message', (raw) => {
    serve(raw, (reply) => process.send?.(reply)).catch(failed);
  });
  process.once('disconnect', () => process.exit());
}
