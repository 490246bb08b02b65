import { describe, expect, it } from 'vitest';
import type { PciDecoder, PciRange } from '../../../src/emulator/devices/pci-endpoint';
import { ACPI_DISABLE, ACPI_ENABLE, Piix4Acpi } from '../../../src/emulator/devices/piix4-acpi';
import { PM_TIMER_HZ } from '../../../src/emulator/devices/piix4-acpi-registers';
import { createRandomStream } from '../../../src/emulator/random';
import { createBenchClock, createUnstableLog, resetChips, throughJson, watchLine } from './chip-bench';
import { hammer } from './port-bench';

const PMSTS = 0x0;
const PMEN = 0x2;
const PMCNTRL = 0x4;
const PMTMR = 0x8;
const TMR = 0x0001;
const PWRBTN = 0x0100;
const SCI_EN = 0x0001;
const SUS_EN = 0x2000;
const CARRY_TICKS = 0x80_0000;

function board(cpuHz?: number) {
  const clock = createBenchClock(cpuHz);
  const sci = watchLine(clock);
  const unstable = createUnstableLog();
  const events: string[] = [];
  const decoder: PciDecoder = {
    open: (name, range: PciRange, base) => {
      events.push(`open ${name} ${range.kind} ${base.toString(16)}`);
      return () => events.push(`close ${name} ${base.toString(16)}`);
    },
  };
  const pins = { clock, sci, noteUnstable: unstable.note, onSoftOff: () => events.push('off') };
  const chip = new Piix4Acpi(pins, decoder);
  resetChips([chip], 'power-on');
  const { registers } = chip;
  const cycleOfTick = (tick: number) => clock.cyclesFromPeriods(tick, PM_TIMER_HZ);
  return { clock, sci, unstable, events, chip, registers, cycleOfTick };
}

/** What SeaBIOS writes (src/fw/pciinit.c, piix4_pm_config_setup). */
function setUpLikeSeaBios(chip: Piix4Acpi) {
  chip.writeConfiguration(0x40, 4, 0x601);
  chip.writeConfiguration(0x80, 1, 0x01);
  chip.writeConfiguration(0x90, 4, 0x701);
  chip.writeConfiguration(0xd2, 1, 0x09);
}

describe('configuration space', () => {
  it('identifies the power management function of the PIIX4', () => {
    const { chip } = board();
    expect(chip.readConfiguration(0x00, 4)).toBe(0x7113_8086);
    expect(chip.readConfiguration(0x08, 4)).toBe(0x0680_0003);
  });

  it('says that SMM is set up already, so that firmware does not try', () => {
    expect(board().chip.readConfiguration(0x58, 4) & 0x0200_0000).not.toBe(0);
  });

  it('opens the ACPI and SMBus ports once each has base and enable bit', () => {
    const { chip, events } = board();
    chip.writeConfiguration(0x40, 4, 0x0601);
    expect(chip.readConfiguration(0x40, 4)).toBe(0x0601); // bit 0 always reads as 1
    expect(events).toEqual([]);
    setUpLikeSeaBios(chip);
    expect(events).toEqual(['open PIIX4 ACPI io 600', 'open PIIX4 SMBus io 700']);
  });

  it('moves and closes the ports, each opening closed first', () => {
    const { chip, events } = board();
    setUpLikeSeaBios(chip);
    chip.writeConfiguration(0x40, 4, 0xb001);
    chip.writeConfiguration(0x80, 1, 0);
    expect(events.slice(2)).toEqual(['close PIIX4 ACPI 600', 'open PIIX4 ACPI io b000', 'close PIIX4 ACPI b000']);
  });
});

