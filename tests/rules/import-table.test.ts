import { beforeAll, describe, expect, it } from 'vitest';
import { importOf, lintPlanted } from './planted-repository.ts';
import type { Planted } from './planted-repository.ts';
import { table } from './table.ts';

const { clocklessGlobals, core, packages, rooms, zones } = table;
const restrictedPath = 'import-x/no-restricted-paths';
const names = Object.keys(rooms);

/** Where a module to import stands: one in each room, and what is outside of the table. */
const outside = new Set(zones.map(({ from }) => from.slice(2)).filter((from) => !(from in rooms)));
const doorOf = (place: string): string => (place.endsWith('.ts') ? place : `${place}/door.ts`);
const places = [...names, ...outside];

interface Case {
  readonly room: string;
  readonly what: string;
  readonly allowed: boolean;
  readonly rule: string;
  readonly planted: Planted;
}

const betweenRooms: Case[] = names.flatMap((room) =>
  places
    .filter((place) => place !== room)
    .map((place, index) => {
      const path = `${room}/imports-${index}.ts`;
      return {
        room,
        what: place,
        allowed: rooms[room]?.includes(place) ?? false,
        rule: restrictedPath,
        planted: { path, code: importOf(path, doorOf(place)) },
      };
    }),
);

const everyPackage = ['zod', 'electron', 'node:fs', 'react', 'fastify', 'better-sqlite3-multiple-ciphers'];
const ofPackages: Case[] = names.flatMap((room) =>
  everyPackage.map((name, index) => {
    const open = packages[room];
    return {
      room,
      what: name,
      allowed: open === '*' || (open ?? []).some((known) => new RegExp(`^${known}$`).test(name)),
      rule: 'no-restricted-imports',
      planted: { path: `${room}/package-${index}.ts`, code: `import '${name}';\n` },
    };
  }),
);

const ofTheCore: Case[] = core.flatMap((room) =>
  clocklessGlobals.map(({ name }, index) => ({
    room,
    what: name,
    allowed: false,
    rule: 'no-restricted-globals',
    planted: { path: `${room}/global-${index}.ts`, code: `export const used = ${name};\n` },
  })),
);

describe('The import table', () => {
  const cases = [...betweenRooms, ...ofPackages, ...ofTheCore];
  let objections: ReadonlyMap<string, string[]>;

  beforeAll(async () => {
    const standing = places.map((place) => ({ path: doorOf(place), code: 'export const planted = 1;\n' }));
    objections = await lintPlanted([...standing, ...cases.map(({ planted }) => planted)]);
  }, 120_000);

  const heard = ({ planted, rule }: Case): boolean => {
    const rules = objections.get(planted.path);
    if (rules === undefined) throw new Error(`The lint did not look at ${planted.path}.`);
    return rules.includes(rule);
  };

  it('closes to every room what is no room: tests, scripts, benches, the build, and where all is put together', () => {
    expect([...outside]).toEqual(
      expect.arrayContaining(['tests', 'scripts', 'bench', 'out', 'main/wiring.ts', 'main/start.ts']),
    );
  });

  describe.each(names)('%s', (room) => {
    const here = cases.filter((one) => one.room === room);

    it('may not open the doors closed to it', () => {
      const passed = here.filter((one) => !one.allowed && !heard(one)).map(({ what }) => what);
      expect(passed).toEqual([]);
      expect(here.some(({ allowed }) => !allowed)).toBe(true);
    });

    it('may open those the table opens to it', () => {
      const refused = here.filter((one) => one.allowed && heard(one)).map(({ what }) => what);
      expect(refused).toEqual([]);
    });
  });
});
