import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONTENT_SECURITY_POLICY, findAsset, respond } from '../../src/main/protocol';

vi.mock('electron', () => ({ protocol: {} }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-protocol-'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'script.js'), 'go()');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('allows our own files and inline styles, and nothing else', () => {
  expect(CONTENT_SECURITY_POLICY).toBe("default-src 'self'; style-src 'self' 'unsafe-inline'");
});

describe('an address', () => {
  it('leads to a file of the renderer', () => {
    expect(findAsset('/r', 'app://bootlab/')).toBe(join('/r', 'index.html'));
    expect(findAsset('/r', 'app://bootlab/assets/a.js?v=1')).toBe(join('/r', 'assets/a.js'));
  });

  it.each([
    'app://other/index.html',
    'https://bootlab/index.html',
    'app://bootlab/..%2fsecret.html',
    'app://bootlab/%2e%2e/%2e%2e/etc/passwd.html',
    'app://bootlab/..%5c..%5csecret.html%00',
    'app://bootlab/assets/',
    'app://bootlab/data.json',
    'app://bootlab/%E0%A4%A.js',
    'app://bootlab/a.js%00.html',
  ])('%s leads nowhere outside', (url) => {
    const path = findAsset('/r', url);
    expect(path === undefined || path.startsWith(join('/r', '/'))).toBe(true);
    if (path !== undefined) expect(path).not.toMatch(/\0|\.\.\//);
  });

  it.each(['app://other/index.html', 'app://bootlab/..%2fsecret.html', 'app://bootlab/data.json'])(
    '%s has no file',
    (url) => {
      expect(findAsset('/r', url)).toBeUndefined();
    },
  );
});

describe('an answer', () => {
  it('carries the content, its type and the policy', async () => {
    const response = await respond(folder, 'app://bootlab/');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is 404 for what is not there', async () => {
    expect((await respond(folder, 'app://bootlab/missing.js')).status).toBe(404);
  });
});
