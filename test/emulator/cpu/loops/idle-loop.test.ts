import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CpuBench } from '../cpu-bench';

const STATUS = 0x64;
const DATA = 0x60;

/** A chip whose status bit 0 rises `delays[i]` cycles after its i-th command, and whose data register counts reads. */
function connectChip(bench: CpuBench, delays: readonly number[]) {
  let commands = 0;
  let isReady = false;
  const alarm = bench.clock.createAlarm(() => (isReady = true));
  bench.ports(STATUS, STATUS, {
    readPort: () => (isReady ? 0x1d : 0x1c),
    writePort: () => {
      isReady = false;
      alarm.scheduleAfter(delays[commands++ % delays.length]);
    },
  });
}

/** A counter that changes every `period` cycles without an alarm, and says so. */
function connectCounter(bench: CpuBench, period: number) {
  const read = () => {
    const now = bench.clock.nowCycles;
    bench.bus.noteUnstable((Math.floor(now / period) + 1) * period);
    return Math.floor(now / period) & 0xff;
  };
  bench.ports(DATA, DATA, { readPort: read });
}

/** Command, then poll; five times. The loop's shape is the parameter. */
function pollingProgram(loop: string): string {
  const body = `e664 ${loop}`;
  return `b305 ${body} fecb 75${(0x100 - 4 - body.replace(/\s/g, '').length / 2).toString(16)} f4`;
}

const LOOPS: Readonly<Record<string, string>> = {
  'IN, TEST, JZ': 'e464 a801 74fa',
  'IN DX, AND, JZ': 'ba64000000 ec 2401 74fb',
  'with a store of the same value': 'e464 a200300000 a801 74f5',
  'with a call': 'e806000000 a801 74f7 eb03 e464 c3',
  'with two reads': 'e464 a801 7506 e464 a801 74f4',
};

function counted(loop: string, delays: readonly number[], skips: boolean) {
  const bench = new CpuBench().code(pollingProgram(loop));
  connectChip(bench, delays);
  bench.cpu.skipIdleLoops = skips;
  bench.run(50_000_000);
  expect(bench.cpu.isHalted).toBe(true);
  return {
    counters: bench.countersApartFromPolls,
    pollCycles: bench.counters.pollCycles,
    registers: Array.from({ length: 8 }, (_, n) => bench.register(n)),
    flags: bench.eflags,
  };
}

describe('polling loops', () => {
  it.each(Object.entries(LOOPS))('%s: jumping over leaves the same state and counters', (_name, loop) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 4 }), (delays) => {
        const withSkipping = counted(loop, delays, true);
        const withoutSkipping = counted(loop, delays, false);
        expect(withoutSkipping.pollCycles).toBe(0);
        expect({ ...withSkipping, pollCycles: 0 }).toEqual(withoutSkipping);
      }),
      { numRuns: 25 },
    );
  });

  it.each(Object.entries(LOOPS))('%s: nearly all of a long wait is jumped over', (_name, loop) => {
    const { counters, pollCycles } = counted(loop, [1_000_000], true);
    expect(pollCycles).toBeGreaterThan(counters.cycles * 0.9);
  });

  it('ends in time for a counter that changes without an alarm', () => {
    const results = [true, false].map((skips) => {
      const bench = new CpuBench().code('e460 3c32 75fa 89c3 f4'); // l: in al,60h ; cmp al,50 ; jne l ; mov ebx,eax ; hlt
      connectCounter(bench, 10_000);
      bench.cpu.skipIdleLoops = skips;
      bench.run(2_000_000);
      return { counters: bench.countersApartFromPolls, ebx: bench.register(3) };
    });
    expect(results[0].ebx).toBe(50);
    expect(results[0]).toEqual(results[1]);
  });

  it('is not taken for idle while it counts down', () => {
    // mov ecx,1000 ; l: in al,64h ; test al,1 ; loopz l ; hlt
    const bench = new CpuBench().code('b9e8030000 e464 a801 e1fa f4');
    connectChip(bench, [1]);
    bench.run();
    expect(bench.register(1)).toBe(0);
    expect(bench.counters.portReads).toBe(1000);
    expect(bench.counters.pollCycles).toBe(0);
  });

  it('is not taken for idle while it stores something new', () => {
    // l: in al,64h ; inc dword [3000h] ; xor ebx,ebx ; cmp dword [3000h],500 ; jb l ; hlt
    const bench = new CpuBench().code('e464 ff0500300000 31db 813d00300000f4010000 72ea f4');
    connectChip(bench, [1]);
    bench.run();
    expect(bench.bytes(0x3000, 4).readUInt32LE()).toBe(500);
    expect(bench.counters.portReads).toBe(500);
  });
});

describe('loops to themselves', () => {
  const spin = (hex: string, skips: boolean, ecx = 0) => {
    const bench = new CpuBench().code(hex).setRegister(1, ecx).setFlags(0x202);
    let interrupts = 0;
    const alarm = bench.clock.createAlarm(() => {
      interrupts++;
      alarm.scheduleAfter(997);
    });
    alarm.scheduleAfter(997);
    bench.cpu.skipIdleLoops = skips;
    bench.run(100_000);
    return { counters: bench.countersApartFromPolls, interrupts, ecx: bench.register(1), eip: bench.eip };
  };

  it('JMP $ waits for alarms at the same cycles when its rounds are counted at once', () => {
    expect(spin('ebfe', true)).toEqual(spin('ebfe', false));
  });

  it('LOOP $ counts all rounds, between alarms, to the end', () => {
    const { counters, ecx, interrupts } = spin('e2fe f4', true, 50_000);
    expect(ecx).toBe(0);
    expect(counters.instructions).toBe(50_001);
    expect(interrupts).toBe(Math.floor(counters.cycles / 997));
  });
});
