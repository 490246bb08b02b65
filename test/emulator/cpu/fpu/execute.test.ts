import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../../src/emulator/cpu/cpu-host';
import {
  CR0,
  CR0_EM,
  CR0_MP,
  CR0_NE,
  CR0_PG,
  CR0_TS,
  CR3,
  EAX,
  FPU_STATUS,
  FPU_VALID,
  VECTOR_GP,
  VECTOR_MF,
  VECTOR_NM,
  VECTOR_PF,
  VECTOR_UD,
} from '../../../../src/emulator/cpu/state';
import { CODE_AT, CpuBench, DATA_AT } from '../cpu-bench';

/** What became of a program: the fault that ended it, if any. */
interface Outcome {
  readonly bench: CpuBench;
  readonly vector: number | null;
  /** From the start of the code. */
  readonly offset: number;
}

interface Setting {
  readonly model?: CpuModel;
  readonly cr0?: number;
  readonly data?: string;
  readonly mode?: 'flat' | 'real';
}

/** Runs code up to its HLT or first fault. Data is at DATA_AT (20000h). */
function run(code: string, { model, cr0 = CR0_NE, data = '', mode }: Setting = {}): Outcome {
  const bench = new CpuBench({ model, mode });
  bench.code(`${code} f4`).load(DATA_AT, data);
  bench.memory.i32[CR0] |= cr0;
  let vector: number | null = null;
  bench.cpu.exceptionSink = {
    take: (raised) => {
      vector = raised;
      return true;
    },
  };
  bench.cpu.run();
  return { bench, vector, offset: bench.eip - (mode === 'real' ? 0 : CODE_AT) };
}

const FNINIT = 'dbe3';
const FLD1 = 'd9e8';
const FLDZ = 'd9ee';
const FDIVP = 'def9';
const FNSTSW_AX = 'dfe0';
const FNCLEX = 'dbe2';
const FWAIT = '9b';
/** Control word 037Bh, from DATA_AT: division by zero unmasked. */
const UNMASK_ZE = 'd92d 00000200';
const DIVIDE_BY_ZERO = `${FNINIT} ${UNMASK_ZE} ${FLD1} ${FLDZ} ${FDIVP}`;
const ze = { data: '7b03' };

describe('an unmasked exception', () => {
  it('is pending, and leaves the operands where they were', () => {
    const { bench, vector } = run(`${DIVIDE_BY_ZERO} ${FNSTSW_AX}`, ze);
    expect(vector).toBe(null);
    // ES, B and ZE; TOP still 6: nothing was popped
    expect(bench.register(0) & 0xffff).toBe(0xb084);
    expect(bench.memory.i32[FPU_VALID]).toBe(0xc0);
  });

  it.each([
    ['an x87 instruction', FLD1],
    ['WAIT', FWAIT],
    ['FLDCW', UNMASK_ZE],
  ])('raises #MF before %s', (_name, next) => {
    const { vector, offset } = run(`${DIVIDE_BY_ZERO} ${next}`, ze);
    expect(vector).toBe(VECTOR_MF);
    expect(offset).toBe(14);
  });

  it('is not waited for by FNCLEX, which ends it', () => {
    const { bench, vector } = run(`${DIVIDE_BY_ZERO} ${FNCLEX} ${FWAIT} ${FNSTSW_AX}`, ze);
    expect(vector).toBe(null);
    expect(bench.register(0) & 0xffff).toBe(0x3000);
  });

  it('becomes pending when FLDCW takes its mask away', () => {
    const { vector, offset } = run(`${FNINIT} ${FLD1} ${FLDZ} ${FDIVP} ${UNMASK_ZE} ${FWAIT}`, ze);
    expect([vector, offset]).toEqual([VECTOR_MF, 14]);
  });

  it('of precision or overflow has its result stored all the same', () => {
    // 0x35f: UM.. PM unmasked; 1/3 = 1 / (1 + 1 + 1)
    const { bench, vector } = run(`${FNINIT} d92d 00000200 d9e8 d9e8 d9e8 d9e8 dec1 dec1 ${FDIVP} ${FNSTSW_AX}`, {
      data: '5f03',
    });
    expect(vector).toBe(null);
    expect(bench.register(0) & 0xffff).toBe(0xbaa0);
  });
});

