import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheParameters } from '../../../../src/emulator/cpu/memory/caches';
import { Caches } from '../../../../src/emulator/cpu/memory/caches';
import { CR0, CR0_CD } from '../../../../src/emulator/cpu/state';
import { BusMaster } from '../../../../src/emulator/bus-master';
import { CODE_AT, CpuBench, DATA_AT } from '../cpu-bench';

const EAX = 0;
const ECX = 1;
const EBX = 3;
const ESI = 6;
const EDI = 7;

/** Round figures: 32-byte lines, 1 KB + 1 KB, an L2 of 4 KB; 10 / 20 cycles from it, 100 / 150 from memory. */
const PARAMETERS: CacheParameters = {
  lineBytes: 32,
  codeBytes: 1024,
  dataBytes: 1024,
  ways: 2,
  writesBack: true,
  allocatesOnWrite: true,
  secondBytes: 4096,
  secondWays: 4,
  secondWritesBack: true,
  secondFirstCycles: 10,
  secondLineCycles: 20,
  secondWriteCycles: 5,
  memoryFirstCycles: 100,
  memoryLineCycles: 150,
  memoryWriteCycles: 40,
  memoryLineWriteCycles: 60,
  tableCycles: 1,
  writeBuffers: 4,
  readsPassWrites: false,
  hasFastStrings: false,
  refreshCycles: 0,
  refreshPeriodCycles: 1500,
  masterDwordCycles: 3,
};

/** A bench whose code is in its cache already, so that data alone costs. */
function bench(changes: Partial<CacheParameters>, code: string): CpuBench & { caches: Caches } {
  const made = new CpuBench().code(`${code} f4`);
  const parameters = { ...PARAMETERS, ...changes };
  const caches = new Caches(made.cpu, { ...parameters, memoryFirstCycles: 0, memoryLineCycles: 0, refreshCycles: 0 });
  caches.fetchBlock({ physical: CODE_AT, sizeBytes: 64, isCodeCached: true } as never);
  const real = new Caches(made.cpu, parameters);
  made.cpu.useCaches(real);
  return Object.assign(made, { caches: real });
}

/** MOV EAX,[at] and MOV [at],EAX. */
const load = (at: number) => `a1 ${word(at)}`;
const store = (at: number) => `a3 ${word(at)}`;
const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString('hex');

/** Cycles that memory adds to the code, which must lie in 64 bytes. */
function memoryCycles(changes: Partial<CacheParameters>, ...code: string[]): number {
  const made = bench(changes, code.join(' ')).run();
  return made.counters.memoryCycles;
}

describe('loads', () => {
  it('that miss wait for their operand, less what the clock table contains; further ones of the line are free', () => {
    expect(memoryCycles({}, load(DATA_AT))).toBe(99);
    expect(memoryCycles({}, load(DATA_AT), load(DATA_AT + 28))).toBe(99);
  });

  it('that miss while a line is still being filled wait for its end first', () => {
    // The second begins at 150, when one instruction of a clock has passed since 99.
    expect(memoryCycles({}, load(DATA_AT), load(DATA_AT + 32))).toBe(99 + (150 - 100) + 99);
  });

  it('find in the second level what the first had to give up', () => {
    // Three lines of one set of the first level, and the first of them again.
    const lines = [0, 512, 1024, 0].map((offset) => load(DATA_AT + offset));
    const three = memoryCycles({}, ...lines.slice(0, 3));
    expect(three).toBe(99 + 2 * 149);
    // By then 1 clock of the 51 that the line still takes has passed.
    expect(memoryCycles({}, ...lines)).toBe(three + 50 + 9);
  });

  it('across two lines need both', () => {
    expect(memoryCycles({}, load(DATA_AT + 30))).toBe(99 + 51 + 99);
  });
});

