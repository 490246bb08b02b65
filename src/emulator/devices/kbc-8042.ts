// The 8042 keyboard controller of the AT with its PS/2 extension, and the keyboard behind it.
// IBM PS/2 Hardware Interface Technical Reference; commands as in docs/facts.md B2. Left out: password, keylock,
// diagnostic dump, polling of the input port.
import type { AccessSize, PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import { BYTE_DISABLE, BYTE_DISABLE_AUX, BYTE_SYS, BYTE_TRANSLATE } from './kbc-registers';
import { OUTPUT_A20, OUTPUT_RESET, OUTPUT_REST } from './kbc-registers';
import { STATUS_A2, STATUS_IBF, STATUS_INH, STATUS_SYS, STATUS_TIMEOUT } from './kbc-registers';
import type { KbcOutputState } from './kbc-output-buffer';
import { KbcOutputBuffer } from './kbc-output-buffer';
import { KbcTranslator } from './kbc-translator';
import { Ps2Keyboard } from './keyboard-ps2';
import type { KeyboardConfig, KeyboardState } from './keyboard-ps2';
import { Ps2Channel } from './ps2-channel';
import type { Ps2ChannelHost, Ps2ChannelState, Ps2ChannelTiming, Ps2Device } from './ps2-channel';

const INPUT_PORT = 0xa0; // not locked, no manufacturing jumper
const SELF_TEST_PASSED = 0x55;
const INTERFACE_OK = 0x00;
const NO_PASSWORD = 0xf1;
const RESEND = 0xfe; // what a byte to an absent device gets for an answer

/** What the controller is doing: `reading` the input buffer, `testing` itself, or `waiting` for a line to be free. */
type Work = 'idle' | 'reading' | 'testing' | 'waiting';

/** State of controller and keyboard. */
export interface Kbc8042State {
  readonly ram: readonly number[];
  readonly outputPort: number;
  readonly output: KbcOutputState;
  readonly inputBuffer: number;
  readonly isInputFull: boolean;
  readonly isInputCommand: boolean;
  readonly hasTimedOut: boolean;
  readonly pendingCommand: number;
  readonly isBreakPending: boolean;
  readonly work: Work;
  readonly workCycle: number | null;
  readonly keyboardLine: Ps2ChannelState;
  readonly auxLine: Ps2ChannelState;
  readonly keyboard: KeyboardState;
}

/** What the controller is connected to. */
export interface Kbc8042Pins {
  readonly clock: Clock;
  readonly irq1: InterruptLine;
  readonly irq12: InterruptLine;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  /** This gate opened or closed. The board ORs it with port 92h's. */
  readonly onA20: (isOpen: boolean) => void;
  /** The CPU's reset line is pulsed (FEh, or bit 0 of the output port written 0). */
  readonly onReset: () => void;
  /** The device on the auxiliary port: null = none plugged in. */
  readonly auxDevice?: Ps2Device | null;
}

/** Figures of the profile. */
export interface Kbc8042Config extends Ps2ChannelTiming {
  /** From a write to the controller's having read and obeyed it. */
  readonly commandNs: number;
  /** Duration of the self-test (AAh). */
  readonly selfTestNs: number;
  /** There is an auxiliary port (PS/2 and later). */
  readonly hasAuxPort: boolean;
  readonly keyboard: KeyboardConfig;
}

/** The controller. Port address bit 2: 0 data (60h), 1 command and status (64h). */
export class Kbc8042 implements PortDevice, Resettable {
  readonly keyboard: Ps2Keyboard;
  private readonly keyboardLine: Ps2Channel;
  private readonly auxLine: Ps2Channel;
  /** Internal RAM; byte 0 is the command byte. */
  private ram = new Uint8Array(32);
  private outputPort = 0;
  private readonly output: KbcOutputBuffer;
  private inputBuffer = 0;
  private isInputFull = false;
  private isInputCommand = false;
  private hasTimedOut = false;
  /** A command that waits for its data byte, or -1. */
  private pendingCommand = -1;
  private readonly translator = new KbcTranslator();
  private work: Work = 'idle';
  private readonly workAlarm: Alarm;

  constructor(
    private readonly pins: Kbc8042Pins,
    private readonly config: Kbc8042Config,
  ) {
    const { clock } = pins;
    this.output = new KbcOutputBuffer(pins.irq1, pins.irq12, () => this.ram[0]);
    this.workAlarm = clock.createAlarm(() => this.endWork());
    this.keyboard = new Ps2Keyboard(clock, config.keyboard, () => this.keyboardLine.pump());
    this.keyboardLine = new Ps2Channel(clock, config, this.createHost(false), this.keyboard);
    this.auxLine = new Ps2Channel(clock, config, this.createHost(true), pins.auxDevice ?? null);
    this.enterReset('power-on');
  }

  /** The auxiliary device has a byte to send. */
  auxByteReady(): void {
    this.auxLine.pump();
  }

  /** Whether the controller opens the A20 gate. */
  get isA20Open(): boolean {
    return (this.outputPort & OUTPUT_A20) !== 0;
  }

  // ---- ports ----

  readPort(port: number, sizeBytes: AccessSize): number {
    const value = this.peekPort(port, sizeBytes);
    if ((port & 4) === 0 && this.output.isFull) {
      this.pins.noteUnstable(this.pins.clock.nowCycles);
      this.output.empty();
      this.pumpLines();
    }
    return value;
  }

  peekPort(port: number, _sizeBytes: AccessSize): number {
    if ((port & 4) === 0) return this.output.byte;
    return (
      this.output.statusBits |
      (this.isInputFull ? STATUS_IBF : 0) |
      (this.ram[0] & BYTE_SYS ? STATUS_SYS : 0) |
      (this.isInputCommand ? STATUS_A2 : 0) |
      STATUS_INH |
      (this.hasTimedOut ? STATUS_TIMEOUT : 0)
    );
  }

  /** A write while the input buffer is full replaces what the controller has not read yet, as on the chip. */
  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    this.inputBuffer = value;
    this.isInputFull = true;
    this.isInputCommand = (port & 4) !== 0;
    if (this.work === 'idle') this.startWork('reading', this.config.commandNs);
  }

  // ---- reset and state ----

  /** RESET of the 8042: chipset resets reach it, a CPU reset does not. The keyboard has a power-on reset only. */
  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.ram.fill(0);
    this.ram[0] = BYTE_DISABLE | BYTE_DISABLE_AUX;
    this.outputPort = OUTPUT_RESET | OUTPUT_A20; // an 8042's ports are high after reset
    this.output.reset();
    this.isInputFull = false;
    this.isInputCommand = false;
    this.hasTimedOut = false;
    this.pendingCommand = -1;
    this.translator.isBreakPending = false;
    this.work = 'idle';
    this.keyboardLine.reset();
    this.auxLine.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.workAlarm.cancel();
    this.keyboardLine.stop();
    this.auxLine.stop();
    this.output.driveIrqs();
    this.pins.onA20(true);
  }

  exitReset(kind: ResetKind): void {
    if (kind === 'power-on') this.keyboard.powerOn();
  }

  saveState(): Kbc8042State {
    const { outputPort, inputBuffer, isInputFull, isInputCommand } = this;
    const { hasTimedOut, pendingCommand, work } = this;
    return {
      ...{ outputPort, inputBuffer, isInputFull, isInputCommand },
      output: this.output.saveState(),
      ...{ hasTimedOut, pendingCommand, work },
      isBreakPending: this.translator.isBreakPending,
      ram: [...this.ram],
      workCycle: dueCycleOf(this.workAlarm),
      keyboardLine: this.keyboardLine.saveState(),
      auxLine: this.auxLine.saveState(),
      keyboard: this.keyboard.saveState(),
    };
  }

  /** The clock must have been restored before. An auxiliary device restores itself. */
  restoreState(state: Kbc8042State): void {
    const { ram, output, workCycle, keyboardLine, auxLine, keyboard, isBreakPending, ...scalars } = state;
    this.translator.isBreakPending = isBreakPending;
    Object.assign(this, scalars);
    this.ram = Uint8Array.from(ram);
    restoreDueCycle(this.workAlarm, workCycle);
    this.keyboardLine.restoreState(keyboardLine);
    this.auxLine.restoreState(auxLine);
    this.keyboard.restoreState(keyboard);
    this.output.restoreState(output);
    this.pins.onA20(this.isA20Open);
  }

  // ---- input buffer ----

  private startWork(work: 'reading' | 'testing', durationNs: number): void {
    this.work = work;
    this.workAlarm.scheduleAfter(this.pins.clock.cyclesFromNs(durationNs));
  }

  private endWork(): void {
    if (this.work === 'testing') {
      this.ram[0] |= BYTE_SYS;
      this.fillOutput(SELF_TEST_PASSED, false);
      this.work = 'idle';
      if (this.isInputFull) this.startWork('reading', this.config.commandNs);
      return;
    }
    this.readInput();
  }

  private readInput(): void {
    if (!this.isInputCommand && this.targetLine().isSending) {
      this.work = 'waiting';
      return;
    }
    this.work = 'idle';
    this.isInputFull = false;
    this.hasTimedOut = false;
    if (this.isInputCommand) this.execute(this.inputBuffer);
    else this.takeData(this.inputBuffer);
  }

  /** The line a data byte goes to, if it goes to one. */
  private targetLine(): Ps2Channel {
    return this.pendingCommand === 0xd4 ? this.auxLine : this.keyboardLine;
  }

  private execute(command: number): void {
    this.pendingCommand = -1;
    if (command >= 0x20 && command <= 0x3f) {
      this.fillOutput(this.ram[command & 0x1f], false); // read RAM; 20h: command byte
    } else if (command >= 0x60 && command <= 0x7f) {
      this.pendingCommand = command; // write RAM; 60h: command byte
    } else if (command >= 0xf0) {
      // Pulses the output port bits that are 0 in the command, for about 6 us: FEh resets the CPU.
      if ((command & OUTPUT_RESET) === 0) this.pins.onReset();
    } else if (command === 0xa7 || command === 0xa8 || command === 0xa9) {
      if (this.config.hasAuxPort) this.executeAux(command);
    } else {
      this.executeSystem(command);
    }
  }

  private executeAux(command: number): void {
    if (command === 0xa7) this.setCommandByte(this.ram[0] | BYTE_DISABLE_AUX);
    else if (command === 0xa8) this.setCommandByte(this.ram[0] & ~BYTE_DISABLE_AUX);
    else this.fillOutput(INTERFACE_OK, false);
  }

  private executeSystem(command: number): void {
    switch (command) {
      case 0xa4: // is there a password?
        this.fillOutput(NO_PASSWORD, false);
        break;
      case 0xaa: // self-test
        this.startWork('testing', this.config.selfTestNs);
        break;
      case 0xab: // keyboard interface test
        this.fillOutput(INTERFACE_OK, false);
        break;
      case 0xad: // disable keyboard
        this.setCommandByte(this.ram[0] | BYTE_DISABLE);
        break;
      case 0xae: // enable keyboard
        this.setCommandByte(this.ram[0] & ~BYTE_DISABLE);
        break;
      case 0xc0: // read input port
        this.fillOutput(INPUT_PORT, false);
        break;
      case 0xd0: // read output port
        this.fillOutput(this.outputPortLevels(), false);
        break;
      case 0xd1: // write output port
      case 0xd2: // write keyboard output buffer
      case 0xd3: // write auxiliary output buffer
      case 0xd4: // write to auxiliary device
        this.pendingCommand = command;
        break;
      case 0xdd: // close the A20 gate (chipset controllers)
        this.writeOutputPort(this.outputPort & ~OUTPUT_A20);
        break;
      case 0xdf: // open it
        this.writeOutputPort(this.outputPort | OUTPUT_A20);
        break;
      case 0xe0: // read test inputs: clock in bit 0, data in bit 1
        this.fillOutput(this.ram[0] & BYTE_DISABLE ? 0x02 : 0x03, false);
        break;
      // Other commands do nothing and give no answer.
    }
  }

  /** A byte written to the data port: the parameter of a command, or for the keyboard. */
  private takeData(value: number): void {
    const command = this.pendingCommand;
    this.pendingCommand = -1;
    if (command === 0x60) {
      this.setCommandByte(value);
    } else if (command > 0x60 && command <= 0x7f) {
      this.ram[command & 0x1f] = value;
    } else if (command === 0xd1) {
      this.writeOutputPort(value);
    } else if (command === 0xd2) {
      this.fillOutput(value, false);
    } else if (command === 0xd3) {
      if (this.config.hasAuxPort) this.fillOutput(value, true);
    } else if (command === 0xd4) {
      if (!this.config.hasAuxPort) return;
      this.setCommandByte(this.ram[0] & ~BYTE_DISABLE_AUX);
      this.auxLine.send(value);
    } else {
      // Sending to a device releases its clock line.
      this.setCommandByte(this.ram[0] & ~BYTE_DISABLE);
      this.translator.isBreakPending = false;
      this.keyboardLine.send(value);
    }
  }

  private setCommandByte(value: number): void {
    this.ram[0] = value;
    this.keyboardLine.setInhibited((value & BYTE_DISABLE) !== 0);
    this.auxLine.setInhibited((value & BYTE_DISABLE_AUX) !== 0);
    this.output.driveIrqs();
  }

  private writeOutputPort(value: number): void {
    const old = this.outputPort;
    this.outputPort = value & (OUTPUT_RESET | OUTPUT_A20);
    if ((old ^ this.outputPort) & OUTPUT_A20) this.pins.onA20(this.isA20Open);
    // Bit 0 low would hold the CPU in reset for good; the reset itself lets it go again.
    if ((this.outputPort & OUTPUT_RESET) === 0) {
      this.outputPort |= OUTPUT_RESET;
      this.pins.onReset();
    }
  }

  private outputPortLevels(): number {
    return this.outputPort | OUTPUT_REST | this.output.outputPortBits;
  }

  /** Devices are held off until the byte is read: one that a device was just sending comes again. */
  private fillOutput(value: number, isAux: boolean): void {
    this.output.fill(value, isAux);
    this.keyboardLine.abortReceiving();
    this.auxLine.abortReceiving();
  }

  // ---- lines ----

  private createHost(isAux: boolean): Ps2ChannelHost {
    return {
      mayReceive: () => {
        const other = isAux ? this.keyboardLine : this.auxLine;
        return !this.output.isFull && !other.isReceiving;
      },
      deliver: (value) => this.takeDeviceByte(value, isAux),
      reportNoDevice: () => {
        this.hasTimedOut = true;
        this.fillOutput(RESEND, isAux);
      },
      sendingEnded: () => {
        if (this.work === 'waiting') this.readInput();
        this.pumpLines();
      },
    };
  }

  private takeDeviceByte(value: number, isAux: boolean): void {
    const isTranslated = !isAux && (this.ram[0] & BYTE_TRANSLATE) !== 0;
    const byte = isTranslated ? this.translator.translate(value) : value;
    if (byte === null) this.pumpLines();
    else this.fillOutput(byte, isAux);
  }

  private pumpLines(): void {
    this.keyboardLine.pump();
    this.auxLine.pump();
  }
}
