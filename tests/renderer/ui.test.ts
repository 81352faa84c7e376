import './english.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Epoch, UserId } from '../../contract/ids.ts';
import { whoAmI } from '../../renderer/account/who-am-i.ts';
import { brandColors, contrast, readable, surfaces } from '../../renderer/ui/contrast.ts';
import { initials, shownName, shownText } from '../../renderer/ui/names.ts';
import { shownSize } from '../../renderer/ui/sizes.ts';
import { Announcer, announcementMs } from '../../renderer/ui/announcer.ts';
import { ManualTime } from './manual-time.ts';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('brandColors', () => {
  it('stay readable on every surface, whatever the brand', () => {
    fc.assert(
      fc.property(color, fc.constantFrom('light' as const, 'dark' as const), (brand, theme) => {
        const { fill, onFill, accent } = brandColors(brand, theme);
        expect(contrast(fill, onFill)).toBeGreaterThanOrEqual(readable);
        for (const surface of Object.values(surfaces[theme]))
          expect(contrast(accent, surface)).toBeGreaterThanOrEqual(readable);
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });

  it('leave a brand that is readable already as it is', () => {
    expect(brandColors('#17695f', 'light')).toEqual({
      fill: '#17695f',
      onFill: '#ffffff',
      accent: '#17695f',
    });
  });

  it('measure contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
  });
});

describe('shownName', () => {
  it.each([
    ['Ana', 'Ana'],
    ['  Ana \n García ', 'Ana García'],
    ['\u202eanA', 'anA'],
    ['\u200b\u2066\u2069', 'fallback'],
    ['', 'fallback'],
    [null, 'fallback'],
  ])('shows %j as %j', (name, shown) => {
    expect(shownName(name, 'fallback')).toBe(shown);
  });

  it('lets no more marks climb over a letter than any script needs', () => {
    expect(shownText(`a${'\u0301'.repeat(100)}b`)).toBe(`a${'\u0301'.repeat(6)}b`);
    expect(shownText('Việt Nam क्षत्रिय')).toBe('Việt Nam क्षत्रिय');
  });
});

describe('initials', () => {
  it.each([
    ['Ana García', 'AG'],
    ['ana@example.com', 'A'],
    ['ana.garcia@example.com', 'AG'],
    ['Maximiliane von und zu Hohenlohe', 'MH'],
    ['👩‍🚀 !', '?'],
    ['', '?'],
  ])('of %j are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

describe('shownSize', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [48_123_310, '48 MB'],
    [3_000_000_000_000, '3,000 GB'],
  ])('reads %i bytes as %s', (bytes, shown) => {
    expect(shownSize(bytes, 'en-GB')).toBe(shown);
  });
});

describe('whoAmI', () => {
  const somebody = {
    kind: 'identified',
    epoch: Epoch.parse(1),
    persistence: 'disk',
    userId: UserId.parse('ana@example.com'),
    name: null,
    verified: false,
  } as const;

  it('always says how sure the service is, and falls back to the user ID for a name', () => {
    expect(whoAmI(somebody)).toMatchObject({
      name: 'ana@example.com',
      standing: 'Not verified',
      tone: 'caution',
    });
    expect(whoAmI({ ...somebody, name: 'Ana', verified: true })).toMatchObject({
      name: 'Ana',
      standing: 'Verified',
    });
  });

  it('says where an anonymous conversation lives', () => {
    const anonymous = { kind: 'anonymous', epoch: Epoch.parse(1) } as const;
    expect(whoAmI({ ...anonymous, persistence: 'disk' }).standing).toBe('Only on this device');
    expect(whoAmI({ ...anonymous, persistence: 'memory' }).standing).toBe('Nothing is saved');
  });
});

describe('Announcer', () => {
  it('says everything once, joins what comes together, and is empty a second later', () => {
    const time = new ManualTime();
    const announcer = new Announcer({ after: time.after });
    announcer.say('one');
    time.advance(announcementMs / 2);
    announcer.say('two');
    announcer.say('help', 'assertive');
    expect(announcer.current()).toEqual({ polite: 'one\ntwo', assertive: 'help' });
    time.advance(announcementMs);
    expect(announcer.current()).toEqual({ polite: '', assertive: '' });
  });
});