describe('with CR0.NE = 0 an error goes out through FERR#', () => {
  /** Real mode: DS is at DATA_AT; the handler of vector 75h clears the error. */
  function errorBench(model: CpuModel) {
    const bench = new CpuBench({ model, mode: 'real' });
    bench.load(DATA_AT, '7b03');
    bench.load(0x75 * 4, '00010010'); // 1000:0100
    const asked: number[] = [];
    bench.interruptVector = 0x75;
    bench.cpu.host.signalFpuError = () => {
      asked.push(bench.eip);
      bench.cpu.setInterruptPin(true);
    };
    return { bench, asked };
  }

  // fninit; fldcw [0]; fld1; fldz; fdivp; fld1; mov ax,1234; hlt
  const program = 'dbe3 d92e0000 d9e8 d9ee def9 d9e8 b83412 f4';
  const NEXT = 12;

  it.each(['386', '486'] as const)('and a %s stands before the next x87 instruction until it is served', (model) => {
    const { bench, asked } = errorBench(model);
    bench.code(program).setFlags(0x200);
    // The handler: drop the pin is the board's; fnclex; mov bp,sp; mov bx,[bp] (return IP); iret
    bench.load(0x1_0100, 'dbe2 89e5 8b5e00 cf');
    bench.cpu.host.acknowledgeInterrupt = () => {
      bench.cpu.setInterruptPin(false);
      return 0x75;
    };
    bench.run(10_000, true);
    expect(asked).toHaveLength(1);
    expect(bench.register(3)).toBe(NEXT);
    expect(bench.register(0)).toBe(0x1234);
    // fld1 has run behind the handler: three registers in use
    expect(bench.memory.i32[FPU_VALID]).toBe(0xe0);
  });

  it('waits for ever with interrupts off', () => {
    const { bench, asked } = errorBench('486');
    bench.code(program).run(10_000, true);
    expect(asked).toHaveLength(1);
    expect([bench.eip, bench.cpu.isHalted, bench.register(0)]).toEqual([NEXT, true, 0]);
  });

  it('goes on while IGNNE# is asserted, which ends with the error', () => {
    const { bench, asked } = errorBench('486');
    // ... fdivp; hlt; then fld1; fnclex; (error again) fldz; fdivp; fld1
    bench.code('dbe3 d92e0000 d9e8 d9ee def9 f4 d9e8 dbe2 d9ee def9 d9e8 f4');
    bench.run(10_000, true);
    expect(asked).toEqual([]);
    bench.cpu.host.signalFpuError = () => void asked.push(0);
    bench.cpu.ignoreFpuErrors();
    resume(bench);
    bench.run(10_000, true);
    // fld1 and fnclex went through; the second error stops the fld1 behind it.
    expect(asked).toHaveLength(1);
    expect([bench.eip, bench.cpu.isHalted]).toEqual([21, true]);
  });
});

/** Lets a halted CPU go on behind its HLT. */
function resume(bench: CpuBench): void {
  bench.load(0x75 * 4, '00020010').load(0x1_0200, 'cf');
  bench.cpu.host.acknowledgeInterrupt = () => {
    bench.cpu.setInterruptPin(false);
    return 0x75;
  };
  bench.setFlags(0x200);
  bench.cpu.setInterruptPin(true);
}

