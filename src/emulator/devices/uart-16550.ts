// 16550A UART after the PC16550D datasheet (National Semiconductor, TL/C/8652, June 1995). Byte-wide ports base..base+7.
// The transmitter is timed in periods of the crystal, so frames that follow each other do not drift.
// Leaves out: the 8 to 24 BAUDOUT periods before the first start bit (tIRS), sending a break, DMA pins, Motorola modes.
import type { PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import { copyState, createPowerOnState } from './uart-16550-state';
import type { ReceivedCharacter, Uart16550State } from './uart-16550-state';

/** Frequency of the crystal on every PC serial adapter, hertz. */
const UART_CRYSTAL_HZ = 1_843_200;

const RBR_THR_DLL = 0; // receive buffer (read), transmit holding (write), divisor low (DLAB)
const IER_DLM = 1; // interrupt enable, divisor high (DLAB)
const IIR_FCR = 2; // interrupt identification (read), FIFO control (write)
const LCR = 3; // line control
const MCR = 4; // modem control
const LSR = 5; // line status
const MSR = 6; // modem status

const IER_ERBFI = 0x01; // received data available, and time-out
const IER_ETBEI = 0x02; // transmitter holding register empty
const IER_ELSI = 0x04; // receiver line status
const IER_EDSSI = 0x08; // modem status

const IIR_MODEM_STATUS = 0x00;
const IIR_NONE = 0x01;
const IIR_THR_EMPTY = 0x02;
const IIR_DATA_AVAILABLE = 0x04;
const IIR_LINE_STATUS = 0x06;
const IIR_CHARACTER_TIMEOUT = 0x0c;
const IIR_FIFOS_ENABLED = 0xc0;

const FCR_ENABLE = 0x01;
const FCR_RCVR_RESET = 0x02;
const FCR_XMIT_RESET = 0x04;
const TRIGGER_LEVELS = [1, 4, 8, 14] as const; // by FCR bits 7-6

const LCR_WORD_LENGTH = 0x03; // 5 + n bits
const LCR_STB = 0x04; // two stop bits, one and a half for 5-bit words
const LCR_PEN = 0x08; // parity bit present
const LCR_DLAB = 0x80; // divisor latch access

const MCR_DTR = 0x01;
const MCR_RTS = 0x02;
const MCR_OUT1 = 0x04;
const MCR_OUT2 = 0x08; // enables the interrupt driver on PC adapters
const MCR_LOOP = 0x10;

const LSR_DR = 0x01; // data ready
const LSR_OE = 0x02; // overrun
const LSR_PE = 0x04; // parity
const LSR_FE = 0x08; // framing
const LSR_BI = 0x10; // break
const LSR_THRE = 0x20; // holding register or FIFO empty
const LSR_TEMT = 0x40; // shift register empty too
const LSR_FIFO_ERROR = 0x80;

const MSR_CTS = 0x10;
const MSR_DSR = 0x20;
const MSR_RI = 0x40;
const MSR_DCD = 0x80;
const MSR_TERI = 0x04; // trailing edge of RI: only its fall counts

const FIFO_DEPTH = 16;
const TIMEOUT_CHARACTERS = 4;

/** Levels of the modem inputs, true = asserted. */
export interface ModemInputs {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

/** What can be wrong with a received character. */
export interface ReceiveErrors {
  readonly parity?: boolean;
  readonly framing?: boolean;
  readonly break?: boolean;
}

export interface Uart16550Config {
  /** 3F8h for COM1. */
  readonly basePort: number;
  /** Levels at power-on: what the other end of the cable asserts. */
  readonly modemInputs: ModemInputs;
  /** The adapter passes INTRPT on only while OUT2 is asserted (IBM asynchronous adapter, and every PC since). */
  readonly isGatedByOut2: boolean;
}

export interface Uart16550Observer {
  /** A character has left the chip, its last stop bit included. Not called in loopback. */
  byteSent?(byte: number, cycle: number): void;
}

/** One serial port. */
export class Uart16550 implements PortDevice, Resettable {
  private state: Uart16550State;
  private readonly transmitAlarm: Alarm;
  private readonly thrEmptyAlarm: Alarm;
  private readonly receiveAlarm: Alarm;
  private readonly timeoutAlarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly interruptLine: InterruptLine,
    private readonly noteUnstable: (cycle: number) => void,
    private readonly config: Uart16550Config,
    private readonly observer: Uart16550Observer = {},
  ) {
    this.state = createPowerOnState(modemBits(config.modemInputs));
    this.transmitAlarm = clock.createAlarm(() => this.finishFrame());
    this.thrEmptyAlarm = clock.createAlarm(() => this.indicateThrEmpty());
    this.receiveAlarm = clock.createAlarm(() => this.finishReceiving());
    this.timeoutAlarm = clock.createAlarm(() => this.signalTimeout());
  }

  // ---- the other end of the cable ----

  /**
   * Puts characters on the receive line, one behind the other at the programmed speed, the first one starting now
   * (or when the line is free). The sender is taken to use the same frame format.
   */
  receive(bytes: readonly number[], errors: ReceiveErrors = {}): void {
    const bits = (errors.parity ? LSR_PE : 0) | (errors.framing ? LSR_FE : 0) | (errors.break ? LSR_BI : 0);
    const { lineInput } = this.state;
    for (const data of bytes) lineInput.push({ data, errors: bits });
    if (lineInput.length > 0 && this.receiveAlarm.dueCycle === Infinity) this.startReceiving(this.currentPeriod());
  }

  /** Changes the modem inputs: sets the delta bits and may interrupt. */
  setModemInputs(inputs: ModemInputs): void {
    this.changeModemLevels(() => (this.state.modemInputs = modemBits(inputs)));
  }

  // ---- ports ----

  readPort(port: number): number {
    const value = this.peekPort(port);
    const { state } = this;
    switch (port - this.config.basePort) {
      case RBR_THR_DLL:
        if (!this.isDivisorAccess()) this.takeReceived();
        break;
      case IIR_FCR:
        // PC16550D table IV: reading IIR resets the THRE interrupt if it is the one reported.
        if (this.pendingInterrupt() === IIR_THR_EMPTY) this.change(() => (state.isThrInterruptPending = false));
        break;
      case LSR:
        if (value & (LSR_OE | LSR_PE | LSR_FE | LSR_BI)) {
          this.change(() => {
            state.hasOverrun = false;
            if (state.receiveFifo.length > 0) state.receiveFifo[0].errors = 0;
          });
        }
        break;
      case MSR:
        if (state.msrDelta !== 0) this.change(() => (state.msrDelta = 0));
        break;
    }
    return value;
  }

  peekPort(port: number): number {
    const { state } = this;
    switch (port - this.config.basePort) {
      case RBR_THR_DLL:
        if (this.isDivisorAccess()) return state.divisor & 0xff;
        return state.receiveFifo.length > 0 ? state.receiveFifo[0].data : state.lastReceived;
      case IER_DLM:
        return this.isDivisorAccess() ? state.divisor >>> 8 : state.ier;
      case IIR_FCR:
        return this.pendingInterrupt() | (this.isFifoEnabled() ? IIR_FIFOS_ENABLED : 0);
      case LCR:
        return state.lcr;
      case MCR:
        return state.mcr;
      case LSR:
        return this.lineStatus();
      case MSR:
        return this.modemLevels() | state.msrDelta;
      default:
        return state.scr;
    }
  }

  writePort(port: number, _sizeBytes: number, value: number): void {
    const { state } = this;
    switch (port - this.config.basePort) {
      case RBR_THR_DLL:
        if (this.isDivisorAccess()) state.divisor = (state.divisor & 0xff00) | value;
        else this.writeTransmitter(value);
        break;
      case IER_DLM:
        if (this.isDivisorAccess()) state.divisor = (value << 8) | (state.divisor & 0xff);
        else this.writeInterruptEnable(value & 0x0f);
        break;
      case IIR_FCR:
        this.writeFifoControl(value);
        break;
      case LCR:
        state.lcr = value;
        break;
      case MCR:
        this.changeModemLevels(() => (state.mcr = value & 0x1f));
        break;
      case LSR: // written in factory tests only
      case MSR:
        break;
      default:
        state.scr = value;
    }
  }

  // ---- reset and snapshot ----

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    const { scr, divisor, lastReceived, modemInputs } = this.state;
    this.state = createPowerOnState(modemBits(this.config.modemInputs));
    // PC16550D table I: master reset leaves the divisor latches, the scratch register and RBR alone.
    if (kind === 'platform') Object.assign(this.state, { scr, divisor, lastReceived, modemInputs });
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    for (const alarm of [this.transmitAlarm, this.thrEmptyAlarm, this.receiveAlarm, this.timeoutAlarm]) alarm.cancel();
    this.interruptLine.lower();
  }

  saveState(): Uart16550State {
    return {
      ...copyState(this.state),
      transmitDue: dueCycleOf(this.transmitAlarm),
      thrEmptyDue: dueCycleOf(this.thrEmptyAlarm),
      receiveDue: dueCycleOf(this.receiveAlarm),
      timeoutDue: dueCycleOf(this.timeoutAlarm),
    };
  }

  restoreState(state: Uart16550State): void {
    this.state = copyState(state);
    restoreDueCycle(this.transmitAlarm, state.transmitDue);
    restoreDueCycle(this.thrEmptyAlarm, state.thrEmptyDue);
    restoreDueCycle(this.receiveAlarm, state.receiveDue);
    restoreDueCycle(this.timeoutAlarm, state.timeoutDue);
    this.driveInterrupt();
  }

  // ---- transmitter ----

  private writeTransmitter(value: number): void {
    const { state } = this;
    if (!this.isFifoEnabled()) state.transmitFifo = [value];
    else if (state.transmitFifo.length < FIFO_DEPTH) state.transmitFifo.push(value);
    if (state.transmitFifo.length >= 2) state.hadTwoBytes = true;
    state.isThrEmpty = false;
    state.isThrInterruptPending = false;
    this.thrEmptyAlarm.cancel();
    if (state.shiftRegister === null) this.startFrame(this.currentPeriod());
    this.driveInterrupt();
  }

  /** Moves the next byte to the shift register; its start bit begins at `startPeriod`. */
  private startFrame(startPeriod: number): void {
    const { state } = this;
    state.shiftRegister = state.transmitFifo.shift()! & this.wordMask();
    state.shiftEndPeriod = startPeriod + this.framePeriods();
    this.transmitAlarm.scheduleAt(this.cycleOfPeriod(state.shiftEndPeriod));
    if (state.transmitFifo.length > 0) return;
    // PC16550D "FIFO interrupt mode operation", transmit, B: the indication waits one character time less the
    // last stop bit when there have not been two bytes in the FIFO since the last one.
    if (this.isFifoEnabled() && !state.hadTwoBytes && !state.isNextThreImmediate) {
      this.thrEmptyAlarm.scheduleAt(this.cycleOfPeriod(state.shiftEndPeriod - this.bitPeriods()));
    } else {
      this.indicateThrEmpty();
    }
  }

  private indicateThrEmpty(): void {
    const { state } = this;
    this.thrEmptyAlarm.cancel();
    state.isThrEmpty = true;
    state.isThrInterruptPending = true;
    state.hadTwoBytes = false;
    state.isNextThreImmediate = false;
    this.driveInterrupt();
  }

  private finishFrame(): void {
    const { state } = this;
    const byte = state.shiftRegister!;
    state.shiftRegister = null;
    if (state.transmitFifo.length > 0) this.startFrame(state.shiftEndPeriod);
    if (state.mcr & MCR_LOOP) this.deliver({ data: byte, errors: 0 });
    else this.observer.byteSent?.(byte, this.clock.nowCycles);
  }

  // ---- receiver ----

  private startReceiving(startPeriod: number): void {
    this.state.lineEndPeriod = startPeriod + this.framePeriods();
    this.receiveAlarm.scheduleAt(this.cycleOfPeriod(this.state.lineEndPeriod));
  }

  private finishReceiving(): void {
    const { state } = this;
    const { data, errors } = state.lineInput.shift()!;
    if (state.lineInput.length > 0) this.startReceiving(state.lineEndPeriod);
    // In loopback SIN is disconnected: what came in by the cable is lost.
    if (!(state.mcr & MCR_LOOP)) this.deliver({ data: data & this.wordMask(), errors });
  }

  private deliver(character: ReceivedCharacter): void {
    const { state } = this;
    const isFifo = this.isFifoEnabled();
    const isFull = state.receiveFifo.length >= (isFifo ? FIFO_DEPTH : 1);
    if (isFull) state.hasOverrun = true;
    // PC16550D LSR bit 1: a full FIFO keeps its content, a full RBR is overwritten.
    if (!isFifo) state.receiveFifo = [character];
    else if (!isFull) state.receiveFifo.push(character);
    this.restartTimeout();
    this.driveInterrupt();
  }

  private takeReceived(): void {
    if (this.state.receiveFifo.length === 0) return;
    this.change(() => {
      this.state.lastReceived = this.state.receiveFifo.shift()!.data;
      this.state.isTimeoutPending = false;
      this.restartTimeout();
    });
  }

  private restartTimeout(): void {
    this.timeoutAlarm.cancel();
    if (!this.isFifoEnabled() || this.state.receiveFifo.length === 0) return;
    const endPeriod = this.currentPeriod() + TIMEOUT_CHARACTERS * this.framePeriods();
    this.timeoutAlarm.scheduleAt(this.cycleOfPeriod(endPeriod));
  }

  private signalTimeout(): void {
    this.state.isTimeoutPending = true;
    this.driveInterrupt();
  }

  // ---- control ----

  private writeInterruptEnable(value: number): void {
    const { state } = this;
    // Enabling the transmitter interrupt while THRE is set interrupts at once: drivers start by it.
    if (value & ~state.ier & IER_ETBEI && state.isThrEmpty) state.isThrInterruptPending = true;
    state.ier = value;
    this.driveInterrupt();
  }

  private writeFifoControl(value: number): void {
    const { state } = this;
    const isSwitched = ((value ^ state.fcr) & FCR_ENABLE) !== 0;
    // Bits other than 0 are only programmed while bit 0 is written as 1.
    state.fcr = value & FCR_ENABLE ? value & 0xc9 : 0;
    if (isSwitched) state.isNextThreImmediate = true;
    if (isSwitched || (value & FCR_ENABLE && value & FCR_RCVR_RESET)) {
      state.receiveFifo = [];
      state.isTimeoutPending = false;
      this.timeoutAlarm.cancel();
    }
    if (isSwitched || (value & FCR_ENABLE && value & FCR_XMIT_RESET)) {
      state.transmitFifo = [];
      if (!state.isThrEmpty) this.indicateThrEmpty();
    }
    this.driveInterrupt();
  }

  private changeModemLevels(apply: () => void): void {
    const before = this.modemLevels();
    apply();
    const after = this.modemLevels();
    const changed = (before ^ after) >>> 4;
    const ringEnded = before & ~after & MSR_RI;
    this.state.msrDelta |= (changed & ~MSR_TERI) | (ringEnded ? MSR_TERI : 0);
    this.driveInterrupt();
  }

  /** Bits 7-4 of MSR: the pins, or in loopback the outputs of MCR. */
  private modemLevels(): number {
    const { mcr, modemInputs } = this.state;
    if (!(mcr & MCR_LOOP)) return modemInputs;
    return (
      (mcr & MCR_RTS ? MSR_CTS : 0) |
      (mcr & MCR_DTR ? MSR_DSR : 0) |
      (mcr & MCR_OUT1 ? MSR_RI : 0) |
      (mcr & MCR_OUT2 ? MSR_DCD : 0)
    );
  }

  private lineStatus(): number {
    const { state } = this;
    const { receiveFifo } = state;
    let status = 0;
    if (receiveFifo.length > 0) status |= LSR_DR | receiveFifo[0].errors;
    if (state.hasOverrun) status |= LSR_OE;
    if (state.isThrEmpty) status |= LSR_THRE;
    if (state.shiftRegister === null && state.transmitFifo.length === 0) status |= LSR_TEMT;
    if (this.isFifoEnabled() && receiveFifo.some(({ errors }) => errors !== 0)) status |= LSR_FIFO_ERROR;
    return status;
  }

  /** IIR bits 3-0: the enabled condition of highest priority (PC16550D table IV). */
  private pendingInterrupt(): number {
    const { state } = this;
    const { ier, receiveFifo } = state;
    const hasError = state.hasOverrun || (receiveFifo.length > 0 && receiveFifo[0].errors !== 0);
    if (ier & IER_ELSI && hasError) return IIR_LINE_STATUS;
    if (ier & IER_ERBFI) {
      if (receiveFifo.length >= this.triggerLevel()) return IIR_DATA_AVAILABLE;
      if (state.isTimeoutPending) return IIR_CHARACTER_TIMEOUT;
    }
    if (ier & IER_ETBEI && state.isThrInterruptPending) return IIR_THR_EMPTY;
    if (ier & IER_EDSSI && state.msrDelta !== 0) return IIR_MODEM_STATUS;
    return IIR_NONE;
  }

  private driveInterrupt(): void {
    const { mcr } = this.state;
    // OUT2 is held inactive in loopback (PC16550D MCR bit 4).
    const isOut2Active = (mcr & (MCR_OUT2 | MCR_LOOP)) === MCR_OUT2;
    const isPassed = !this.config.isGatedByOut2 || isOut2Active;
    if (isPassed && this.pendingInterrupt() !== IIR_NONE) this.interruptLine.raise();
    else this.interruptLine.lower();
  }

  /** A change caused by a read: the next read may answer differently. */
  private change(apply: () => void): void {
    apply();
    this.driveInterrupt();
    this.noteUnstable(this.clock.nowCycles);
  }

  private isDivisorAccess(): boolean {
    return (this.state.lcr & LCR_DLAB) !== 0;
  }

  private isFifoEnabled(): boolean {
    return (this.state.fcr & FCR_ENABLE) !== 0;
  }

  private triggerLevel(): number {
    return this.isFifoEnabled() ? TRIGGER_LEVELS[this.state.fcr >>> 6] : 1;
  }

  // ---- time, in periods of the crystal ----

  /** Periods of one bit. The down-counter of the divisor runs 65536 steps when loaded with 0. */
  private bitPeriods(): number {
    return 16 * (this.state.divisor || 0x10000);
  }

  /** Periods of start bit, data, parity and stop bits. */
  private framePeriods(): number {
    const { lcr } = this.state;
    const wordLength = lcr & LCR_WORD_LENGTH;
    const stopBits = !(lcr & LCR_STB) ? 1 : wordLength === 0 ? 1.5 : 2;
    return (1 + 5 + wordLength + (lcr & LCR_PEN ? 1 : 0) + stopBits) * this.bitPeriods();
  }

  private wordMask(): number {
    return 0xff >>> (3 - (this.state.lcr & LCR_WORD_LENGTH));
  }

  /** The first whole crystal period that begins now or later. */
  private currentPeriod(): number {
    const { clock } = this;
    const period = clock.periodsFromCycles(clock.nowCycles, UART_CRYSTAL_HZ);
    return this.cycleOfPeriod(period) < clock.nowCycles ? period + 1 : period;
  }

  private cycleOfPeriod(period: number): number {
    return this.clock.cyclesFromPeriods(period, UART_CRYSTAL_HZ);
  }
}

/** MSR bits 7-4 of the levels. */
function modemBits({ cts, dsr, ri, dcd }: ModemInputs): number {
  return (cts ? MSR_CTS : 0) | (dsr ? MSR_DSR : 0) | (ri ? MSR_RI : 0) | (dcd ? MSR_DCD : 0);
}
