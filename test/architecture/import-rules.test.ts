// The rooms of the house and who may import whom, as a table (see CONTRIBUTING.md, "Rooms").
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../src');

interface Rule {
  /** Rooms, or files of rooms, whose modules may be imported. The room itself always may. */
  readonly rooms: readonly string[];
  /** Packages that may be imported, as patterns. */
  readonly packages: readonly RegExp[];
}

const NODE = /^node:/;
const RULES: Readonly<Record<string, Rule>> = {
  emulator: { rooms: [], packages: [] },
  lab: {
    rooms: ['emulator/index'],
    packages: [/^csv-stringify\b/, /^@noble\/hashes\b/, /^simple-statistics$/, /^d3-scale$/],
  },
  contract: { rooms: ['lab'], packages: [/^zod$/] },
  host: { rooms: ['lab', 'contract', 'emulator/index'], packages: [NODE, /^fast-png$/, /^node-sqlite3-wasm$/] },
  cli: { rooms: ['host', 'lab', 'contract'], packages: [NODE, /^commander$/] },
  main: { rooms: ['host', 'lab', 'contract'], packages: [NODE, /^electron$/] },
  renderer: {
    rooms: ['contract', 'lab'],
    packages: [/^vue$/, /^pinia$/, /^chart\.js\b/],
  },
};

/** Every form of import; the module is in the first or second group. */
const IMPORT = /(?:^|[^.\w])(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

interface Import {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly target: string;
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

const relativeToSource = (file: string) => file.slice(SOURCE.length + 1).replaceAll('\\', '/');

function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(IMPORT)].map((match) => ({
    file: relativeToSource(file),
    line: source.slice(0, match.index + match[0].length).split('\n').length,
    text: match[0].trim(),
    target: match[1] ?? match[2],
  }));
}

function isAllowed({ file, target }: Import): boolean {
  const room = file.split('/')[0];
  const rule = RULES[room];
  const path = target.replace(/\?.*$/, '');
  if (!path.startsWith('.')) return rule.packages.some((pattern) => pattern.test(path));
  const resolved = posix.join(posix.dirname(file), path);
  const isInside = (place: string) => resolved === place || resolved.startsWith(`${place}/`);
  return isInside(room) || rule.rooms.some(isInside);
}

describe('rooms', () => {
  it('are the ones of the table, no more', () => {
    expect(readdirSync(SOURCE).sort()).toEqual(Object.keys(RULES).sort());
  });

  it.each(Object.keys(RULES))('%s imports only what its rule allows', (room) => {
    const broken = filesOf(join(SOURCE, room))
      .flatMap(importsOf)
      .filter((one) => !isAllowed(one));
    expect(broken.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
  });

  it('finds imports of every form', () => {
    const forms = `import a from 'a';\nimport 'b';\nexport { c } from "c";\nimport type {\n  D,\n} from './d';\nawait import('e');`;
    expect([...forms.matchAll(IMPORT)].map((match) => match[1] ?? match[2])).toEqual(['a', 'b', 'c', './d', 'e']);
  });
});

describe('the pure rooms', () => {
  const FORBIDDEN = [
    /\bDate\b/,
    /\bMath\.random\b/,
    /\bconsole\s*[.[]/,
    /\bperformance\b/,
    /\bset(Timeout|Interval|Immediate)\b/,
    /\bprocess\b/,
    /\b(window|document|navigator|globalThis)\s*\./,
    /\brequire\s*\(/,
    /\bfetch\s*\(/,
  ];

  const codeLines = (file: string) =>
    readFileSync(file, 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
      .split('\n')
      .map((line) =>
        line.replace(/(^|\s)\/\/.*$/, '').replace(/'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`|"(?:[^"\\]|\\.)*"/g, "''"),
      );

  it.each(['emulator', 'lab'])('%s touches no clock, chance, console or host', (room) => {
    const found = filesOf(join(SOURCE, room)).flatMap((file) =>
      codeLines(file).flatMap((line, i) =>
        FORBIDDEN.some((pattern) => pattern.test(line)) ? [`${relativeToSource(file)}:${i + 1}: ${line.trim()}`] : [],
      ),
    );
    expect(found).toEqual([]);
  });
});
