// MC146818 real-time clock with 128 bytes of battery-backed RAM, on the machine's clock instead of a crystal.
// Motorola MC146818A datasheet (ADI-1026). Left out: daylight saving (DSE is kept, not obeyed), SQW pin, other crystals.
import type { AccessSize, PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import { advanceCalendar, encodeCalendar } from './rtc-calendar';
import type { CalendarTime } from './rtc-calendar';

const RTC_HZ = 32768;

const SECONDS_ALARM = 0x01;
const MINUTES_ALARM = 0x03;
const HOURS_ALARM = 0x05;
const REGISTER_A = 0x0a;
const REGISTER_B = 0x0b;
const REGISTER_C = 0x0c;
const REGISTER_D = 0x0d;

const A_UIP = 0x80; // update in progress
const A_DV = 0x70; // divider control
const DV_RUN = 0x20; // 32.768 kHz crystal, counting
const B_SET = 0x80; // updates are held
const B_PIE = 0x40; // periodic interrupt enable
const B_AIE = 0x20; // alarm interrupt enable
const B_UIE = 0x10; // update-ended interrupt enable
const B_SQWE = 0x08; // square wave enable
const C_IRQF = 0x80; // an enabled flag is set
const C_PF = 0x40; // periodic flag
const C_AF = 0x20; // alarm flag
const C_UF = 0x10; // update-ended flag
const D_VRT = 0x80; // RAM and time are valid: the battery is good
const NMI_DISABLE = 0x80; // address port, AT only: NMI is masked

/** Table "Update cycle times", 32.768 kHz: the cycle lasts 1984 us, UIP is set 244 us before it. In crystal periods. */
const UIP_TICKS = 65 + 8;
/** "When the divider reset is removed the first update cycle begins one-half second later." */
const FIRST_UPDATE_TICKS = RTC_HZ / 2;
/** An alarm byte of C0h to FFh matches anything. */
const ALARM_ANY = 0xc0;

/** By register: time and calendar, the UIP bit, the flags. Alarm bytes, B, D and RAM change by writes alone. */
const IS_TIME_DEPENDENT = [1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1].map((bit) => bit === 1);

/** State of the chip. Ticks are crystal periods since cycle 0. */
export interface RtcState {
  readonly bytes: readonly number[];
  readonly address: number;
  readonly isNmiMasked: boolean;
  readonly isDividerRunning: boolean;
  readonly secondStartTick: number;
  readonly seenTick: number;
}

/** What the chip is connected to. */
export interface RtcPins {
  readonly clock: Clock;
  /** IRQ# (drawn active high), IRQ 8 of an AT. */
  readonly irq: InterruptLine;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  /** Bit 7 of the address port changed: the board masks or unmasks NMI. */
  readonly onNmiMask?: (isMasked: boolean) => void;
}

/** What the battery has kept. */
export interface RtcConfig {
  /** Date and time at cycle 0. */
  readonly start: CalendarTime;
  /** How far the current second had gone at cycle 0: 0 up to 1e9. A seeded variation. */
  readonly phaseNs: number;
  /** RAM bytes by address: 0Eh to 7Fh, alarm bytes and register B (default 02h: 24 hours, BCD). Others are 0. */
  readonly cmos: Readonly<Record<number, number>>;
}

/** The chip. Even port: address, odd port: data, as at 70h and 71h. */
export class RtcMc146818 implements PortDevice, Resettable {
  private readonly clock: Clock;
  private readonly phaseCycles: number;
  private readonly alarm: Alarm;
  private bytes = new Uint8Array(128);
  private address = 0;
  private isNmiMasked = false;
  private isDividerRunning = true;
  /** Tick at which some second began: seconds begin every 32768 ticks from there. */
  private secondStartTick = 0;
  /** Events up to this tick have been handled. */
  private seenTick = 0;

  constructor(
    private readonly pins: RtcPins,
    config: RtcConfig,
  ) {
    this.clock = pins.clock;
    this.phaseCycles = this.clock.cyclesFromNs(config.phaseNs);
    this.alarm = this.clock.createAlarm(() => this.catchUp());
    for (const [address, value] of Object.entries(config.cmos)) this.bytes[Number(address) & 0x7f] = value;
    this.bytes[REGISTER_A] = DV_RUN | 0x06;
    this.bytes[REGISTER_B] = config.cmos[REGISTER_B] ?? 0x02;
    this.bytes[REGISTER_C] = 0;
    this.bytes[REGISTER_D] = D_VRT;
    encodeCalendar(this.bytes, config.start);
    this.seenTick = this.ticksNow();
  }

  // ---- ports ----

  readPort(port: number, _sizeBytes: AccessSize): number {
    if ((port & 1) === 0) return 0xff; // the AT's address latch cannot be read
    this.catchUp();
    const value = this.registerAt(this.address);
    this.noteStability(value);
    if (this.address === REGISTER_C && value !== 0) {
      this.bytes[REGISTER_C] = 0;
      this.driveIrq();
    }
    return value;
  }

  peekPort(port: number, _sizeBytes: AccessSize): number {
    return port & 1 ? this.peekByte(this.address) : 0xff;
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    if (port & 1) {
      this.catchUp();
      this.writeRegister(this.address, value);
      this.driveIrq();
      this.arm();
      return;
    }
    this.address = value & 0x7f;
    const isNmiMasked = (value & NMI_DISABLE) !== 0;
    if (isNmiMasked === this.isNmiMasked) return;
    this.isNmiMasked = isNmiMasked;
    this.pins.onNmiMask?.(isNmiMasked);
  }

  /** A register or RAM byte as a read through the ports would give it, without effect. */
  peekByte(address: number): number {
    const twin = this.saveState();
    this.passTicks(this.ticksNow());
    const value = this.registerAt(address & 0x7f);
    this.takeState(twin);
    return value;
  }

  // ---- reset and state ----

  /** RESET#: enables and flags are cleared; time, calendar and RAM live on the battery. Table "Reset" of the datasheet. */
  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.passTicks(this.ticksNow());
    this.bytes[REGISTER_B] &= ~(B_PIE | B_AIE | B_UIE | B_SQWE);
    this.bytes[REGISTER_C] = 0;
    this.isNmiMasked = false;
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.pins.onNmiMask?.(false);
    this.driveIrq();
    this.arm();
  }

  saveState(): RtcState {
    const { address, isNmiMasked, isDividerRunning, secondStartTick, seenTick } = this;
    return { bytes: [...this.bytes], address, isNmiMasked, isDividerRunning, secondStartTick, seenTick };
  }

  /** The clock must have been restored before. */
  restoreState(state: RtcState): void {
    this.takeState(state);
    this.pins.onNmiMask?.(this.isNmiMasked);
    this.driveIrq();
    this.arm();
  }

  private takeState(state: RtcState): void {
    this.bytes = Uint8Array.from(state.bytes);
    this.address = state.address;
    this.isNmiMasked = state.isNmiMasked;
    this.isDividerRunning = state.isDividerRunning;
    this.secondStartTick = state.secondStartTick;
    this.seenTick = state.seenTick;
  }

  // ---- registers ----

  /** The register after `catchUp`. */
  private registerAt(address: number): number {
    if (address === REGISTER_A) return this.bytes[REGISTER_A] | (this.isUpdating() ? A_UIP : 0);
    if (address !== REGISTER_C) return this.bytes[address];
    const flags = this.bytes[REGISTER_C];
    return flags & this.bytes[REGISTER_B] & (C_PF | C_AF | C_UF) ? flags | C_IRQF : flags;
  }

  private writeRegister(address: number, value: number): void {
    switch (address) {
      case REGISTER_A:
        this.bytes[REGISTER_A] = value & ~A_UIP;
        this.controlDivider((value & A_DV) === DV_RUN);
        break;
      case REGISTER_B: // "UIE ... the SET bit going high clears the UIE bit"
        this.bytes[REGISTER_B] = value & B_SET ? value & ~B_UIE : value;
        break;
      case REGISTER_C:
      case REGISTER_D:
        break;
      default:
        this.bytes[address] = value;
    }
  }

  private controlDivider(isRunning: boolean): void {
    if (isRunning && !this.isDividerRunning) {
      this.secondStartTick = this.ticksNow() + FIRST_UPDATE_TICKS - RTC_HZ;
      this.seenTick = this.ticksNow();
    }
    this.isDividerRunning = isRunning;
  }

  private noteStability(value: number): void {
    if (!IS_TIME_DEPENDENT[this.address]) return;
    if (this.address === REGISTER_C && value !== 0) this.pins.noteUnstable(this.clock.nowCycles);
    else this.pins.noteUnstable(this.cycleOfTick(this.nextChangeTick(this.address)));
  }

  private driveIrq(): void {
    if (this.registerAt(REGISTER_C) & C_IRQF) this.pins.irq.raise();
    else this.pins.irq.lower();
  }

  // ---- time ----

  private ticksNow(): number {
    return this.clock.periodsFromCycles(this.clock.nowCycles + this.phaseCycles, RTC_HZ);
  }

  private cycleOfTick(tick: number): number {
    return tick === Infinity ? Infinity : this.clock.cyclesFromPeriods(tick, RTC_HZ) - this.phaseCycles;
  }

  private catchUp(): void {
    this.passTicks(this.ticksNow());
    this.driveIrq();
    this.arm();
  }

  /** Handles seconds and periodic ticks after `seenTick` up to `tick`. */
  private passTicks(tick: number): void {
    if (this.isDividerRunning) {
      if (this.nextPeriodicTick() <= tick) this.bytes[REGISTER_C] |= C_PF;
      for (let due = this.nextSecondTick(); due <= tick; due = this.nextSecondTick()) {
        this.seenTick = due;
        if ((this.bytes[REGISTER_B] & B_SET) === 0) this.update();
      }
    }
    this.seenTick = tick;
  }

  /** The end of an update cycle. */
  private update(): void {
    advanceCalendar(this.bytes);
    this.bytes[REGISTER_C] |= C_UF;
    const alarms = [SECONDS_ALARM, MINUTES_ALARM, HOURS_ALARM];
    const isDue = alarms.every((at) => this.bytes[at] >= ALARM_ANY || this.bytes[at] === this.bytes[at - 1]);
    if (isDue) this.bytes[REGISTER_C] |= C_AF;
  }

  private isUpdating(): boolean {
    if (!this.isDividerRunning || this.bytes[REGISTER_B] & B_SET) return false;
    return this.nextSecondTick() - this.seenTick <= UIP_TICKS;
  }

  /** The first tick after `seenTick` at which a second begins. */
  private nextSecondTick(): number {
    const seconds = Math.floor((this.seenTick - this.secondStartTick) / RTC_HZ);
    return this.secondStartTick + (seconds + 1) * RTC_HZ;
  }

  /** The first tick after `seenTick` at which the rate selected by RS3-RS0 strikes, Infinity for none. */
  private nextPeriodicTick(): number {
    const select = this.bytes[REGISTER_A] & 0x0f;
    if (select === 0) return Infinity;
    // Table "Periodic interrupt rate", 32.768 kHz: 1 and 2 are 256 and 128 Hz, 3 is 8192 Hz and so on down to 2 Hz.
    const periodTicks = select <= 2 ? 128 * select : 1 << (select - 1);
    const periods = Math.floor((this.seenTick - this.secondStartTick) / periodTicks);
    return this.secondStartTick + (periods + 1) * periodTicks;
  }

  /** The next tick at which a time-dependent register may read differently. */
  private nextChangeTick(address: number): number {
    if (!this.isDividerRunning) return Infinity;
    const second = this.nextSecondTick();
    if (address === REGISTER_C) return Math.min(second, this.nextPeriodicTick());
    const isBeforeUip = address === REGISTER_A && second - UIP_TICKS > this.seenTick;
    return isBeforeUip ? second - UIP_TICKS : second;
  }

  /** Sets the alarm for the next tick at which an enabled flag may be set. */
  private arm(): void {
    const enables = this.bytes[REGISTER_B];
    let tick = Infinity;
    if (this.isDividerRunning) {
      if (enables & B_PIE) tick = this.nextPeriodicTick();
      if (enables & (B_AIE | B_UIE)) tick = Math.min(tick, this.nextSecondTick());
    }
    const cycle = this.cycleOfTick(tick);
    if (cycle === Infinity) this.alarm.cancel();
    else if (cycle !== this.alarm.dueCycle) this.alarm.scheduleAt(cycle);
  }
}
