import { describe, expect, it, vi } from 'vitest';
import { denyPermissions, guardContents, WEB_PREFERENCES } from '../../src/main/window';

vi.mock('electron', () => ({ BrowserWindow: class {}, dialog: {}, nativeTheme: {} }));

/** Contents that keep their listeners, as an app that has just made them would announce. */
function guardedContents() {
  const listeners = new Map<string, (event: unknown) => void>();
  const openHandler = vi.fn();
  const contents = {
    setWindowOpenHandler: (handler: () => unknown) => openHandler.mockImplementation(handler),
    on: (name: string, listener: (event: unknown) => void) => void listeners.set(name, listener),
  };
  const app = { on: (_name: string, announce: (event: unknown, contents: unknown) => void) => announce({}, contents) };
  guardContents(app as never, 'app://bootlab');
  const isPrevented = (name: string, url = '') => {
    const preventDefault = vi.fn();
    listeners.get(name)!({ url, preventDefault });
    return preventDefault.mock.calls.length > 0;
  };
  return { openHandler, isPrevented };
}

it('gives the page no Node, an own context and a sandbox', () => {
  expect(WEB_PREFERENCES).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
  });
});

describe('a page', () => {
  it('opens no window', () => {
    expect(guardedContents().openHandler()).toEqual({ action: 'deny' });
  });

  it.each(['https://example.org/', 'file:///etc/passwd', 'app://bootlab.evil/', 'app://other/', 'javascript:alert(1)'])(
    'does not go to %s',
    (url) => {
      const { isPrevented } = guardedContents();
      expect(isPrevented('will-navigate', url)).toBe(true);
      expect(isPrevented('will-redirect', url)).toBe(true);
    },
  );

  it('may reload itself', () => {
    expect(guardedContents().isPrevented('will-navigate', 'app://bootlab/')).toBe(false);
  });

  it('holds no webview', () => {
    expect(guardedContents().isPrevented('will-attach-webview')).toBe(true);
  });

  it('gets no permission, asked or checked', () => {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
    };
    denyPermissions(session as never);
    const decide = vi.fn();
    session.setPermissionRequestHandler.mock.calls[0][0](null, 'media', decide);
    expect(decide).toHaveBeenCalledExactlyOnceWith(false);
    expect(session.setPermissionCheckHandler.mock.calls[0][0]()).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0][0]()).toBe(false);
  });
});
