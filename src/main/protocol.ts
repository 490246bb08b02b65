// app://bootlab: the built renderer, served from its folder with a strict content policy, and nothing else.
import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const SCHEME = 'app';
export const APP_ORIGIN = `${SCHEME}://bootlab`;

/** Charts and the component library write style attributes; everything else comes from our own files. */
export const CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves `rendererDir` under APP_ORIGIN. */
export function serveRenderer(rendererDir: string): void {
  protocol.handle(SCHEME, (request) => respond(rendererDir, request.url));
}

/** The file of a URL of ours; undefined for another host, an unknown type or a path that leaves the folder. */
export function findAsset(rendererDir: string, url: string): string | undefined {
  const { protocol: scheme, host, pathname } = new URL(url);
  if (`${scheme}//${host}` !== APP_ORIGIN) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const path = normalize(join(rendererDir, name === '/' ? 'index.html' : name));
  const isInside = path.startsWith(normalize(rendererDir) + sep) && !path.includes('\0');
  return isInside && extname(path) in CONTENT_TYPES ? path : undefined;
}

/** The answer to a request of the page. */
export async function respond(rendererDir: string, url: string): Promise<Response> {
  const path = findAsset(rendererDir, url);
  const content = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || content === undefined) return new Response('Not found', { status: 404 });
  return new Response(content, {
    headers: {
      'Content-Type': CONTENT_TYPES[extname(path)],
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