describe('the PM timer', () => {
  it('counts 3.579545 MHz in 24 bits from reset on', () => {
    const { clock, registers, cycleOfTick } = board();
    expect(registers.readPort(PMTMR, 4)).toBe(0);
    clock.advanceTo(cycleOfTick(1000));
    expect(registers.readPort(PMTMR, 4)).toBe(1000);
    clock.advanceTo(cycleOfTick(PM_TIMER_HZ));
    expect(registers.readPort(PMTMR, 4)).toBe(PM_TIMER_HZ);
    clock.advanceTo(cycleOfTick(0x100_0005));
    expect(registers.readPort(PMTMR, 4)).toBe(5);
  });

  it.each([100_000_000, 33_333_333, 2_400_000_000])('says at %d Hz the very cycle of its next count', (cpuHz) => {
    const { clock, registers, unstable } = board(cpuHz);
    for (let i = 0; i < 50; i++) {
      unstable.take();
      const value = registers.readPort(PMTMR, 4);
      const next = unstable.take();
      expect(next).toBeGreaterThan(clock.nowCycles);
      clock.advanceTo(next - 1);
      expect(registers.peekPort(PMTMR, 4)).toBe(value);
      clock.advanceTo(next);
      expect(registers.peekPort(PMTMR, 4)).toBe(value + 1);
      clock.advance(i * 137);
    }
  });

  it('sets TMR_STS whenever bit 23 changes, until it is cleared by writing 1', () => {
    const { clock, registers, cycleOfTick } = board();
    clock.advanceTo(cycleOfTick(CARRY_TICKS) - 1);
    expect(registers.readPort(PMSTS, 2) & TMR).toBe(0);
    clock.advanceTo(cycleOfTick(CARRY_TICKS));
    expect(registers.readPort(PMSTS, 2) & TMR).toBe(TMR);
    registers.writePort(PMSTS, 2, PWRBTN);
    expect(registers.readPort(PMSTS, 2) & TMR).toBe(TMR);
    registers.writePort(PMSTS, 2, TMR);
    expect(registers.readPort(PMSTS, 2) & TMR).toBe(0);
    clock.advanceTo(cycleOfTick(2 * CARRY_TICKS));
    expect(registers.readPort(PMSTS, 2) & TMR).toBe(TMR);
  });

  it('interrupts at the carry when enabled, and the line falls when the status is cleared', () => {
    const { clock, registers, sci, cycleOfTick } = board();
    registers.writePort(PMCNTRL, 2, SCI_EN);
    registers.writePort(PMEN, 2, TMR);
    clock.advanceTo(cycleOfTick(CARRY_TICKS) + 10);
    expect(sci).toMatchObject({ isHigh: true, risingCycles: [cycleOfTick(CARRY_TICKS)] });
    registers.writePort(PMSTS, 2, TMR);
    expect(sci.isHigh).toBe(false);
    clock.advanceTo(cycleOfTick(2 * CARRY_TICKS));
    expect(sci.risingCycles).toEqual([cycleOfTick(CARRY_TICKS), cycleOfTick(2 * CARRY_TICKS)]);
  });
});

describe('the power button', () => {
  it('sets its status and interrupts where enabled', () => {
    const { registers, sci } = board();
    registers.pressPowerButton();
    expect(registers.readPort(PMSTS, 2)).toBe(PWRBTN);
    expect(sci.isHigh).toBe(false);
    registers.writePort(PMSTS, 4, (PWRBTN << 16) | PWRBTN); // clears and enables in one access
    registers.writePort(PMCNTRL, 2, SCI_EN);
    registers.pressPowerButton();
    expect(sci.isHigh).toBe(true);
    registers.writePort(PMSTS + 1, 1, PWRBTN >>> 8);
    expect(sci.isHigh).toBe(false);
  });

  it('does not interrupt while SCI_EN is 0: the event would be system management', () => {
    const { registers, sci, chip } = board();
    registers.writePort(PMEN, 2, PWRBTN);
    registers.pressPowerButton();
    expect(sci.isHigh).toBe(false);
    chip.takeApmCommand(ACPI_ENABLE);
    expect(registers.readPort(PMCNTRL, 2)).toBe(SCI_EN);
    expect(sci.isHigh).toBe(true);
    chip.takeApmCommand(ACPI_DISABLE);
    expect(registers.readPort(PMCNTRL, 2)).toBe(0);
    expect(sci.isHigh).toBe(false);
  });
});

