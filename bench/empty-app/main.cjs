// The least an Electron app can be with our window flags: what the product's start and memory are measured against.
const { app, BrowserWindow } = require('electron');
const path = require('node:path');

app.enableSandbox();

app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 480,
    height: 720,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => {
    window.show();
    process.stdout.write(`ready-to-show ${Date.now()}\n`);
  });
  void window.loadFile(path.join(__dirname, 'index.html'));
});

app.on('window-all-closed', () => app.quit());
