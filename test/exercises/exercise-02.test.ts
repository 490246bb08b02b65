// Exercise 2 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { CR0_PG, EBX } from '../../src/emulator/cpu/state';
import { buildPathMachine } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';
import { MIB, PAGE_BYTES, requestOf } from './measured';

const { init: INIT } = readGuestImages().symbols;
describe('exercise 2: decode a page list', () => {
  const LIST = [0x0010_0001, 0x0a3c_5008, 0x0a3c_6008, 0x0b00_0002];
  const PAGE_AT_0B000000 = [0x0009_0001, 0x0a40_0008, 0x0000_0004];
  const ANSWER = [
    [0x0a3c_5000, 0x10_0000],
    [0x0a3c_6000, 0x10_1000],
    [0x0a40_0000, 0x9_0000],
  ];

  /** By the rules of docs/facts.md A3. */
  function decode(list: readonly number[], pages: ReadonlyMap<number, readonly number[]>): number[][] {
    const copies: number[][] = [];
    let destination = 0;
    let [words, at] = [list, 0];
    for (;;) {
      const word = words[at++];
      const page = word - (word % PAGE_BYTES);
      if (word & 1) destination = page;
      else if (word & 2) [words, at] = [pages.get(page)!, 0];
      else if (word & 4) return copies;
      else if (word & 8) {
        copies.push([page, destination]);
        destination += PAGE_BYTES;
      }
    }
  }

  it('gives three pages, 12,288 bytes', () => {
    const copies = decode(LIST, new Map([[0x0b00_0000, PAGE_AT_0B000000]]));
    expect(copies).toEqual(ANSWER);
    expect(copies.length * PAGE_BYTES).toBe(12_288);
  });

  it('and the stub of the machine, given the list, copies these pages and no other', () => {
    const machine = buildPathMachine(requestOf('kexec', { set: { 'memory.ramBytes': 192 * MIB } }));
    const { memory, cpu } = machine;
    const ram = new DataView(memory.u8.buffer, memory.ramOffset);
    const copies: number[][] = [];
    let isStubRunning = false;
    cpu.watchExecution(INIT.services_up, () => {
      cpu.observer = {
        controlRegister0Changed: (before, after) => {
          if (isStubRunning || !(before & CR0_PG) || after & CR0_PG) return;
          isStubRunning = true;
          // The head is in EBX, and the stub goes on from there (relocate-kernel.S); an indirection leads to our own list.
          LIST.forEach((word, i) => ram.setUint32(0x0b10_0000 + 4 * i, word, true));
          PAGE_AT_0B000000.forEach((word, i) => ram.setUint32(0x0b00_0000 + 4 * i, word, true));
          ANSWER.forEach(([from], i) =>
            memory.u8.fill(0x51 + i, memory.ramOffset + from, memory.ramOffset + from + PAGE_BYTES),
          );
          memory.i32[EBX] = 0x0b10_0000 | 2;
        },
        blockMoved: (from, to, sizeBytes) => {
          if (!isStubRunning) return;
          for (let done = 0; done < sizeBytes; done += PAGE_BYTES) copies.push([from + done, to + done]);
          if (copies.length >= ANSWER.length) machine.requestStop();
        },
      };
    });
    machine.powerOn();
    expect(machine.run({ limitCycles: 1e12, heartbeat: () => true })).toBe('stopped');
    expect(copies).toEqual(ANSWER);
    ANSWER.forEach(([, to], i) => {
      const page = memory.u8.subarray(memory.ramOffset + to, memory.ramOffset + to + PAGE_BYTES);
      expect(page.every((byte) => byte === 0x51 + i)).toBe(true);
    });
  });
});