describe('#NM', () => {
  it.each([
    ['an x87 instruction under EM', CR0_EM, FLD1, VECTOR_NM],
    ['an x87 instruction under TS', CR0_TS, FNCLEX, VECTOR_NM],
    ['an unassigned escape under EM, for the emulator to judge', CR0_EM, 'd9d1', VECTOR_NM],
    ['FXSAVE under TS', CR0_TS, '0fae05 00000200', VECTOR_NM],
    ['WAIT under MP and TS', CR0_MP | CR0_TS, FWAIT, VECTOR_NM],
    ['nothing at WAIT under TS alone', CR0_TS, FWAIT, null],
    ['nothing at WAIT under EM', CR0_EM, FWAIT, null],
  ])('for %s', (_name, cr0, code, vector) => {
    expect(run(code, { cr0 }).vector).toBe(vector);
  });
});

describe('encodings', () => {
  it('that mean nothing raise #UD', () => {
    for (const code of [
      'd9d1',
      'd9e2',
      'd9e6',
      'd9ef',
      'dae0',
      'daea',
      'dbe5',
      'dbf8',
      'ddf0',
      'ded8',
      'dfe1',
      'dff8',
      'd90f',
      'db27',
      'dd2f',
    ]) {
      for (const model of ['386', '486', '586', '686'] as const) expect(run(code, { model }).vector).toBe(VECTOR_UD);
    }
  });

  it('of the P6 raise #UD before it', () => {
    for (const code of ['dac1', 'dbc1', 'dbe9', 'dbf1', 'dfe9', 'dff1', '0fae05 00000200']) {
      expect([code, run(`dbe3 d9e8 d9e8 ${code}`, { model: '586' }).vector]).toEqual([code, VECTOR_UD]);
      expect([code, run(`dbe3 d9e8 d9e8 ${code}`, { model: '686' }).vector]).toEqual([code, null]);
    }
  });

  it('of the 8087 and the 80287 do nothing', () => {
    const { bench, vector } = run('dbe3 dbe0 dbe1 dbe4 dfe0');
    expect([vector, bench.register(0) & 0xffff]).toEqual([null, 0]);
  });
});

describe('the register stack', () => {
  it('overflows with C1 set, and the indefinite on top', () => {
    const { bench } = run(`${FNINIT} ${FLD1.repeat(9)} dfe0 db3d 00000200`);
    expect(bench.register(0) & 0xffff).toBe(0x3a41);
    expect(bench.bytes(DATA_AT, 10).toString('hex')).toBe('00000000000000c0ffff');
  });

  it('underflows with C1 clear', () => {
    const { bench } = run(`${FNINIT} dec1 dfe0`);
    expect(bench.register(0) & 0xffff).toBe(0x0841);
  });

  it('stays as it is when the invalid operation is unmasked', () => {
    const { bench } = run(`${FNINIT} d92d 00000200 dec1 dfe0`, { data: '7e03' });
    expect(bench.register(0) & 0xffff).toBe(0x80c1);
    expect(bench.memory.i32[FPU_VALID]).toBe(0);
  });
});

describe('an angle of 2^63 or more', () => {
  const C1 = 0x200;
  const C2 = 0x400;
  // fninit; fld tbyte [20000h] as often as `loads` says: 2^63
  const run63 = (loads: number, code: string) =>
    run(`${FNINIT} ${'db2d 00000200'.repeat(loads)} ${code} ${FNSTSW_AX}`, { data: '00000000000000803e40' });

  it.each([
    ['FPTAN', 'd9f2'],
    ['FSINCOS', 'd9fb'],
  ])('only sets C2 in %s while its second result has a place', (_name, code) => {
    expect(run63(7, code).bench.register(0) & 0x7fff).toBe((1 << 11) | C2);
  });

  // SDM vol. 1 4.9.2: stack errors come before all others
  it.each([
    ['FPTAN', 'd9f2'],
    ['FSINCOS', 'd9fb'],
  ])('is a stack overflow in %s when the stack is full', (_name, code) => {
    expect(run63(8, code).bench.register(0) & 0x7fff).toBe((7 << 11) | C1 | 0x41);
  });
});

