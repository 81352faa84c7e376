import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsFile } from '../../main/ports/settings.ts';

/** One disk, and the file on it as a fresh start of the app would open it. */
export interface SettingsWorld {
  open(): SettingsFile;
  /** Put an unreadable file where the settings should be. */
  spoil(): void;
  /** From now on the disk takes nothing. */
  fill(): void;
  close(): void;
}

/** What every settings file promises, whatever it is made of. */
export function describeSettingsFile(name: string, make: () => SettingsWorld): void {
  describe(name, () => {
    let world: SettingsWorld;
    beforeEach(() => {
      world = make();
    });
    afterEach(() => world.close());

    it('is an empty object before the first save', () => {
      expect(world.open().load()).toEqual({ raw: {}, setAside: false });
    });

    it('gives back at the next start what was saved', () => {
      const raw = { appId: 'a1', 'dotted.key': { deep: [1, null, 'é😀'] }, theme: 'dark' };
      expect(world.open().save(raw)).toBe(true);
      expect(world.open().load()).toEqual({ raw, setAside: false });
    });

    it('holds the last object saved and nothing of those before', () => {
      world.open().save({ one: 1, both: 1 });
      world.open().save({ two: 2, both: 2 });
      expect(world.open().load().raw).toEqual({ two: 2, both: 2 });
    });

    it('hands out an object of its own', () => {
      const file = world.open();
      file.save({ list: [1] });
      Object.assign(file.load().raw as object, { list: 'changed' });
      expect(file.load().raw).toEqual({ list: [1] });
    });

    it('is empty and says so after an unreadable file, and can be saved again', () => {
      world.spoil();
      const file = world.open();
      expect(file.load()).toEqual({ raw: {}, setAside: true });
      expect(file.save({ theme: 'light' })).toBe(true);
      expect(world.open().load()).toEqual({ raw: { theme: 'light' }, setAside: false });
    });

    it('is what was last saved, and says so, after the file was damaged', () => {
      world.open().save({ theme: 'dark' });
      world.open().save({ theme: 'light' });
      world.spoil();
      expect(world.open().load()).toEqual({ raw: { theme: 'light' }, setAside: true });
    });

    it('says so when the disk takes nothing', () => {
      world.fill();
      expect(world.open().save({ theme: 'dark' })).toBe(false);
    });
  });
}
