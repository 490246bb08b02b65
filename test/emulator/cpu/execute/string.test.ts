import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PortDevice } from '../../../../src/emulator/bus';
import { CR0, CR0_CD, EFLAGS, FLAG_DF } from '../../../../src/emulator/cpu/state';
import { MIB } from '../../../../src/emulator/memory';
import type { ClockTable } from '../../../../src/emulator/timing/clock-table';
import { createPlaceholderClocks } from '../../../../src/emulator/timing/clock-table';
import { CpuBench } from '../cpu-bench';

const ECX = 1;
const ESI = 6;
const EDI = 7;
const SOURCE = 0x3_0000;

/** REP MOVS as on an i386: 5 + 4n. */
const timing: ClockTable = {
  ...createPlaceholderClocks('686'),
  rules: new Map([
    ['REP MOVS Yb,Xb', { register: 5, perIteration: 4 }],
    ['REP MOVS Yv,Xv', { register: 5, perIteration: 4 }],
    ['REP STOS Yv,eAX', { register: 5, perIteration: 5 }],
  ]),
};

function filled(bench: CpuBench, at: number, sizeBytes: number): CpuBench {
  const from = bench.memory.ramOffset + at;
  for (let i = 0; i < sizeBytes; i++) bench.memory.u8[from + i] = (i * 167 + (i >> 8)) & 0xff;
  return bench;
}

/** Bytes behind an element-wise move, done on a copy. */
function moved(ram: Buffer, from: number, to: number, count: number, size: number, step: number): Buffer {
  const copy = Buffer.from(ram);
  for (let i = 0; i < count; i++) {
    const element = Buffer.from(copy.subarray(from + i * step, from + i * step + size));
    element.copy(copy, to + i * step);
  }
  return copy;
}