describe('stores', () => {
  it('through to memory are buffered until the buffers are full', () => {
    const through = { writesBack: false, allocatesOnWrite: false, secondBytes: 0 };
    const stores = Array.from({ length: 6 }, (_, i) => store(DATA_AT + i * 4));
    expect(memoryCycles(through, ...stores.slice(0, 4))).toBe(0);
    // The fifth comes at 4, when five of 40 cycles are to be done, and one of the buffers is free at 40.
    expect(memoryCycles(through, ...stores.slice(0, 5))).toBe(36);
    expect(memoryCycles(through, ...stores)).toBe(36 + 39);
  });

  it('that wait are done before a line is read, unless reads pass them', () => {
    const through = { writesBack: false, allocatesOnWrite: false };
    expect(memoryCycles(through, store(DATA_AT), load(DATA_AT + 64))).toBe(39 + 99);
    expect(memoryCycles({ ...through, readsPassWrites: true }, store(DATA_AT), load(DATA_AT + 64))).toBe(99);
  });

  it('to a line that is there cost nothing where they are written back, and the line when it has to go', () => {
    const writes = [load(DATA_AT), store(DATA_AT)];
    expect(memoryCycles({}, ...writes)).toBe(99);
    const others = [load(DATA_AT + 512), load(DATA_AT + 1024)];
    const clean = memoryCycles({ secondBytes: 0 }, load(DATA_AT), load(DATA_AT), ...others);
    // The third line pushes the first out: 60 cycles of bus before it is read.
    expect(memoryCycles({ secondBytes: 0 }, ...writes, ...others)).toBe(clean + 60);
  });

  it('by lines need no line to be read first', () => {
    const fill = (changes: Partial<CacheParameters>) => {
      const made = bench({ secondBytes: 0, ...changes }, 'f3ab');
      return made.setRegister(EDI, DATA_AT).setRegister(ECX, 64).run().counters.memoryCycles;
    };
    expect(fill({ hasFastStrings: true })).toBe(0);
    expect(fill({})).toBeGreaterThan(0);
  });
});

describe('orders and other masters', () => {
  it('WBINVD writes dirty lines and forgets all', () => {
    const code = [load(DATA_AT), store(DATA_AT), load(DATA_AT + 64), '0f09', load(DATA_AT)];
    const without = [load(DATA_AT), store(DATA_AT), load(DATA_AT + 64), '90 90', load(DATA_AT)];
    // Code has to be fetched again, too.
    expect(memoryCycles({}, ...code)).toBeGreaterThan(memoryCycles({}, ...without) + 60 + 99);
  });

  it('INVD forgets all and writes nothing', () => {
    const made = bench({}, [load(DATA_AT), store(DATA_AT), '0f08', load(DATA_AT)].join(' '));
    made.setRegister(EAX, 0x1234).run();
    // In memory nothing is lost: bytes never are in the caches.
    expect(made.register(EAX)).toBe(0);
    expect(made.counters.memoryCycles).toBeGreaterThan(99 * 2);
  });

  it('CR0.CD fills no lines, and what is there goes on being found', () => {
    const made = bench({}, [load(DATA_AT), load(DATA_AT + 64), load(DATA_AT + 64), load(DATA_AT)].join(' '));
    const { i32 } = made.memory;
    made.cpu.step();
    const once = made.counters.memoryCycles;
    i32[CR0] |= CR0_CD;
    made.run();
    expect(once).toBe(99);
    expect(made.counters.memoryCycles).toBe(99 + 149 + 99);
  });

  it('a write by a bus master is seen: the line is read again', () => {
    const made = bench({}, [load(DATA_AT), load(DATA_AT)].join(' '));
    const master = new BusMaster(made.bus);
    made.bus.onMasterTransfer = (...transfer) => made.caches.snoop(...transfer);
    made.cpu.step();
    master.writeBytes('test', DATA_AT + 8, Uint8Array.of(1, 2, 3, 4));
    made.run();
    expect(made.counters.memoryCycles).toBe(99 + 51 + 3 - 1 + 1 + 98);
  });

  it('a refresh that is going on holds a read up', () => {
    const refreshed = { refreshCycles: 20, refreshPeriodCycles: 1000 };
    expect(memoryCycles(refreshed, load(DATA_AT))).toBe(20 + 99);
    const nops = '90'.repeat(12);
    expect(memoryCycles(refreshed, nops, load(DATA_AT))).toBe(8 + 99);
  });
});

describe('code', () => {
  it('is fetched line by line, once while it stays', () => {
    // Sixty NOPs and a loop over them: DEC EBX; JNZ.
    const made = new CpuBench().code(`${'90'.repeat(60)} 4b 75c1 f4`);
    made.cpu.useCaches(new Caches(made.cpu, PARAMETERS));
    made.setRegister(EBX, 50).run();
    expect(made.counters.memoryCycles).toBe(99 + 99 + (150 - 99 - 32));
  });
});

// ---- whatever runs ----