describe('soft-off', () => {
  it('comes with SUS_EN and SUS_TYP 0, SUS_EN reads as 0', () => {
    const { registers, events } = board();
    registers.writePort(PMCNTRL, 2, SCI_EN);
    expect(events).toEqual([]);
    registers.writePort(PMCNTRL, 2, SUS_EN | SCI_EN);
    expect(events).toEqual(['off']);
    expect(registers.readPort(PMCNTRL, 2)).toBe(SCI_EN);
  });

  it('does not come with a sleep type the board does not have', () => {
    const { registers, events } = board();
    registers.writePort(PMCNTRL, 2, SUS_EN | (1 << 10));
    registers.writePort(PMCNTRL, 2, SUS_EN | (5 << 10));
    expect(events).toEqual([]);
  });
});

describe('general-purpose events', () => {
  it('have status to be cleared and enables to be kept', () => {
    const { gpe } = board().registers;
    gpe.writePort(2, 1, 0x02);
    gpe.writePort(3, 1, 0x80);
    gpe.writePort(0, 1, 0xff);
    expect([0, 1, 2, 3].map((offset) => gpe.readPort(offset, 1))).toEqual([0, 0, 0x02, 0x80]);
  });
});

describe('resets', () => {
  it('of the CPU change nothing', () => {
    const { chip, registers, clock } = board();
    setUpLikeSeaBios(chip);
    registers.writePort(PMEN, 2, PWRBTN);
    clock.advance(1_000_000);
    const before = throughJson(chip.saveState());
    const ticks = registers.peekPort(PMTMR, 4);
    resetChips([chip], 'cpu-init');
    expect(chip.saveState()).toEqual(before);
    expect(registers.peekPort(PMTMR, 4)).toBe(ticks);
  });

  it.each(['platform', 'power-on'] as const)('of kind %s close the ports, clear registers and timer', (kind) => {
    const { chip, registers, events, clock, sci } = board();
    setUpLikeSeaBios(chip);
    registers.writePort(PMEN, 2, PWRBTN);
    registers.writePort(PMCNTRL, 2, SCI_EN);
    registers.pressPowerButton();
    clock.advance(1_000_000);
    resetChips([chip], kind);
    expect(sci.isHigh).toBe(false);
    expect(events.slice(2)).toEqual(['close PIIX4 ACPI 600', 'close PIIX4 SMBus 700']);
    expect(registers.peekPort(PMSTS, 4)).toBe(0);
    expect(registers.peekPort(PMCNTRL, 4)).toBe(0);
    expect(registers.peekPort(PMTMR, 4)).toBe(0);
    expect(chip.readConfiguration(0x40, 4)).toBe(0x1);
  });
});

describe('state', () => {
  it('goes on in another chip with the same ports, line and alarm', () => {
    const a = board();
    setUpLikeSeaBios(a.chip);
    a.registers.writePort(PMCNTRL, 2, SCI_EN);
    a.registers.writePort(PMEN, 2, TMR | PWRBTN);
    a.clock.advance(123_456_789);
    const b = board();
    b.clock.advanceTo(a.clock.nowCycles);
    b.chip.restoreState(throughJson(a.chip.saveState()));
    expect(b.events).toEqual(a.events);
    for (const { clock, cycleOfTick } of [a, b]) clock.advanceTo(cycleOfTick(CARRY_TICKS) + 1);
    expect(b.sci.risingCycles).toEqual(a.sci.risingCycles);
    expect(b.sci.isHigh).toBe(true);
    expect(b.chip.saveState()).toEqual(a.chip.saveState());
  });
});

describe('robustness', () => {
  it('takes 10,000 random accesses to the ACPI ports', () => {
    const { clock, registers, unstable } = board();
    const bench = {
      clock,
      takeUnstable: () => [unstable.take()],
    };
    const targets = Array.from({ length: 0x40 }, (_, port) => {
      const sizes = port % 4 === 0 ? ([1, 2, 4] as const) : port % 2 === 0 ? ([1, 2] as const) : ([1] as const);
      return { port, sizes };
    });
    hammer(registers, targets, bench, { accesses: 10_000, maxStepCycles: 1_000_000 });
  });

  it('takes 10,000 random writes to configuration space', () => {
    const { chip } = board();
    const random = createRandomStream(7, 'configuration');
    for (let i = 0; i < 10_000; i++) chip.writeConfiguration(random.nextInteger(256), 1, random.nextInteger(256));
    expect(chip.readConfiguration(0, 4)).toBe(0x7113_8086);
  });
});
