import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export const pageBytes = 4096;

/** A stretch of a process's memory. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** `[heap]`, `[stack]`, `anonymous`, or the file or device it maps. */
  readonly name: string;
}

/**
 * What the process holds in memory, as far as it can be read and is not merely a file's content: read-only private mappings
 * of files (code, resources) are left out, and so are pages never touched.
 *
 * @throws with the system's own code if the process is gone or not ours to look into
 */
export function stretchesOf(pid: number): readonly Stretch[] {
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .flatMap((line) => regionOf(line) ?? [])
      .flatMap((region) => touchedParts(pagemap, region));
  } finally {
    closeSync(pagemap);
  }
}

function regionOf(line: string): Stretch | null {
  const parts = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)$/.exec(line);
  if (parts === null) return null;
  const [, from = '', to = '', access = '', inode = '', name = ''] = parts;
  const isFilesContent = inode !== '0' && !access.includes('w') && access.endsWith('p');
  const isKernels = /^\[(vvar|vsyscall|vdso)/.test(name);
  if (!access.startsWith('r') || isFilesContent || isKernels) return null;
  return { from: parseInt(from, 16), to: parseInt(to, 16), name: name === '' ? 'anonymous' : name };
}

/** An entry of /proc/<pid>/pagemap: 8 bytes a page, bit 63 present, bit 62 swapped out (proc_pid_pagemap(5)). */
const entryBytes = 8;

function touchedParts(pagemap: number, { from, to, name }: Stretch): Stretch[] {
  const parts: { from: number; to: number; name: string }[] = [];
  const entries = Buffer.alloc(64 * 1024);
  for (let page = from / pageBytes; page * pageBytes < to;) {
    const wanted = Math.min(entries.length, (to / pageBytes - page) * entryBytes);
    const got = readSync(pagemap, entries, 0, wanted, page * entryBytes);
    if (got < entryBytes) break;
    for (let at = entryBytes; at <= got; at += entryBytes, page += 1) {
      if (((entries[at - 1] ?? 0) & 0xc0) === 0) continue;
      const start = page * pageBytes;
      const last = parts.at(-1);
      if (last?.to === start) last.to = start + pageBytes;
      else parts.push({ from: start, to: start + pageBytes, name });
    }
  }
  return parts;
}
