import { describe, expect, it } from 'vitest';
import type { CopyFaults } from '../../src/emulator/copy-faults';
import { createCopyFaults } from '../../src/emulator/copy-faults';

const PAGE = 4096;
const at = (page: number) => page * PAGE;

/** Moves whole pages, `[from, to]` by number. */
function copy(faults: CopyFaults, ...pages: readonly (readonly [number, number])[]): void {
  for (const [from, to] of pages) faults.moved(at(from), at(to), PAGE);
}

/** As the three-copy stub does it: source to the spare page, destination to source, spare page to destination. */
function exchange(faults: CopyFaults, spare: number, ...pages: readonly (readonly [number, number])[]): void {
  for (const [from, to] of pages) copy(faults, [from, spare], [to, from], [spare, to]);
}

describe('a list of pages that keeps the invariant', () => {
  it('gives no warning, in one copy or by exchange', () => {
    const faults = createCopyFaults();
    copy(faults, [0x500, 0x100], [0x345, 0x101], [0x102, 0x102], [0x90, 0x103]);
    faults.clear();
    exchange(faults, 0x66, [0x500, 0x100], [0x345, 0x101], [0x102, 0x102], [0x90, 0x103]);
    expect(faults.warnings()).toEqual([]);
  });

  it('gives none when a page is moved in pieces, or many pages at one go', () => {
    const faults = createCopyFaults();
    faults.moved(at(0x500), at(0x100), 100);
    faults.moved(at(0x500) + 100, at(0x100) + 100, PAGE - 100);
    faults.moved(at(0x501), at(0x101), 3 * PAGE);
    expect(faults.warnings()).toEqual([]);
  });

  it('tells destinations from the spare page and the sources of an exchange', () => {
    const faults = createCopyFaults();
    exchange(faults, 0x66, [0x500, 0x100], [0x345, 0x101]);
    const isDestination = (page: number) => faults.isDestination(at(page) + 17);
    expect([0x100, 0x101].map(isDestination)).toEqual([true, true]);
    expect([0x66, 0x500, 0x345, 0x102].map(isDestination)).toEqual([false, false, false, false]);
  });
});

describe('a list that does not', () => {
  it('names the first page that was overwritten by a copy before it was copied, and counts the others', () => {
    const faults = createCopyFaults();
    copy(faults, [0x500, 0x100], [0x501, 0x101], [0x502, 0x102], [0x100, 0x103], [0x101, 0x104]);
    expect(faults.warnings()).toEqual([
      'The page at 100000h was overwritten by the copy of another page before it was copied to 103000h, and so were 1 more.',
    ]);
  });

  it('is found right behind the copy that did it', () => {
    const faults = createCopyFaults();
    copy(faults, [0x500, 0x100], [0x100, 0x101]);
    expect(faults.warnings()).toHaveLength(1);
  });

  it('is found within a run of pages', () => {
    const faults = createCopyFaults();
    copy(faults, [0x500, 0x101]);
    faults.moved(at(0x100), at(0x300), 2 * PAGE);
    expect(faults.warnings()[0]).toContain('101000h was overwritten by the copy of another page');
    expect(faults.warnings()[0]).toContain('to 301000h');
  });
});

describe('a bus master', () => {
  it('spoils a page that is copied afterwards', () => {
    const faults = createCopyFaults();
    faults.masterWrote('card', at(0x500) + 60, 64);
    copy(faults, [0x500, 0x100]);
    expect(faults.warnings()).toEqual([
      'The page at 500000h was overwritten by DMA by card before it was copied to 100000h.',
    ]);
  });

  it('spoils both pages that a write touches', () => {
    const faults = createCopyFaults();
    faults.masterWrote('card', at(0x501) - 4, 8);
    copy(faults, [0x500, 0x100], [0x501, 0x101]);
    expect(faults.warnings()[0]).toContain('and so were 1 more');
  });

  it('harms nobody where nothing is copied from, or where a page arrives later', () => {
    const faults = createCopyFaults();
    faults.masterWrote('card', at(0x77), 64);
    faults.masterWrote('card', at(0x100), 64);
    copy(faults, [0x500, 0x100], [0x501, 0x101]);
    expect(faults.warnings()).toEqual([]);
  });
});

it('goes on from its saved state', () => {
  const faults = createCopyFaults();
  copy(faults, [0x500, 0x100]);
  faults.masterWrote('card', at(0x501), 64);
  const restored = createCopyFaults();
  restored.restoreState(JSON.parse(JSON.stringify(faults.saveState())) as ReturnType<CopyFaults['saveState']>);
  for (const each of [faults, restored]) copy(each, [0x501, 0x101], [0x100, 0x102]);
  expect(restored.warnings()).toHaveLength(2);
  expect(restored.warnings()).toEqual(faults.warnings());
});