describe('REP MOVS', () => {
  const sizes = fc.constantFrom([1, 'f3a4'] as const, [2, '66f3a5'] as const, [4, 'f3a5'] as const);

  it('moves element by element whatever the overlap, direction and page borders', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 0, max: 0x3000 }),
        fc.integer({ min: -0x40, max: 0x40 }),
        fc.nat({ max: 3000 }),
        fc.boolean(),
        ([size, code], offset, distance, count, isDown) => {
          const bench = filled(new CpuBench({ timing }), SOURCE - 0x4000, 0xc000).code(`${code} f4`);
          const from = SOURCE + offset;
          const base = bench.bytes(0, MIB);
          bench
            .setRegister(ESI, from)
            .setRegister(EDI, from + distance)
            .setRegister(ECX, count);
          bench.setFlags(isDown ? FLAG_DF : 0, FLAG_DF).run();
          const step = isDown ? -size : size;
          const expected = moved(base, from, from + distance, count, size, step);
          expect(bench.bytes(0, MIB).equals(expected)).toBe(true);
          expect(bench.register(ECX)).toBe(0);
          expect(bench.register(ESI)).toBe(from + count * step);
          expect(bench.register(EDI)).toBe(from + distance + count * step);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('costs setup and iterations to the cycle, however often alarms interrupt it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 2000 }), (period, count) => {
        const bench = filled(new CpuBench({ timing }), SOURCE, 0x2000).code('f3a5 f4');
        const seen: number[] = [];
        const alarm = bench.clock.createAlarm(() => {
          seen.push(bench.clock.nowCycles);
          alarm.scheduleAfter(period);
        });
        alarm.scheduleAfter(period);
        bench.setRegister(ESI, SOURCE).setRegister(EDI, 0x5_0000).setRegister(ECX, count);
        while (!bench.cpu.isHalted) {
          bench.clock.runDueAlarms();
          bench.cpu.run();
        }
        expect(bench.counters.cycles).toBe(5 + 4 * count + 1);
        expect(bench.counters.instructions).toBe(2);
        // Between two alarms at most one iteration passes the deadline.
        for (let i = 1; i < seen.length; i++) expect(seen[i] - seen[i - 1]).toBeLessThan(period + 4 + 5 + 1);
      }),
      { numRuns: 60 },
    );
  });

  it('takes an interrupt between iterations with the registers where they are, and goes on behind it', () => {
    const bench = filled(new CpuBench({ timing, mode: 'real' }), 0x2_0000, 0x4000);
    // Vector 20h -> 0000:0500: push ax.. mov [cs:5FEh],cx ; iret
    bench.load(0x80, '00050000').load(0x500, '2e890efe05 cf').code('fb f3a5 f4');
    bench.interruptVector = 0x20;
    const alarm = bench.clock.createAlarm(() => bench.cpu.setInterruptPin(true));
    bench.cpu.host.acknowledgeInterrupt = () => {
      bench.cpu.setInterruptPin(false);
      return 0x20;
    };
    alarm.scheduleAfter(1000);
    bench.setRegister(ESI, 0).setRegister(EDI, 0x4000).setRegister(ECX, 0x1000).run();
    const left = bench.bytes(0x5fe, 2).readUInt16LE();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(0x1000);
    expect(0x1000 - left).toBe(Math.ceil((1000 - 1) / 4));
    expect(bench.register(ECX)).toBe(0);
    expect(bench.bytes(0x2_4000, 0x2000).equals(bench.bytes(0x2_0000, 0x2000))).toBe(true);
    expect(bench.counters.interrupts).toBe(1);
  });

  it('streams at the price of memory where that is more than the clock table', () => {
    const bench = filled(new CpuBench({ timing }), SOURCE, 0x2000).code('f3a5 f4');
    bench.cpu.streamCost = { movePerDword: 19.5, readPerDword: 0, writePerDword: 0 };
    bench.setRegister(ESI, SOURCE).setRegister(EDI, 0x5_0000).setRegister(ECX, 100).run();
    expect(bench.counters.cycles).toBe(5 + 19.5 * 100 + 1);
    expect(bench.counters.memoryCycles).toBe(15.5 * 100);
  });

  it.each([
    [CR0_CD, 5 + 40 * 100 + 1],
    [0, 5 + 20 * 100 + 1],
  ])('streams past the caches while CR0.CD (%i) switches them off', (cacheDisable, cycles) => {
    const bench = filled(new CpuBench({ timing }), SOURCE, 0x2000).code('f3a5 f4');
    bench.cpu.streamCost = { movePerDword: 20, readPerDword: 0, writePerDword: 0 };
    bench.cpu.uncachedStreamCost = { movePerDword: 40, readPerDword: 20, writePerDword: 20 };
    bench.cpu.i32[CR0] = (bench.cpu.i32[CR0] & ~CR0_CD) | cacheDisable;
    bench.setRegister(ESI, SOURCE).setRegister(EDI, 0x5_0000).setRegister(ECX, 100).run();
    expect(bench.counters.cycles).toBe(cycles);
  });

  it('tells the observer what was moved, as lowest addresses', () => {
    const moves: number[][] = [];
    const bench = filled(new CpuBench(), SOURCE, 0x100).code('f3a5 fd f3a4 f4');
    bench.cpu.observer = { blockMoved: (...move) => moves.push(move) };
    bench.setRegister(ESI, SOURCE).setRegister(EDI, 0x5_0000).setRegister(ECX, 4).run();
    expect(moves).toEqual([[SOURCE, 0x5_0000, 16]]);
  });

  it('stops at a fault with all finished iterations done', () => {
    // Real mode: the seventh word would lie across offset FFFFh.
    const bench = filled(new CpuBench({ mode: 'real' }), 0x2_0000, 0x100)
      .load(0x34, '00050000')
      .load(0x500, 'f4');
    bench.code('f3a5 f4').setRegister(ESI, 0).setRegister(EDI, 0xfff3).setRegister(ECX, 20).run();
    expect(bench.register(ECX)).toBe(14);
    expect(bench.register(ESI)).toBe(12);
    expect(bench.register(EDI)).toBe(0xffff);
    expect(bench.eip).toBe(0x501);
  });
});

