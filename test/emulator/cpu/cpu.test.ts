import { describe, expect, it } from 'vitest';
import { NO_COST } from '../../../src/emulator/bus';
import { CR0, CR0_PG, CR2, CR3, EIP, VECTOR_GP, VECTOR_PF } from '../../../src/emulator/cpu/state';
import { CODE_AT, CpuBench, DATA_AT } from './cpu-bench';

const EAX = 0;
const EBX = 3;

function exceptionsOf(bench: CpuBench): [vector: number, errorCode: number | undefined][] {
  const seen: [number, number | undefined][] = [];
  bench.cpu.exceptionSink = { take: (vector, errorCode) => seen.push([vector, errorCode]) > 0 };
  return seen;
}

/** Runs until the CPU stops by itself or something stops it. */
const go = (bench: CpuBench) => {
  bench.clock.runDueAlarms();
  bench.cpu.run();
};

describe('watching execution', () => {
  it('tells each arrival at the address, before the instruction, and costs no cycle', () => {
    const program = 'b903000000 40 49 75fc f4'; // mov ecx,3 ; l: inc eax ; dec ecx ; jnz l ; hlt
    const watched = new CpuBench().code(program);
    const seen: number[] = [];
    watched.cpu.watchExecution(CODE_AT + 6, (linear) => seen.push(linear, watched.register(EAX)));
    watched.run();
    expect(seen).toEqual([CODE_AT + 6, 1, CODE_AT + 6, 2, CODE_AT + 6, 3]);
    expect(watched.counters).toEqual(new CpuBench().code(program).run().counters);
  });

  it('reaches code that was decoded before, and ends with unwatch', () => {
    const bench = new CpuBench().code('40 ebfd'); // l: inc eax ; jmp l
    bench.run(100);
    let count = 0;
    bench.cpu.watchExecution(CODE_AT, () => {
      if (++count === 3) bench.cpu.requestStop();
    });
    go(bench);
    expect(count).toBe(3);
    bench.cpu.unwatch(CODE_AT);
    bench.run(100);
    expect(count).toBe(3);
  });
});

describe('the A20 gate', () => {
  it('closed, makes addresses wrap at 1 MiB, for data and code already in use', () => {
    const bench = new CpuBench({ mode: 'real' }).load(0x500, '11').load(0x10_0500, '22');
    // mov ax,FFFFh ; mov ds,ax ; mov bl,[510h] ; out 92h,al ; mov bh,[510h] ; hlt
    bench.code('b8ffff 8ed8 8a1e1005 e692 8a3e1005 f4');
    bench.ports(0x92, 0x92, { writePort: () => bench.cpu.setA20(false) }).run();
    expect(bench.register(EBX) & 0xffff).toBe(0x1122);
  });
});

describe('slow memory', () => {
  it('charges fetches from ROM by the byte and data by the access, and counts both as memory cycles', () => {
    const bench = new CpuBench({ ramMib: 1 });
    const rom = {
      name: 'ROM',
      hostOffset: bench.memory.romOffset,
      device: null,
      cost: [0, 10, 20, 0, 40] as const,
      fetchCyclesPerByte: 2.5,
    };
    const lost = { ...rom, name: 'ROM write', hostOffset: -1, cost: NO_COST };
    bench.bus.mapMemory(0x20_0000, 0x10000, rom, lost);
    bench.bus.mapChanged();
    // mov eax,[200100h] (5 bytes) ; mov bl,[200100h] (6) ; mov [200100h],bl (6) ; hlt (1)
    const code = Buffer.from('a100012000 8a1d00012000 881d00012000 f4'.replace(/ /g, ''), 'hex');
    bench.memory.u8.set(code, rom.hostOffset);
    bench.memory.u8.set([1, 2, 3, 4], rom.hostOffset + 0x100);
    bench.memory.i32[EIP] = 0x20_0000;
    bench.run();
    const fetches = Math.ceil(12.5) + 15 + 15 + Math.ceil(2.5);
    expect(bench.register(EAX)).toBe(0x04030201);
    expect(bench.counters.memoryCycles).toBe(fetches + 40 + 10);
    expect(bench.counters.cycles).toBe(4 + fetches + 40 + 10);
  });

  it('shows a device in memory the exact cycle, whatever ran in the same block before', () => {
    const bench = new CpuBench();
    const cycles: number[] = [];
    const read = () => cycles.push(bench.clock.nowCycles);
    const device = { readMemory: read, writeMemory: read, peekMemory: () => 0 };
    const backing = { name: 'chip', hostOffset: -1, device, cost: NO_COST, fetchCyclesPerByte: 0 };
    bench.bus.mapMemory(0x20_0000, 0x1000, backing, backing);
    // inc eax ; inc eax ; mov [200000h],al ; inc eax ; mov bl,[200000h] ; hlt
    bench.code('40 40 a200002000 40 8a1d00002000 f4').run();
    expect(cycles).toEqual([2, 4]);
    expect(bench.counters.cycles).toBe(6);
    expect(bench.counters.instructions).toBe(6);
  });
});

