import { describe, expect, it } from 'vitest';
import type { Uart16550Config } from '../../../src/emulator/devices/uart-16550';
import { Uart16550 } from '../../../src/emulator/devices/uart-16550';
import { bytePorts, createChipBench, hammer, resetPart } from './port-bench';

const BASE = 0x3f8;
const [DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
const TERMINAL = { cts: true, dsr: true, dcd: true, ri: false };

/** 1 GHz: one cycle is a nanosecond; a bit at 9600 baud is 16 * 12 / 1.8432 MHz = 104166.67 ns. */
function createUart(overrides: Partial<Uart16550Config> = {}) {
  const bench = createChipBench();
  const sent: { byte: number; cycle: number }[] = [];
  const config = { basePort: BASE, modemInputs: TERMINAL, isGatedByOut2: true, ...overrides };
  const uart = new Uart16550(bench.clock, bench.interruptLine, bench.noteUnstable, config, {
    byteSent: (byte, cycle) => void sent.push({ byte, cycle }),
  });
  const read = (register: number) => uart.readPort(BASE + register);
  const write = (register: number, value: number) => uart.writePort(BASE + register, 1, value);
  const setDivisor = (divisor: number, lcr = 0x03) => {
    write(LCR, 0x80);
    write(DATA, divisor & 0xff);
    write(IER, divisor >>> 8);
    write(LCR, lcr);
  };
  return { ...bench, uart, sent, read, write, setDivisor };
}

const FRAME_9600_8N1 = Math.ceil((10 * 16 * 12 * 1e9) / 1_843_200);

describe('the transmitter', () => {
  it('takes ten bit times of 16 x divisor crystal periods for a character of 8N1', () => {
    const { clock, write, read, setDivisor, sent } = createUart();
    setDivisor(12);
    write(DATA, 0x41);
    expect(read(LSR) & 0x40).toBe(0);
    clock.advanceTo(FRAME_9600_8N1 - 1);
    expect(sent).toEqual([]);
    clock.advanceTo(FRAME_9600_8N1);
    expect(sent).toEqual([{ byte: 0x41, cycle: FRAME_9600_8N1 }]);
    expect(read(LSR)).toBe(0x60);
  });

  it.each([
    ['5N1', 0x00, 7],
    ['5N1.5', 0x04, 7.5],
    ['7E1', 0x1a, 10],
    ['8N2', 0x07, 11],
    ['8O2', 0x0f, 12],
  ])('counts the bits of a frame by LCR: %s', (_name, lcr, bits) => {
    const { clock, write, setDivisor, sent } = createUart();
    setDivisor(1, lcr);
    write(DATA, 0x15);
    clock.advance(1_000_000);
    expect(sent[0].cycle).toBe(Math.ceil((bits * 16 * 1e9) / 1_843_200));
  });

  it('sends no more bits than the word length has', () => {
    const { clock, write, setDivisor, sent } = createUart();
    setDivisor(1, 0x02);
    write(DATA, 0xff);
    clock.advance(1_000_000);
    expect(sent[0].byte).toBe(0x7f);
  });

  it('starts a frame at the next edge of the crystal', () => {
    const { clock, write, setDivisor, sent } = createUart();
    setDivisor(1);
    clock.advanceTo(600); // the second period begins at 542.5 ns, the third at 1085.07 ns
    write(DATA, 0x55);
    clock.advance(1_000_000);
    expect(sent[0].cycle).toBe(Math.ceil(((2 + 160) * 1e9) / 1_843_200));
  });

  it('keeps characters back to back without drift while the holding register is refilled', () => {
    const { clock, write, read, setDivisor, sent } = createUart();
    setDivisor(12);
    write(DATA, 0);
    for (let i = 1; i < 100; i++) {
      while (!(read(LSR) & 0x20)) clock.advance(1000);
      write(DATA, i);
    }
    clock.advance(10 * FRAME_9600_8N1);
    expect(sent.map(({ byte }) => byte)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(sent[99].cycle).toBe(Math.ceil((100 * 1920 * 1e9) / 1_843_200));
  });

  it('has THRE set again as soon as a lone character went to the shift register, in 16450 mode', () => {
    const { write, read, setDivisor } = createUart();
    setDivisor(12);
    write(DATA, 1);
    expect(read(LSR) & 0x60).toBe(0x20);
    write(DATA, 2);
    expect(read(LSR) & 0x60).toBe(0x00);
  });

  it('sends sixteen characters from the FIFO and says THRE when the last one moved on', () => {
    const { clock, write, read, setDivisor, sent } = createUart();
    setDivisor(1);
    write(IIR, 0x01);
    for (let i = 0; i < 17; i++) write(DATA, i); // one in the shift register, sixteen in the FIFO
    write(DATA, 99); // full: lost
    const frame = (160 * 1e9) / 1_843_200;
    clock.advanceTo(Math.ceil(16 * frame) - 1);
    expect(read(LSR) & 0x20).toBe(0);
    clock.advanceTo(Math.ceil(16 * frame));
    expect(read(LSR) & 0x60).toBe(0x20);
    clock.advanceTo(Math.ceil(17 * frame));
    expect(read(LSR) & 0x60).toBe(0x60);
    expect(sent.map(({ byte }) => byte)).toEqual(Array.from({ length: 17 }, (_, i) => i));
  });

  it('delays THRE of a lone character in the FIFO by a character less its stop bit, but not the first time', () => {
    const { clock, write, read, setDivisor } = createUart();
    setDivisor(1);
    write(IIR, 0x01);
    write(DATA, 1);
    expect(read(LSR) & 0x20).toBe(0x20);
    clock.advance(1_000_000);
    const start = Math.ceil((clock.nowCycles * 1_843_200) / 1e9);
    write(DATA, 2);
    const indicated = Math.ceil(((start + 9 * 16) * 1e9) / 1_843_200);
    clock.advanceTo(indicated - 1);
    expect(read(LSR) & 0x20).toBe(0);
    clock.advanceTo(indicated);
    expect(read(LSR) & 0x60).toBe(0x20);
  });

  it('counts a divisor of 0 as 65536', () => {
    const { clock, write, setDivisor, sent } = createUart();
    setDivisor(0);
    write(DATA, 1);
    clock.advance(10_000_000_000);
    expect(sent[0].cycle).toBe(Math.ceil((160 * 65536 * 1e9) / 1_843_200));
  });
});

describe('interrupts', () => {
  it('interrupts when the THRE interrupt is enabled with an empty transmitter, and reading IIR takes it back', () => {
    const { line, write, read, takeUnstable } = createUart();
    write(MCR, 0x08);
    write(IER, 0x02);
    expect(line.isHigh).toBe(true);
    expect(read(IIR)).toBe(0x02);
    expect(takeUnstable()).toEqual([0]);
    expect(line.isHigh).toBe(false);
    expect(read(IIR)).toBe(0x01);
    expect(takeUnstable()).toEqual([]);
  });

  it('keeps the line low while OUT2 is off, unless the board has no such gate', () => {
    const gated = createUart();
    gated.write(IER, 0x02);
    expect(gated.line.isHigh).toBe(false);
    gated.write(MCR, 0x08);
    expect(gated.line.isHigh).toBe(true);
    const free = createUart({ isGatedByOut2: false });
    free.write(IER, 0x02);
    expect(free.line.isHigh).toBe(true);
  });

  it('reports line status before data, data before THRE, THRE before modem status', () => {
    const { clock, uart, write, read, setDivisor } = createUart();
    setDivisor(1);
    write(IER, 0x0f);
    uart.setModemInputs({ ...TERMINAL, cts: false });
    uart.receive([0x41], { parity: true });
    clock.advance(1_000_000);
    expect(read(IIR)).toBe(0x06);
    expect(read(LSR)).toBe(0x65);
    expect(read(IIR)).toBe(0x04);
    expect(read(DATA)).toBe(0x41);
    expect(read(IIR)).toBe(0x02);
    expect(read(IIR)).toBe(0x00);
    expect(read(MSR)).toBe(0xa1);
    expect(read(IIR)).toBe(0x01);
  });

  it('raises the line exactly when the FIFO reaches its trigger level', () => {
    const { clock, uart, line, write, read, setDivisor } = createUart();
    setDivisor(1);
    write(MCR, 0x08);
    write(IIR, 0x81); // trigger at 8
    write(IER, 0x01);
    uart.receive([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    clock.advanceTo(Math.ceil((9 * 160 * 1e9) / 1_843_200));
    expect(line.rises).toEqual([Math.ceil((8 * 160 * 1e9) / 1_843_200)]);
    expect(read(IIR)).toBe(0xc4);
    read(DATA);
    expect(line.isHigh).toBe(true);
    read(DATA);
    expect(line.isHigh).toBe(false);
  });

  it('times out four characters after the last one when the FIFO stays below its trigger level', () => {
    const { clock, uart, line, write, read, setDivisor } = createUart();
    setDivisor(1);
    write(MCR, 0x08);
    write(IIR, 0xc1);
    write(IER, 0x01);
    uart.receive([1, 2]);
    clock.advance(10_000_000);
    expect(line.rises).toEqual([Math.ceil((6 * 160 * 1e9) / 1_843_200)]);
    expect(read(IIR)).toBe(0xcc);
    expect(read(DATA)).toBe(1);
    expect(line.isHigh).toBe(false);
    clock.advance(10_000_000);
    expect(line.isHigh).toBe(true);
    read(DATA);
    clock.advance(10_000_000);
    expect(line.isHigh).toBe(false);
  });
});

describe('the receiver', () => {
  it('has data after one frame, until it is read', () => {
    const { clock, uart, read, setDivisor, takeUnstable } = createUart();
    setDivisor(12);
    uart.receive([0x42]);
    clock.advanceTo(FRAME_9600_8N1 - 1);
    expect(read(LSR) & 1).toBe(0);
    clock.advanceTo(FRAME_9600_8N1);
    expect(read(LSR) & 1).toBe(1);
    expect(takeUnstable()).toEqual([]);
    expect(read(DATA)).toBe(0x42);
    expect(takeUnstable()).toEqual([FRAME_9600_8N1]);
    expect(read(LSR) & 1).toBe(0);
  });

  it('overwrites the buffer on overrun in 16450 mode', () => {
    const { clock, uart, read, setDivisor } = createUart();
    setDivisor(1);
    uart.receive([1, 2]);
    clock.advance(1_000_000);
    expect(read(LSR) & 0x03).toBe(0x03);
    expect(read(LSR) & 0x03).toBe(0x01);
    expect(read(DATA)).toBe(2);
  });

  it('keeps the sixteen oldest on overrun of the FIFO', () => {
    const { clock, uart, read, write, setDivisor } = createUart();
    setDivisor(1);
    write(IIR, 0x01);
    uart.receive(Array.from({ length: 18 }, (_, i) => i));
    clock.advance(10_000_000);
    expect(read(LSR) & 0x03).toBe(0x03);
    expect(Array.from({ length: 16 }, () => read(DATA))).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(read(LSR) & 0x01).toBe(0);
  });

  it('shows an error when its character is at the head of the FIFO, and LSR bit 7 before', () => {
    const { clock, uart, read, write, setDivisor } = createUart();
    setDivisor(1);
    write(IIR, 0x01);
    uart.receive([1]);
    uart.receive([2], { framing: true });
    clock.advance(1_000_000);
    expect(read(LSR)).toBe(0xe1);
    read(DATA);
    expect(read(LSR)).toBe(0xe9);
    expect(read(LSR)).toBe(0x61);
  });
});

describe('loopback', () => {
  it('returns what is sent, keeps it from the cable and shows the outputs as modem inputs', () => {
    const { clock, read, write, setDivisor, sent } = createUart();
    setDivisor(1);
    write(MCR, 0x1a); // loop, OUT2, RTS
    expect(read(MSR) & 0xf0).toBe(0x90);
    write(DATA, 0x5a);
    clock.advance(1_000_000);
    expect(read(DATA)).toBe(0x5a);
    expect(sent).toEqual([]);
    write(MCR, 0x0a);
    expect(read(MSR) & 0xf0).toBe(0xb0);
  });

  it('sees the trailing edge of RI only', () => {
    const { read, uart } = createUart();
    uart.setModemInputs({ ...TERMINAL, ri: true });
    expect(read(MSR)).toBe(0xf0);
    uart.setModemInputs(TERMINAL);
    expect(read(MSR)).toBe(0xb4);
    expect(read(MSR)).toBe(0xb0);
  });
});

describe('registers', () => {
  it('holds scratch, and masks what the datasheet reserves in IER and MCR', () => {
    const { read, write } = createUart();
    for (const register of [SCR, IER, MCR, LCR]) write(register, 0x7f);
    expect([SCR, IER, MCR, LCR].map(read)).toEqual([0x7f, 0x0f, 0x1f, 0x7f]);
  });

  it('identifies as a 16550A by IIR bits 7-6 while the FIFOs are on', () => {
    const { read, write } = createUart();
    write(IIR, 0x07);
    expect(read(IIR)).toBe(0xc1);
    write(IIR, 0x00);
    expect(read(IIR)).toBe(0x01);
  });
});

describe('reset', () => {
  it('changes nothing when only the CPU is reset', () => {
    const { clock, uart, write, setDivisor, sent } = createUart();
    setDivisor(12);
    write(DATA, 0x41);
    const before = uart.saveState();
    resetPart(uart, 'cpu-init');
    expect(uart.saveState()).toEqual(before);
    clock.advance(2 * FRAME_9600_8N1);
    expect(sent).toHaveLength(1);
  });

  it('clears the control registers but neither divisor nor scratch on a platform reset', () => {
    const { clock, uart, read, write, setDivisor, sent } = createUart();
    setDivisor(12);
    for (const register of [IER, IIR, MCR]) write(register, 0x0f);
    write(SCR, 0x99);
    write(DATA, 0x41);
    resetPart(uart, 'platform');
    clock.advance(2 * FRAME_9600_8N1);
    expect(sent).toEqual([]);
    expect([IER, IIR, LCR, MCR, LSR, MSR, SCR].map(read)).toEqual([0, 1, 0, 0, 0x60, 0xb0, 0x99]);
    write(LCR, 0x80);
    expect(read(DATA)).toBe(12);
    resetPart(uart, 'power-on');
    write(LCR, 0x80);
    expect([read(DATA), read(SCR)]).toEqual([0, 0]);
  });
});

describe('robustness', () => {
  it('survives 10,000 random accesses, and says when its answers may change', () => {
    const { uart, ...bench } = createUart();
    uart.receive(Array.from({ length: 500 }, (_, i) => i & 0xff));
    hammer(uart, bytePorts(BASE, BASE + 7), bench, { accesses: 10_000, maxStepCycles: 100_000 });
  });

  it('goes on the same after its state was saved and restored into another chip', () => {
    const a = createUart();
    a.setDivisor(3);
    a.write(IIR, 0x41);
    a.write(MCR, 0x0b);
    a.write(IER, 0x0f);
    for (let i = 0; i < 5; i++) a.write(DATA, i);
    a.uart.receive([7, 8, 9]);
    a.clock.advance(300_000);
    const saved = JSON.parse(JSON.stringify(a.uart.saveState()));
    const b = createUart();
    b.clock.advance(300_000);
    b.uart.restoreState(saved);
    expect(b.uart.saveState()).toEqual(a.uart.saveState());
    expect(b.line.isHigh).toBe(a.line.isHigh);
    a.sent.length = 0;
    for (const { clock } of [a, b]) clock.advance(5_000_000);
    expect(b.sent).toEqual(a.sent);
    expect(a.sent.length).toBeGreaterThan(0);
    expect(b.uart.saveState()).toEqual(a.uart.saveState());
  });
});