describe('REP STOS', () => {
  it('fills up and down at any alignment', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0x1fff }), fc.nat({ max: 3000 }), fc.boolean(), (offset, count, isDown) => {
        const bench = new CpuBench({ timing }).code('f3ab f4').setRegister(0, 0x11223344);
        const start = SOURCE + 0x4000 + offset;
        bench
          .setRegister(EDI, start)
          .setRegister(ECX, count)
          .setFlags(isDown ? FLAG_DF : 0, FLAG_DF)
          .run();
        const low = isDown ? start - 4 * (count - 1) : start;
        const filledBytes = bench.bytes(low, 4 * count);
        for (let i = 0; i < count; i++) expect(filledBytes.readUInt32LE(4 * i)).toBe(0x11223344);
        expect(bench.bytes(low - 4, 4).readUInt32LE()).toBe(0);
        expect(bench.bytes(low + 4 * count, 4).readUInt32LE()).toBe(0);
        expect(bench.counters.cycles).toBe(5 + 5 * count + 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('REP with a count of 0', () => {
  it('does nothing but pay', () => {
    const bench = new CpuBench({ timing }).code('f3a5 f3a6 f4').setRegister(ESI, 5).setRegister(EDI, 9).run();
    expect([bench.register(ESI), bench.register(EDI), bench.cpu.i32[EFLAGS] & FLAG_DF]).toEqual([5, 9, 0]);
    expect(bench.counters.instructions).toBe(3);
  });
});

describe('REP SCAS and CMPS', () => {
  const clocks: ClockTable = {
    ...createPlaceholderClocks('686'),
    rules: new Map(
      ['SCAS AL,Yb', 'SCAS eAX,Yv', 'CMPS Xb,Yb', 'CMPS Xv,Yv'].map(
        (form) => [`REP ${form}`, { register: 7, perIteration: 3 }] as const,
      ),
    ),
  };
  const EAX = 0;
  const TARGET = 0x5_0ff0; // sixteen bytes before a page border
  const FLAG_ZF = 0x40;
  const FORMS = [
    { name: 'scas', sizeBytes: 1, opcode: 'ae' },
    { name: 'scas', sizeBytes: 2, opcode: 'af' },
    { name: 'scas', sizeBytes: 4, opcode: 'af' },
    { name: 'cmps', sizeBytes: 1, opcode: 'a6' },
    { name: 'cmps', sizeBytes: 2, opcode: 'a7' },
    { name: 'cmps', sizeBytes: 4, opcode: 'a7' },
  ] as const;

  it('stop where they should, with flags, registers and clocks as one by one, whatever the memory costs', () => {
    const property = fc.property(
      fc.constantFrom(...FORMS),
      fc.constantFrom('f3', 'f2'),
      fc.integer({ min: 0, max: 40 }),
      fc.uint8Array({ minLength: 160, maxLength: 160, max: 2 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom(0, 3.3, 17.25),
      ({ name, sizeBytes, opcode }, repeat, count, noise, isCalm, alarmEvery, readPerDword) => {
        // Calm data let long runs happen, where everything is done in bulk.
        const data = Buffer.from(noise).map((value, i) => (isCalm && i % 37 !== 36 ? 0 : value));
        const bench = new CpuBench({ timing: clocks }).code(`${sizeBytes === 2 ? '66' : ''}${repeat}${opcode} f4`);
        bench.load(SOURCE, Buffer.from(data).toString('hex')).load(TARGET, Buffer.from(data).reverse().toString('hex'));
        bench.cpu.streamCost = { movePerDword: 0, writePerDword: 0, readPerDword };
        const alarm = bench.clock.createAlarm(() => alarm.scheduleAfter(alarmEvery));
        alarm.scheduleAfter(alarmEvery);
        bench.setRegister(EAX, 0).setRegister(ESI, SOURCE).setRegister(EDI, TARGET).setRegister(ECX, count);
        while (!bench.cpu.isHalted) {
          bench.clock.runDueAlarms();
          bench.cpu.run();
        }

        const element = (at: number, i: number) => bench.bytes(at + i * sizeBytes, sizeBytes).readUIntLE(0, sizeBytes);
        let done = 0;
        let isEqual = repeat === 'f3';
        while (done < count && isEqual === (repeat === 'f3')) {
          isEqual = (name === 'scas' ? 0 : element(SOURCE, done)) === element(TARGET, done);
          done++;
        }
        expect(bench.register(ECX)).toBe(count - done);
        expect(bench.register(EDI)).toBe(TARGET + done * sizeBytes);
        expect(bench.register(ESI)).toBe(SOURCE + (name === 'cmps' ? done * sizeBytes : 0));
        if (count > 0) expect((bench.eflags & FLAG_ZF) !== 0).toBe(isEqual);
        const perIteration = Math.max(3, (readPerDword * sizeBytes * (name === 'cmps' ? 2 : 1)) / 4);
        const streamed = Math.ceil(count * perIteration) - Math.ceil((count - done) * perIteration);
        expect(bench.counters.cycles).toBe(7 + streamed + 1);
        expect(bench.counters.instructions).toBe(2);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

describe('REP INS from a chip that has data ready', () => {
  const EDX = 2;
  const TARGET = 0x5_0ff0; // sixteen bytes before a page border
  const PORT = 0x1f0;
  const clocks: ClockTable = {
    ...createPlaceholderClocks('686'),
    rules: new Map([['REP INS Yv,DX', { register: 8, perIteration: 6 }]]),
  };

  /** A chip with blocks of data, whose last word ends a block: that word wants to be read alone. */
  function createDataPort(blockWords: number, givesRuns: boolean) {
    let taken = 0;
    const wordAt = (n: number) => (n * 0x1235) & 0xffff;
    const device: PortDevice = {
      readPort: () => wordAt(taken++),
      peekPort: () => wordAt(taken),
      writePort: () => {},
    };
    if (!givesRuns) return device;
    const readPortRun = (_port: number, sizeBytes: number, into: Uint8Array, at: number, most: number) => {
      if (sizeBytes !== 2) return 0;
      const count = Math.min(most, blockWords - 1 - (taken % blockWords));
      for (let i = 0; i < count; i++)
        new DataView(into.buffer, into.byteOffset).setUint16(at + 2 * i, wordAt(taken++), true);
      return count;
    };
    return { ...device, readPortRun };
  }

  it('reads what single reads give, at their cost, to the same instant at every alarm', () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 80 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom(30, 120, 1000),
      fc.boolean(),
      (count, blockWords, alarmEvery, accessNs, isListened) => {
        const outcomes = [false, true].map((givesRuns) => {
          const bench = new CpuBench({ timing: clocks }).code('66f36d f4');
          const device = createDataPort(blockWords, givesRuns);
          const claim = { name: 'data', first: PORT, last: PORT, widthBytes: 2, accessNs, device } as const;
          bench.bus.claimPorts(claim);
          let heardBytes = 0;
          let lastHeard = -1;
          if (isListened) {
            bench.bus.listenToPort(PORT, (_port, sizeBytes, value, _isWrite, times) => {
              heardBytes += sizeBytes * times;
              lastHeard = value;
            });
          }
          const instants: number[][] = [];
          const alarm = bench.clock.createAlarm(() => {
            instants.push([bench.clock.nowCycles, bench.register(ECX), bench.register(EDI)]);
            alarm.scheduleAfter(alarmEvery);
          });
          alarm.scheduleAfter(alarmEvery);
          bench.setRegister(EDX, PORT).setRegister(EDI, TARGET).setRegister(ECX, count);
          while (!bench.cpu.isHalted) {
            bench.clock.runDueAlarms();
            bench.cpu.run();
          }
          const { counters } = bench;
          const data = bench.bytes(TARGET, 200).toString('hex');
          return {
            data,
            counters,
            instants,
            heardBytes,
            lastHeard,
            edi: bench.register(EDI),
            next: device.peekPort(PORT, 2),
          };
        });
        expect(outcomes[1]).toEqual(outcomes[0]);
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('takes as many at once as the chip has', () => {
    let singles = 0;
    const device = createDataPort(256, true);
    const counted = { ...device, readPort: () => (singles++, device.readPort(PORT, 2)) };
    const bench = new CpuBench({ timing: clocks }).code('66f36d f4');
    bench.bus.claimPorts({ name: 'data', first: PORT, last: PORT, widthBytes: 2, accessNs: 120, device: counted });
    bench.setRegister(EDX, PORT).setRegister(EDI, 0x5_0000).setRegister(ECX, 512).run();
    // The first, which makes the page known, and the last of each block.
    expect(singles).toBe(3);
  });
});
