import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COVERED_LINES } from '../../../src/lab/validation/coverage';
import { PUBLISHED_CHECKS } from '../../../src/lab/validation/published';

/** The first cell with text of each row of the tables in docs/facts.md C and D: "C1: LinuxBIOS, about 2001". */
function factLines(): string[] {
  const lines = readFileSync('docs/facts.md', 'utf8').split('\n');
  const found: string[] = [];
  let section = '';
  lines.forEach((line, at) => {
    const heading = /^##+ (\w+)\./.exec(line);
    if (heading) section = heading[1];
    if (!line.startsWith('|') || !/^[CD]\d$/.test(section)) return;
    const isHead = /^\| -/.test(lines[at + 1] ?? '');
    if (isHead || /^\| -/.test(line)) return;
    const cells = line.split('|').map((cell) => cell.trim());
    found.push(`${section}: ${cells.find((cell) => cell !== '')}`);
  });
  return found;
}

describe('the published lines of docs/facts.md C and D', () => {
  const facts = factLines();
  const covered = COVERED_LINES.map(({ section, line }) => `${section}: ${line}`);

  it('are all in the list, and the list has no other', () => {
    expect(facts.length).toBeGreaterThan(80);
    expect([...new Set(facts)].filter((line) => !covered.includes(line))).toEqual([]);
    expect(covered.filter((line) => !facts.includes(line))).toEqual([]);
  });

  it('are in it once', () => {
    expect(covered.filter((line, at) => covered.indexOf(line) !== at)).toEqual([]);
  });

  it('are held by checks that there are, tests that there are, figures that there are, or nothing for a reason', () => {
    const checkIds = PUBLISHED_CHECKS.map(({ id }) => id);
    const modern = readFileSync('resources/figures/modern-server.json', 'utf8');
    for (const { line, coverage } of COVERED_LINES) {
      switch (coverage.by) {
        case 'checks':
          expect(checkIds, line).toEqual(expect.arrayContaining([...coverage.checkIds]));
          expect(coverage.checkIds.length, line).toBeGreaterThan(0);
          break;
        case 'test':
          expect(existsSync(coverage.file), coverage.file).toBe(true);
          break;
        case 'figures':
          expect(modern, line).toContain(coverage.sourceContains);
          break;
        case 'nothing':
          expect(coverage.why.length, line).toBeGreaterThan(10);
      }
    }
  });

  it('use every check but those of other sections (A1 hand-over and load, A7 what kexec saves, B2 keyboard)', () => {
    const used = COVERED_LINES.flatMap(({ coverage }) => (coverage.by === 'checks' ? coverage.checkIds : []));
    const unused = PUBLISHED_CHECKS.map(({ id }) => id).filter((id) => !used.includes(id));
    expect(unused).toEqual(['saved-by-kexec', 'keyboard-bat', 'handover-2003', 'load-before-outage']);
  });
});
