import { setImmediate } from 'node:timers/promises';

// Saves settings over and over until it is killed; says after each save which one it was.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createSettingsFile } = await import('../../main/adapters/settings-electron-store.ts');

const file = createSettingsFile(process.argv[2] ?? '');
for (let count = 1; ; count++) {
  if (file.save({ count, padding: 'x'.repeat(20_000) })) process.send?.(count);
  await setImmediate();
}
