// The app: scheme, window, menu, handlers. Thin on purpose; the engine runs in worker threads behind the host.
import { app, BrowserWindow, ipcMain, Menu, session } from 'electron';
import { join } from 'node:path';
import { createLabHost } from '../host/lab-host';
import { CHANNELS } from './channels';
import { createHistory } from './history';
import { createHandle } from './ipc';
import { registerLabHandlers } from './lab-handlers';
import { menuTemplate } from './menu';
import { APP_ORIGIN, registerAppScheme, serveRenderer } from './protocol';
import { systemDialogs } from './save-dialogs';
import { denyPermissions, guardContents, openWindow } from './window';
import { writePicture } from './write-picture';

const isMac = process.platform === 'darwin';
const outDir = join(__dirname, '..');
const preloadFile = join(outDir, 'preload/index.cjs');

// Only the development build looks at this variable; electron-vite sets it to its own server.
const devServer = import.meta.env.DEV ? process.env.ELECTRON_RENDERER_URL : undefined;
const origin = devServer ? new URL(devServer).origin : APP_ORIGIN;

const PREPARE_HISTORY_AFTER_MS = 2000;

let window: BrowserWindow | undefined;

function send(channel: string, payload: unknown): void {
  if (window && !window.isDestroyed()) window.webContents.send(channel, payload);
}

function showWindow(): void {
  window = openWindow(preloadFile, devServer ?? `${APP_ORIGIN}/`);
}

app.setName('Bootlab');
registerAppScheme();
guardContents(app, origin);

void app.whenReady().then(() => {
  denyPermissions(session.defaultSession);
  serveRenderer(join(outDir, 'renderer'));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(isMac, (command) => send(CHANNELS.command, command))));

  const host = createLabHost({
    workerFile: join(__dirname, 'engine-worker.cjs'),
    resourcesDir: join(outDir, '../resources'),
  });
  const history = createHistory(host);
  const handle = createHandle(ipcMain, origin, (error) => process.stderr.write(`${String(error)}\n`));
  const { cancelAll } = registerLabHandlers(handle, {
    host,
    history,
    dialogs: systemDialogs(() => window as BrowserWindow),
    writeFile: writePicture,
    send,
  });

  showWindow();
  // Loading SQLite takes half a second: not while the window opens, nor when somebody waits for the history.
  const preparing = setTimeout(() => history.prepare(), PREPARE_HISTORY_AFTER_MS);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) showWindow();
  });
  app.on('window-all-closed', () => {
    cancelAll();
    if (!isMac) app.quit();
  });
  app.on('before-quit', () => {
    clearTimeout(preparing);
    cancelAll();
  });
});
