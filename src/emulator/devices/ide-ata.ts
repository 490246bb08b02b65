// One ATA channel: command block, device control, INTRQ and DMARQ of up to two drives (section numbers: ATA/ATAPI-6, T13/1410D r3b).
// Claim the data port with width 4 (a 32-bit access is two word cycles), the other registers with width 1.
// Leaves out: the drive address register (3F7h).
import type { AccessSize, PortDevice } from '../bus';
import type { Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import type { AtaDrive, DmaRequest } from './ata-drive';
import {
  COMMAND,
  CONTROL_HOB,
  CONTROL_NIEN,
  CONTROL_SRST,
  DATA,
  DEVICE_DEV,
  DEVICE_HEAD,
  STATUS_COMMAND,
} from './ata-registers';

export interface IdeAtaConfig {
  /** 1F0h for the primary channel. */
  readonly commandBase: number;
  /** Device control and alternate status: 3F6h for the primary channel. */
  readonly controlPort: number;
}

/** Everything the channel and its drives remember but the sectors, plain data. */
export interface IdeAtaState {
  selected: number;
  deviceControl: number;
  drives: (object | null)[];
}

/** With nobody there the host's resistor pulls DD7 low (4.2.1 table 5) and the other lines float high: BSY reads 0. */
const FLOATING_BYTE = 0x7f;
const FLOATING_WORD = 0xff7f;
/** Device 0 answers for an absent device 1: its status is zero (9.16.1). */
const STATUS_OF_ABSENT_DEVICE_1 = 0x00;

/** A channel with device 0, device 1, both or none. */
export class IdeAta implements PortDevice, Resettable {
  private selected = 0;
  private deviceControl = 0;
  /** Set by a bus master: DMARQ may have changed. */
  onDmaRequestChanged: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly interruptLine: InterruptLine,
    private readonly noteUnstable: (cycle: number) => void,
    private readonly config: IdeAtaConfig,
    private readonly drives: readonly [device0: AtaDrive | null, device1: AtaDrive | null],
  ) {
    for (const drive of drives) {
      if (!drive) continue;
      drive.onInterruptChanged = () => this.driveInterrupt();
      drive.onDmaRequestChanged = () => this.onDmaRequestChanged();
    }
  }

  /** DMARQ of the selected drive: what it would move now, null while it asks for nothing. */
  get dmaRequest(): DmaRequest | null {
    return this.drives[this.selected]?.dmaRequest ?? null;
  }

  /** Takes bytes of the request, no more than it asks for. */
  readDma(sizeBytes: number): Uint8Array {
    return this.drives[this.selected]!.readDma(sizeBytes);
  }

  /** Brings bytes for the request, no more than it asks for. */
  writeDma(bytes: Uint8Array): void {
    this.drives[this.selected]!.writeDma(bytes);
  }

  readPort(port: number, sizeBytes: AccessSize): number {
    const register = this.registerOf(port);
    if (register === DATA) return this.readData(sizeBytes);
    const value = this.peekRegister(register);
    const drive = this.drives[this.selected];
    // Alternate status gives the same value but leaves INTRQ alone.
    if (port !== this.config.controlPort && register === STATUS_COMMAND && drive?.isInterruptPending) {
      drive.acknowledgeInterrupt();
      this.noteUnstable(this.clock.nowCycles);
    }
    return value;
  }

  readPortRun(port: number, sizeBytes: AccessSize, into: Uint8Array, at: number, most: number): number {
    if (sizeBytes !== 2 || this.registerOf(port) !== DATA) return 0;
    const words = this.drives[this.selected]?.readWords(into, at, most) ?? 0;
    if (words > 0) this.noteUnstable(this.clock.nowCycles);
    return words;
  }

  peekPort(port: number, sizeBytes: AccessSize): number {
    const register = this.registerOf(port);
    if (register !== DATA) return this.peekRegister(register);
    return this.peekData(sizeBytes);
  }

  writePort(port: number, sizeBytes: AccessSize, value: number): void {
    if (port === this.config.controlPort) return this.writeDeviceControl(value);
    const register = this.registerOf(port);
    this.deviceControl &= ~CONTROL_HOB; // any write to the command block (7.8)
    if (register === DATA) {
      const drive = this.drives[this.selected];
      drive?.writeData(value & 0xffff);
      if (sizeBytes === 4) drive?.writeData(value >>> 16);
    } else if (register === STATUS_COMMAND) {
      this.writeCommand(value);
    } else {
      // Both drives listen to every register, selected or not.
      for (const drive of this.drives) drive?.writeRegister(register, value);
      if (register === DEVICE_HEAD) this.select(value & DEVICE_DEV ? 1 : 0);
    }
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.selected = 0;
    this.deviceControl = 0;
    for (const drive of this.drives) drive?.enterReset(kind);
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    for (const drive of this.drives) drive?.holdReset(kind);
    this.interruptLine.lower();
  }

  exitReset(kind: ResetKind): void {
    for (const drive of this.drives) drive?.exitReset(kind);
  }

  saveState(): IdeAtaState {
    const { selected, deviceControl } = this;
    return { selected, deviceControl, drives: this.drives.map((drive) => drive?.saveState() ?? null) };
  }

  /** The same drives must be present as when the state was saved. */
  restoreState({ selected, deviceControl, drives }: IdeAtaState): void {
    this.selected = selected;
    this.deviceControl = deviceControl;
    drives.forEach((state, i) => state && this.drives[i]?.restoreState(state));
    this.driveInterrupt();
  }

  /** Offset in the command block; the control port reads as the status register. */
  private registerOf(port: number): number {
    return port === this.config.controlPort ? STATUS_COMMAND : port - this.config.commandBase;
  }

  private peekRegister(register: number): number {
    const drive = this.drives[this.selected];
    const isPrevious = (this.deviceControl & CONTROL_HOB) !== 0;
    if (drive) return drive.peekRegister(register, isPrevious);
    const device0 = this.drives[0];
    if (!device0) return FLOATING_BYTE;
    return register === STATUS_COMMAND ? STATUS_OF_ABSENT_DEVICE_1 : device0.peekRegister(register, isPrevious);
  }

  /** One word cycle per 16 bits; a byte access takes a word and keeps its low half. */
  private readData(sizeBytes: AccessSize): number {
    const low = this.readWord();
    if (sizeBytes === 4) return (low | (this.readWord() << 16)) >>> 0;
    return sizeBytes === 1 ? low & 0xff : low;
  }

  private peekData(sizeBytes: AccessSize): number {
    const drive = this.drives[this.selected];
    const low = drive?.peekData(0) ?? this.floatingWord();
    if (sizeBytes === 4) return (low | ((drive?.peekData(1) ?? this.floatingWord()) << 16)) >>> 0;
    return sizeBytes === 1 ? low & 0xff : low;
  }

  private readWord(): number {
    const word = this.drives[this.selected]?.readData() ?? null;
    if (word === null) return this.floatingWord();
    this.noteUnstable(this.clock.nowCycles);
    return word;
  }

  private floatingWord(): number {
    return this.drives[0] || this.drives[1] ? 0xffff : FLOATING_WORD;
  }

  private writeCommand(command: number): void {
    if (command !== COMMAND.EXECUTE_DEVICE_DIAGNOSTIC) {
      this.drives[this.selected]?.writeCommand(command);
      return;
    }
    // Addressed to both, whatever DEV says; device 0 speaks for the two.
    const [device0, device1] = this.drives;
    device0?.runDiagnostic(true);
    device1?.runDiagnostic(!device0);
    this.select(0);
  }

  private writeDeviceControl(value: number): void {
    const changed = value ^ this.deviceControl;
    this.deviceControl = value;
    if (changed & CONTROL_SRST) {
      for (const drive of this.drives) {
        if (value & CONTROL_SRST) drive?.beginSoftReset();
        else drive?.endSoftReset();
      }
      this.selected = 0;
    }
    this.driveInterrupt();
  }

  private select(device: number): void {
    this.selected = device;
    this.driveInterrupt();
    this.onDmaRequestChanged();
  }

  /** Only the selected drive drives INTRQ, and only while nIEN is 0 (5.2.9). */
  private driveInterrupt(): void {
    const isPending = this.drives[this.selected]?.isInterruptPending ?? false;
    if (isPending && !(this.deviceControl & CONTROL_NIEN)) this.interruptLine.raise();
    else this.interruptLine.lower();
  }
}