/** Random straight-line code over 16 KiB of data: loads, stores, pushes, strings up and down, jumps forward. */
const instruction = fc.oneof(
  fc.nat({ max: 0x3fff }).map((at) => load(DATA_AT + at)),
  fc.nat({ max: 0x3fff }).map((at) => store(DATA_AT + at)),
  fc.nat({ max: 0x3fff }).map((at) => `8a0d ${word(DATA_AT + at)}`), // MOV CL,[at]
  fc.nat({ max: 0x3fff }).map((at) => `0105 ${word(DATA_AT + at)}`), // ADD [at],EAX
  fc.nat({ max: 0x3fff }).map((at) => `66c705 ${word(DATA_AT + at)} aa55`),
  fc.constantFrom('50', '51', '58', '5a', '40', '90', 'eb00', 'eb01 90', '0f09', 'fc', 'fc', 'fd'),
  fc
    .tuple(
      fc.nat({ max: 0x1fff }),
      fc.nat({ max: 0x1fff }),
      fc.nat({ max: 200 }),
      fc.constantFrom('f3a5', 'f3a4', 'f3ab', 'f3a6', 'f2ae', 'f3ad'),
    )
    .map(
      ([from, to, count, form]) =>
        `be ${word(DATA_AT + 0x1000 + from)} bf ${word(DATA_AT + 0x1000 + to)} b9 ${word(count)} ${form}`,
    ),
);

/** Shapes of the machines in resources/profiles, in small. */
const shape = fc.constantFrom<Partial<CacheParameters>>(
  {},
  { codeBytes: 0, writesBack: false, allocatesOnWrite: false, lineBytes: 16, dataBytes: 1024, ways: 4 },
  {
    codeBytes: 0,
    writesBack: false,
    allocatesOnWrite: false,
    lineBytes: 4,
    ways: 1,
    secondBytes: 0,
    writeBuffers: 1,
    refreshCycles: 16,
  },
  { allocatesOnWrite: false, writeBuffers: 2, secondWays: 1 },
  { readsPassWrites: true, hasFastStrings: true, ways: 4, writeBuffers: 12 },
);

function programmed(code: readonly string[], parameters: CacheParameters | null): CpuBench {
  const made = new CpuBench().code(`${code.join(' ')} f4`);
  for (let i = 0; i < 0x4400; i++) made.memory.u8[made.memory.ramOffset + DATA_AT + i] = (i * 89 + (i >> 7)) & 0xff;
  if (parameters !== null) made.cpu.useCaches(new Caches(made.cpu, parameters));
  return made.setRegister(ESI, DATA_AT).setRegister(EDI, DATA_AT + 0x2000);
}

const outcome = (made: CpuBench) => ({
  registers: Array.from({ length: 8 }, (_, n) => made.register(n)),
  instructions: made.counters.instructions,
  memory: made.bytes(0, 0x9_0000).toString('latin1'),
});

describe('the two memory models', () => {
  it('agree in everything but cost', () => {
    fc.assert(
      fc.property(fc.array(instruction, { minLength: 1, maxLength: 60 }), shape, (code, changes) => {
        const flat = programmed(code, null).run();
        const cached = programmed(code, { ...PARAMETERS, ...changes }).run();
        expect(outcome(cached)).toEqual(outcome(flat));
        expect(cached.counters.cycles - cached.counters.memoryCycles).toBe(
          flat.counters.cycles - flat.counters.memoryCycles,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('cost the same however often alarms cut a run, and one instruction at a time', () => {
    fc.assert(
      fc.property(
        fc.array(instruction, { minLength: 1, maxLength: 60 }),
        shape,
        fc.integer({ min: 1, max: 400 }),
        (code, changes, period) => {
          const parameters = { ...PARAMETERS, ...changes };
          const whole = programmed(code, parameters).run();
          const cut = programmed(code, parameters);
          const alarm = cut.clock.createAlarm(() => alarm.scheduleAfter(period));
          alarm.scheduleAfter(period);
          while (!cut.cpu.isHalted) {
            cut.clock.runDueAlarms();
            cut.cpu.run();
          }
          expect(cut.counters).toEqual(whole.counters);
          const stepped = programmed(code, parameters);
          while (!stepped.cpu.isHalted) stepped.cpu.step();
          expect(stepped.counters).toEqual(whole.counters);
        },
      ),
      { numRuns: 150 },
    );
  });
});
