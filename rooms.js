// The import table: the one object from which the lint zones are made and which tests/rules proves by planting a bad
// import in each room. ARCHITECTURE.md shows it as a table.

/** Rooms and the other rooms each may import from (itself always). */
export const rooms = {
  contract: [],
  'main/ports': ['contract'],
  'main/identity': ['contract', 'main/ports'],
  'main/service': ['contract', 'main/ports'],
  'main/sync': ['contract', 'main/ports'],
  'main/archive': ['contract', 'main/ports'],
  'main/media': ['contract', 'main/ports'],
  'main/notifications': ['contract', 'main/ports'],
  'main/settings': ['contract', 'main/ports'],
  'main/ipc': ['contract', 'main/ports'],
  'main/adapters': ['contract', 'main/ports'],
  'main/desktop': ['contract', 'main/ports'],
  store: ['contract'],
  preload: ['contract'],
  renderer: ['contract'],
  server: ['contract'],
  desk: ['contract'],
};

/** The messenger's core: no Electron, no Node, no clock of its own. Its rooms meet through ports, in main/wiring.ts. */
export const core = [
  'main/identity',
  'main/service',
  'main/sync',
  'main/archive',
  'main/media',
  'main/notifications',
  'main/settings',
  'main/ipc',
];

export const clocklessGlobals = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'crypto',
  'process',
].map((name) => ({ name, message: 'The core takes its clock, its chance and its network through ports.' }));

/** Packages (as regular expressions) a room may import; `*` means any. */
export const packages = {
  contract: ['zod'],
  'main/ports': ['zod'],
  'main/identity': ['zod'],
  'main/service': ['zod'],
  'main/sync': ['zod'],
  'main/archive': ['zod'],
  'main/media': ['zod'],
  'main/notifications': ['zod'],
  'main/settings': ['zod'],
  'main/ipc': ['zod'],
  'main/adapters': '*',
  'main/desktop': ['electron', 'node:.*', 'zod'],
  store: ['better-sqlite3-multiple-ciphers', 'node:.*', 'zod'],
  preload: ['electron'],
  renderer: ['react', 'react-dom', 'virtua', 'linkify-it', 'zod'],
  server: '*',
  desk: ['react', 'react-dom', 'linkify-it', 'zod'],
};

/** What is not a room of the table: tests, scripts and benches may open every door, and no room may open theirs. */
const outside = ['tests', 'scripts', 'bench', 'out'];

export const zones = Object.entries(rooms).flatMap(([room, open]) =>
  [...Object.keys(rooms), ...outside, './main/messenger.ts', './main/wiring.ts', './main/start.ts']
    .filter((other) => other !== room && !open.includes(other))
    .map((other) => ({
      target: `./${room}`,
      from: other.startsWith('./') ? other : `./${other}`,
      message: `${room}/ may open only: ${open.join(', ') || 'no other room'} (rooms.js).`,
    })),
);
