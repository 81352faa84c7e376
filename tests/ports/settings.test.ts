import { MemorySettingsFile } from '../fakes/settings.ts';
import { describeSettingsFile } from './settings-suite.ts';

describeSettingsFile('MemorySettingsFile', () => {
  const file = new MemorySettingsFile();
  return {
    open: () => file,
    spoil: () => void (file.setAside = true),
    fill: () => void (file.refusesToSave = true),
    close: () => undefined,
  };
});