describe('FCOMI', () => {
  it.each([
    ['1 > 0', 'd9ee d9e8', 0x000],
    ['0 < 1', 'd9e8 d9ee', 0x001],
    ['0 = 0', 'd9ee d9ee', 0x040],
    ['unordered', 'd9ee d9ee dbe3 d9ee', 0x045],
  ])('sets ZF, PF and CF and clears the others: %s', (_name, code, flags) => {
    const { bench } = run(`dbe3 ${code} b8ffffffff 83c0ff dbf1`);
    expect(bench.eflags & 0x8d5).toBe(flags);
  });
});

describe('a store that faults', () => {
  it('writes nothing and leaves stack and status alone', () => {
    const bench = new CpuBench();
    const { i32 } = bench.memory;
    const entryAt = (at: number) => (bench.memory.ramOffset + at) / 4;
    // Identity map of the first 2 MiB, but for the page at 31000h.
    for (let n = 0; n < 512; n++) i32[entryAt(0x6000) + n] = n === 0x31 ? 0 : (n << 12) | 7;
    i32[entryAt(0x5000)] = 0x6007;
    // fninit; fldpi; fistp qword [30ffch]; hlt
    bench.code('dbe3 d9eb df3d fc0f0300 f4').load(0x3_0ffc, 'aabbccdd');
    i32[CR3] = 0x5000;
    i32[CR0] |= CR0_PG | CR0_NE;
    bench.cpu.tlb.flush(true);
    let vector: number | null = null;
    bench.cpu.exceptionSink = { take: (raised) => ((vector = raised), true) };
    bench.cpu.run();
    expect([vector, bench.eip - CODE_AT]).toEqual([VECTOR_PF, 4]);
    expect(bench.bytes(0x3_0ffc, 4).toString('hex')).toBe('aabbccdd');
    expect([i32[FPU_STATUS], i32[FPU_VALID]]).toEqual([0x3800, 0x80]);
  });
});

describe('FXSAVE', () => {
  it('raises #GP(0) for an area that is not a multiple of 16', () => {
    expect(run('0fae05 08000200').vector).toBe(VECTOR_GP);
    expect(run('0fae0d 08000200').vector).toBe(VECTOR_GP);
  });

  it('and FXRSTOR bring everything back', () => {
    const { bench, vector } = run(
      // fninit; fldcw [0]; fldpi; fld1; fadd [4]; fxsave [40h]; fninit; fxrstor [40h]; fnsave [300h]
      'dbe3 d92d00000200 d9eb d9e8 d80504000200 0fae0540000200 dbe3 0fae0d40000200 dd3500030200',
      { data: '7f020000 0000c03f' },
    );
    expect(vector).toBe(null);
    const image = bench.bytes(DATA_AT + 0x300, 108);
    expect(image.readUInt16LE(0)).toBe(0x027f);
    expect(image.readUInt16LE(4)).toBe(0x3000);
    expect(image.readUInt16LE(8)).toBe(0x0fff);
    expect(image.readUInt32LE(12)).toBe(CODE_AT + 12);
    expect(image.readUInt32LE(16) >>> 16).toBe(0x005);
    expect(image.readUInt32LE(20)).toBe(DATA_AT + 4);
    expect(image.subarray(28, 38).toString('hex')).toBe('00000000000000a00040');
    expect(image.subarray(38, 48).toString('hex')).toBe('35c26821a2da0fc90040');
    const saved = bench.bytes(DATA_AT + 0x40, 8);
    expect(saved.toString('hex')).toBe('7f020030c0000500');
  });
});

describe('control and status', () => {
  it('keep to the bits that exist', () => {
    const { bench } = run('dbe3 d92d00000200 d93d04000200', { data: 'ffff' });
    expect(bench.bytes(DATA_AT + 4, 2).toString('hex')).toBe('7f1f');
  });

  it('after RESET are those of the i486 and later', () => {
    const { bench } = run('d93d00000200 dfe0', { model: '486' });
    expect(bench.bytes(DATA_AT, 2).toString('hex')).toBe('4000');
    expect(bench.memory.i32[EAX] & 0xffff).toBe(0);
    expect(bench.memory.i32[FPU_VALID]).toBe(0xff);
  });
});
