// Exercise 2 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { CR0_PG, EBX } from '../../src/emulator/cpu/state';
import { buildPathMachine } from '../../src/emulator/run-path';
import { readKeyFile } from '../../src/host/lesson/read-lesson';
import type { PageCopy } from '../../src/lab/lesson/page-list';
import { decodePageList } from '../../src/lab/lesson/page-list';
import { valueOf } from '../support/fake-experiment';
import { readGuestImages } from '../support/guest-images';
import { MIB, PAGE_BYTES, requestOf } from './measured';

const KEY = valueOf(await readKeyFile('resources/exercises/keys/02-page-list.key.json'));
const { init: INIT } = readGuestImages().symbols;
describe('exercise 2: decode a page list', () => {
  // The list of the lesson, as its key has it.
  const { measure } = KEY.answers.pages;
  if (!measure || !('pageList' in measure)) throw new Error('The key has no page list.');
  const { pageList } = measure;
  const [LIST, PAGE_AT_0B000000] = [pageList.words, pageList.pages['0x0b000000']].map((words) => words.map(Number));
  const ANSWER = [
    { from: 0x0a3c_5000, to: 0x10_0000 },
    { from: 0x0a3c_6000, to: 0x10_1000 },
    { from: 0x0a40_0000, to: 0x9_0000 },
  ];

  it('gives three pages, 12,288 bytes', () => {
    expect(LIST).toEqual([0x0010_0001, 0x0a3c_5008, 0x0a3c_6008, 0x0b00_0002]);
    expect(PAGE_AT_0B000000).toEqual([0x0009_0001, 0x0a40_0008, 0x0000_0004]);
    expect(decodePageList(pageList)).toEqual(ANSWER);
    expect(KEY.answers).toMatchObject({ pages: { value: 3 }, bytes: { value: 12_288 } });
  });

  it('and the stub of the machine, given the list, copies these pages and no other', () => {
    const machine = buildPathMachine(requestOf('kexec', { set: { 'memory.ramBytes': 192 * MIB } }));
    const { memory, cpu } = machine;
    const ram = new DataView(memory.u8.buffer, memory.ramOffset);
    const copies: PageCopy[] = [];
    let movedBytes = 0;
    let isStubRunning = false;
    cpu.watchExecution(INIT.services_up, () => {
      cpu.observer = {
        controlRegister0Changed: (before, after) => {
          if (isStubRunning || !(before & CR0_PG) || after & CR0_PG) return;
          isStubRunning = true;
          // The head is in EBX, and the stub goes on from there (relocate-kernel.S); an indirection leads to our own list.
          LIST.forEach((word, i) => ram.setUint32(0x0b10_0000 + 4 * i, word, true));
          PAGE_AT_0B000000.forEach((word, i) => ram.setUint32(0x0b00_0000 + 4 * i, word, true));
          ANSWER.forEach(({ from }, i) =>
            memory.u8.fill(0x51 + i, memory.ramOffset + from, memory.ramOffset + from + PAGE_BYTES),
          );
          memory.i32[EBX] = 0x0b10_0000 | 2;
        },
        // An alarm of a chip may part a page's copy in two.
        blockMoved: (from, to, sizeBytes) => {
          if (!isStubRunning) return;
          for (let at = 0; at < sizeBytes; at++) {
            if ((from + at) % PAGE_BYTES === 0) copies.push({ from: from + at, to: to + at });
          }
          movedBytes += sizeBytes;
          if (movedBytes >= ANSWER.length * PAGE_BYTES) machine.requestStop();
        },
      };
    });
    machine.powerOn();
    expect(machine.run({ limitCycles: 1e12, heartbeat: () => true })).toBe('stopped');
    expect(copies).toEqual(ANSWER);
    expect(movedBytes).toBe(12_288);
    ANSWER.forEach(({ to }, i) => {
      const page = memory.u8.subarray(memory.ramOffset + to, memory.ramOffset + to + PAGE_BYTES);
      expect(page.every((byte) => byte === 0x51 + i)).toBe(true);
    });
  });
});
