import type { HelperProgram } from './child-process.ts';

/** What libsecret, its D-Bus and the desktop's unlock window need to find each other. */
const keptEnv = [
  ...['HOME', 'PATH', 'LANG', 'LC_ALL', 'USER', 'LOGNAME'],
  ...['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_DATA_DIRS', 'XDG_CURRENT_DESKTOP'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'],
  ...['APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'TEMP'],
];

/** The vault process. A file of its own, so that it can be started before anything larger is loaded. */
export const vaultProgram = (entryPath: string): HelperProgram => ({
  name: 'vault',
  entryPath,
  keepEnv: keptEnv,
});
