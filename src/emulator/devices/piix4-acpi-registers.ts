// ACPI registers of the 82371AB (PIIX4) behind PMBASE: PM1 event and control, PM timer (Intel 290562, 7.2; ACPI 1.0b, 4.7.3).
// The general-purpose event block is where QEMU's `-M pc` has it; nothing on this board raises one.
// Leaves out: sleep states with resume, throttling (PCNTRL), device monitors: those registers read as 0.
import type { AccessSize, PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';

/** Oscillator of the PM timer, three times that of the 8254. */
export const PM_TIMER_HZ = 3_579_545;
const PM_TIMER_MASK = 0xff_ffff;
/** TMR_STS is set whenever bit 23 of the timer changes. */
const PM_TIMER_CARRY_TICKS = 0x80_0000;

// Offsets from PMBASE, by double word.
const PMSTS_PMEN = 0x00; // PMSTS 00h, PMEN 02h
const PMCNTRL = 0x04;
const PMTMR = 0x08;

const TMR_STS = 0x0001; // carry of the PM timer
const PWRBTN_STS = 0x0100; // power button
const PMSTS_CLEARABLE = 0x8d31; // WAK, PWRBTNOR, RTC, PWRBTN, GBL, BM, TMR
const PMEN_WRITABLE = 0x0521; // RTC, PWRBTN, GBL, TMR
const SCI_EN = 0x0001; // events interrupt instead of calling system management
const PMCNTRL_WRITABLE = 0x1c03; // SUS_TYP, BM_RLD, SCI_EN
const SUS_TYP = 0x1c00;
const SUS_EN = 0x2000; // enter what SUS_TYP says; reads as 0
const SUS_TYP_SOFT_OFF = 0x0000;

/** State of the registers. */
export interface Piix4AcpiRegistersState {
  readonly status: number;
  readonly enable: number;
  readonly control: number;
  readonly timerStartTick: number;
  readonly clearedTick: number;
  readonly gpeStatus: number;
  readonly gpeEnable: number;
}

/** What the registers are connected to. */
export interface Piix4AcpiPins {
  readonly clock: Clock;
  /** System control interrupt: IRQ 9 of a PC. */
  readonly sci: InterruptLine;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  /** SUS_EN with SUS_TYP 0: the power supply is switched off. */
  readonly onSoftOff: () => void;
}

/** The registers at offsets 00h-3Fh from PMBASE, and the GPE block. Accesses may be 4 bytes wide. */
export class Piix4AcpiRegisters implements PortDevice, Resettable {
  private readonly clock: Clock;
  private readonly carryAlarm: Alarm;
  /** Event bits but TMR_STS, which follows from the ticks. */
  private status = 0;
  private enable = 0;
  private control = 0;
  /** Ticks since cycle 0 at which the timer began at 0. */
  private timerStartTick = 0;
  /** The timer's count when TMR_STS was last cleared. */
  private clearedTick = 0;
  private gpeStatus = 0;
  private gpeEnable = 0;

  /** GPE0: status in bytes 0 and 1, enable in bytes 2 and 3. */
  readonly gpe: PortDevice = {
    readPort: (offset) => this.readGpe(offset),
    peekPort: (offset) => this.readGpe(offset),
    writePort: (offset, _sizeBytes, value) => this.writeGpe(offset, value),
  };

  constructor(private readonly pins: Piix4AcpiPins) {
    this.clock = pins.clock;
    this.carryAlarm = this.clock.createAlarm(() => this.update());
  }

  // ---- ports ----

  readPort(offset: number, sizeBytes: AccessSize): number {
    this.noteStability(offset & ~3);
    return this.peekPort(offset, sizeBytes);
  }

  peekPort(offset: number, sizeBytes: AccessSize): number {
    const value = this.doubleWordAt(offset & ~3) >>> (8 * (offset & 3));
    return (value & (2 ** (8 * sizeBytes) - 1)) >>> 0;
  }

  writePort(offset: number, sizeBytes: AccessSize, value: number): void {
    const shift = 8 * (offset & 3);
    const lanes = ((2 ** (8 * sizeBytes) - 1) << shift) >>> 0;
    const moved = (value << shift) >>> 0;
    switch (offset & ~3) {
      case PMSTS_PMEN:
        this.clearStatus(moved & lanes & PMSTS_CLEARABLE);
        this.enable = merge(this.enable, moved >>> 16, (lanes >>> 16) & PMEN_WRITABLE);
        break;
      case PMCNTRL:
        this.control = merge(this.control, moved, lanes & PMCNTRL_WRITABLE);
        if (moved & lanes & SUS_EN && (this.control & SUS_TYP) === SUS_TYP_SOFT_OFF) this.pins.onSoftOff();
        break;
    }
    this.update();
  }

  // ---- what the board does ----

  /** Somebody presses the power button. */
  pressPowerButton(): void {
    this.status |= PWRBTN_STS;
    this.update();
  }

  /** SCI_EN as firmware switches it when the operating system writes ACPI_ENABLE or ACPI_DISABLE to SMI_CMD. */
  setSciEnabled(isEnabled: boolean): void {
    this.control = merge(this.control, isEnabled ? SCI_EN : 0, SCI_EN);
    this.update();
  }

  // ---- reset and state ----

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.status = 0;
    this.enable = 0;
    this.control = 0;
    this.gpeStatus = 0;
    this.gpeEnable = 0;
    this.startTimer();
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.update();
  }

  exitReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.startTimer();
  }

  saveState(): Piix4AcpiRegistersState {
    const { status, enable, control, timerStartTick, clearedTick, gpeStatus, gpeEnable } = this;
    return { status, enable, control, timerStartTick, clearedTick, gpeStatus, gpeEnable };
  }

  /** The clock must have been restored before. */
  restoreState(state: Piix4AcpiRegistersState): void {
    this.status = state.status;
    this.enable = state.enable;
    this.control = state.control;
    this.timerStartTick = state.timerStartTick;
    this.clearedTick = state.clearedTick;
    this.gpeStatus = state.gpeStatus;
    this.gpeEnable = state.gpeEnable;
    this.update();
  }

  // ---- registers ----

  private doubleWordAt(offset: number): number {
    switch (offset) {
      case PMSTS_PMEN:
        return (this.eventStatus() | (this.enable << 16)) >>> 0;
      case PMCNTRL:
        return this.control;
      case PMTMR:
        return this.timerTicks() & PM_TIMER_MASK;
      default:
        return 0;
    }
  }

  private noteStability(offset: number): void {
    if (offset === PMTMR) this.pins.noteUnstable(this.cycleOfTick(this.timerTicks() + 1));
    if (offset === PMSTS_PMEN && !this.hasCarried()) this.pins.noteUnstable(this.cycleOfTick(this.nextCarryTick()));
  }

  private readGpe(offset: number): number {
    const word = offset & 2 ? this.gpeEnable : this.gpeStatus;
    return (word >>> (8 * (offset & 1))) & 0xff;
  }

  private writeGpe(offset: number, value: number): void {
    const shift = 8 * (offset & 1);
    if (offset & 2) this.gpeEnable = merge(this.gpeEnable, value << shift, 0xff << shift);
    else this.gpeStatus &= ~(value << shift);
    this.update();
  }

  private eventStatus(): number {
    return this.status | (this.hasCarried() ? TMR_STS : 0);
  }

  private clearStatus(bits: number): void {
    if (bits & TMR_STS) this.clearedTick = this.timerTicks();
    this.status &= ~bits;
  }

  /** Drives SCI to what the registers say and waits for the next carry if that would change it. */
  private update(): void {
    const isEvent = (this.eventStatus() & this.enable) !== 0 || (this.gpeStatus & this.gpeEnable) !== 0;
    if (isEvent && this.control & SCI_EN) this.pins.sci.raise();
    else this.pins.sci.lower();
    if (this.enable & TMR_STS && !this.hasCarried()) this.carryAlarm.scheduleAt(this.cycleOfTick(this.nextCarryTick()));
    else this.carryAlarm.cancel();
  }

  // ---- timer ----

  private startTimer(): void {
    this.timerStartTick = this.clock.periodsFromCycles(this.clock.nowCycles, PM_TIMER_HZ);
    this.clearedTick = 0;
  }

  /** Ticks since the timer began; the register shows the low 24 bits. */
  private timerTicks(): number {
    return this.clock.periodsFromCycles(this.clock.nowCycles, PM_TIMER_HZ) - this.timerStartTick;
  }

  private cycleOfTick(tick: number): number {
    return this.clock.cyclesFromPeriods(this.timerStartTick + tick, PM_TIMER_HZ);
  }

  private hasCarried(): boolean {
    return carriesUntil(this.timerTicks()) > carriesUntil(this.clearedTick);
  }

  private nextCarryTick(): number {
    return (carriesUntil(this.timerTicks()) + 1) * PM_TIMER_CARRY_TICKS;
  }
}

function carriesUntil(tick: number): number {
  return Math.floor(tick / PM_TIMER_CARRY_TICKS);
}

/** `old` with the bits of `mask` taken from `value`. */
function merge(old: number, value: number, mask: number): number {
  return (old & ~mask) | (value & mask);
}
