/** What an app under test sees of our environment: the screen, and where programs are. Nothing else leaks into a test. */
const passedOn = [
  'PATH',
  'LANG',
  'DISPLAY',
  'XAUTHORITY',
  'WAYLAND_DISPLAY',
  'ELECTRON_OVERRIDE_DIST_PATH',
  'ONETHREAD_TEST_RUN',
];

/** @throws Error when there is no screen to draw on. */
export function screenEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    throw new Error('No screen: run these tests with npm run e2e.');
  return env;
}
