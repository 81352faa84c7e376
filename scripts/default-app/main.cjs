// What Electron runs when it is given a folder instead of being packaged: `electron [-r module]... path [args]`.
// The carried test runtime comes without this part, so it gets this one (scripts/electron-runtime.ts).
const { app, dialog } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

/** @returns {{ preloads: string[], folder: string | undefined }} switches before the path are Chromium's and Node's own */
function readCommandLine(argv) {
  const preloads = [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i];
    if (word === '-r' || word === '--require') preloads.push(argv[++i]);
    else if (!word.startsWith('-')) return { preloads, folder: path.resolve(word) };
  }
  return { preloads, folder: undefined };
}

/** The app's own name and version stand in for Electron's before its code runs, as when it is packaged. */
function adopt(folder) {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return path.dirname(folder);
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  if (manifest.version) app.setVersion(manifest.version);
  const name = manifest.productName || manifest.name;
  if (name) {
    app.setName(name);
    app.setPath('userData', userDataFolder(name));
    if (process.platform === 'linux') app.setDesktopName(manifest.desktopName || `${name}.desktop`);
  }
  return folder;
}

function userDataFolder(name) {
  const given = app.commandLine.getSwitchValue('user-data-dir');
  return given ? path.resolve(given) : path.join(app.getPath('appData'), name);
}

const { preloads, folder } = readCommandLine(process.argv);
if (folder === undefined) {
  process.stderr.write('Give the folder of an app to run.\n');
  app.exit(64);
} else {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true, configurable: false });
  try {
    if (preloads.length > 0) Module._preloadModules(preloads);
    app.setAppPath(adopt(folder));
    Module._load(folder, module, true);
  } catch (error) {
    process.stderr.write(`The app in ${folder} could not be started.\n${error.stack}\n`);
    if (app.isReady()) dialog.showErrorBox('The app could not be started', String(error));
    app.exit(1);
  }
}
