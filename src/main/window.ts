// The one window, and the rules that hold for every page in it: no Node, no navigation, no new windows, no permissions.
import type { App, Session, WebContents, WebPreferences } from 'electron';
import { BrowserWindow, dialog, nativeTheme } from 'electron';

/** What the page may be; see Electron's security check list. */
export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  spellcheck: false,
} as const satisfies WebPreferences;

/** --surface of theme/tokens.css, so that nothing flashes before the page is drawn. */
const BACKGROUND = { light: '#ffffff', dark: '#16181c' } as const;

/** Opens the window when its first picture is ready. */
export function openWindow(preloadFile: string, url: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 880,
    minHeight: 560,
    useContentSize: true,
    show: false,
    title: 'Bootlab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { ...WEB_PREFERENCES, preload: preloadFile },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') void offerReload(window, details.reason);
  });
  void window.loadURL(url);
  return window;
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window has stopped working.',
    detail: `Its process ended (${reason}). Nothing was lost outside the window. [APP-WINDOW-GONE]`,
    buttons: ['Reload', 'Close'],
  });
  if (response === 0) window.reload();
  else window.close();
}

/** Denies what no page of ours needs, to every page there will ever be. `origin` is the only place to go. */
export function guardContents(app: App, origin: string): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents, origin));
}

function guardPage(contents: WebContents, origin: string): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  for (const name of ['will-navigate', 'will-redirect'] as const) {
    contents.on(name as 'will-navigate', (event) => {
      if (!event.url.startsWith(`${origin}/`)) event.preventDefault();
    });
  }
}

/** Camera, location, notifications and the rest: no. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