describe('instruction fetch', () => {
  it('past 15 bytes raises #GP(0)', () => {
    const bench = new CpuBench().code(`${'66'.repeat(15)}90`);
    const seen = exceptionsOf(bench);
    go(bench);
    expect(seen).toEqual([[VECTOR_GP, 0]]);
    expect(bench.eip).toBe(CODE_AT);
  });

  it('past the limit of CS raises #GP(0) with EIP at the instruction that does not fit', () => {
    const bench = new CpuBench({ mode: 'real' }).load(CODE_AT + 0xfffd, '40 b8 11'); // inc ax ; mov ax,imm16 cut off
    bench.memory.i32[EIP] = 0xfffd;
    const seen = exceptionsOf(bench);
    go(bench);
    expect(seen).toEqual([[VECTOR_GP, 0]]);
    expect([bench.eip, bench.register(EAX)]).toEqual([0xfffe, 1]);
  });

  it('ignores what other instructions of the block would have done behind a fault', () => {
    const bench = new CpuBench().code('40 31c9 f7f1 43 f4'); // inc eax ; xor ecx,ecx ; div ecx ; inc ebx ; hlt
    const seen = exceptionsOf(bench);
    go(bench);
    expect(seen).toEqual([[0, undefined]]);
    expect([bench.register(EAX), bench.register(EBX), bench.eip]).toEqual([1, 0, CODE_AT + 3]);
    expect(bench.counters.instructions).toBe(2);
    expect(bench.counters.cycles).toBe(2);
  });
});

describe('paging', () => {
  const DIRECTORY = 0x8000;
  const TABLE = 0x9000;

  /** Identity map of the first 2 MiB, with the entry of `linear` replaced. */
  function paged(linear: number, entry: number): CpuBench {
    const bench = new CpuBench();
    const { view } = bench.cpu;
    const { ramOffset } = bench.memory;
    view.setUint32(ramOffset + DIRECTORY, TABLE | 3, true);
    for (let page = 0; page < 512; page++) view.setUint32(ramOffset + TABLE + 4 * page, (page << 12) | 3, true);
    view.setUint32(ramOffset + TABLE + 4 * (linear >>> 12), entry, true);
    bench.memory.i32[CR3] = DIRECTORY;
    bench.memory.i32[CR0] |= CR0_PG;
    bench.cpu.onMemoryMapChanged();
    return bench;
  }
  const entryOf = (bench: CpuBench, linear: number) => bench.bytes(TABLE + 4 * (linear >>> 12), 4).readUInt32LE();

  it('translates, and sets accessed on a read and dirty on a write', () => {
    const bench = paged(DATA_AT, 0x3_0000 | 3).load(0x3_0000, '78563412');
    bench.code('a100000200 f4').run(); // mov eax,[20000h]
    expect(bench.register(EAX)).toBe(0x12345678);
    expect(entryOf(bench, DATA_AT) & 0x60).toBe(0x20);
    const writing = paged(DATA_AT, 0x3_0000 | 3)
      .code('a100000200 a300000200 f4')
      .run(); // and mov [20000h],eax
    expect(entryOf(writing, DATA_AT) & 0x60).toBe(0x60);
  });

  it('faults on a page that is not there with CR2 and EIP of the access, and nothing changed', () => {
    const bench = paged(DATA_AT, 0).code('40 0105fe0f0200 f4'); // inc eax ; add [20FFEh],eax: ends in the next page
    const seen = exceptionsOf(bench);
    go(bench);
    expect(seen).toEqual([[VECTOR_PF, 2]]);
    expect(bench.memory.i32[CR2] >>> 0).toBe(DATA_AT + 0xffe);
    expect(bench.eip).toBe(CODE_AT + 1);
  });

  it('writes nothing of an access whose second page is not there', () => {
    const bench = paged(DATA_AT + 0x1000, 0).code('c705fe0f020044332211 f4'); // mov dword [20FFEh],11223344h
    const seen = exceptionsOf(bench);
    go(bench);
    expect(seen).toEqual([[VECTOR_PF, 2]]);
    expect(bench.memory.i32[CR2] >>> 0).toBe(DATA_AT + 0x1000);
    expect(bench.bytes(DATA_AT + 0xffe, 2).toString('hex')).toBe('0000');
  });

  it('runs code that lies across two pages which are not neighbours in memory', () => {
    const bench = paged(DATA_AT + 0x1000, 0x5_0000 | 3);
    bench.load(DATA_AT + 0xffd, 'b84433').load(0x5_0000, '2211f4'); // mov eax,11223344h | hlt
    bench.memory.i32[EIP] = DATA_AT + 0xffd;
    expect(bench.run().register(EAX)).toBe(0x11223344);
  });
});
