import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The ways in which `text` could rest on a disk and still be read. */
function formsOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text);
  // Base64 of the text at each of its three possible places in a group of three bytes, without the ragged ends.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift), utf8])
        .toString('base64')
        .slice(4, -4),
    ),
  );
  return [utf8, Buffer.from(text, 'utf16le'), Buffer.from(utf8.toString('hex')), ...base64];
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** The files below `folder` in which one of `canaries` can be read. */
export function filesTelling(folder: string, canaries: readonly string[]): string[] {
  const forms = canaries.flatMap(formsOf);
  return filesBelow(folder).filter((path) => {
    const bytes = readFileSync(path);
    return forms.some((form) => bytes.includes(form));
  });
}
