// What every drive on an ATA channel has: command block, data port, DMA requests, BSY by alarm, resets (ATA/ATAPI-5, 7 and 9).
// A drive's own commands are in its subclass; selection, the interrupt line and device control in ide-ata.ts.
import type { Alarm, Clock } from '../clock';
import type { ResetKind } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import * as ata from './ata-registers';
import { COMMAND, FEATURE } from './ata-registers';
import type { DmaMode, TransferModes } from './ata-transfer-mode';
import { DEFAULT_DMA_MODE, dmaCycleNs, selectTransferMode } from './ata-transfer-mode';

/** The registers that address a command. */
export interface AddressRegisters {
  sectorCount: number;
  sectorNumber: number;
  cylinderLow: number;
  cylinderHigh: number;
}

/** The command block. */
export interface CommandBlock extends AddressRegisters {
  error: number;
  features: number;
  device: number;
  status: number;
  /** What the registers held before the last write: the high-order bytes of 48-bit commands. */
  previous: AddressRegisters;
}

/** Bytes that the host moves through the data port, or a bus master by DMA. */
export interface DataBlock {
  readonly way: 'to-host' | 'to-drive';
  readonly isDma: boolean;
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
}

/** DMARQ: what the drive would move now, and how long it takes at the mode selected. */
export interface DmaRequest {
  readonly way: DataBlock['way'];
  readonly sizeBytes: number;
  /** Nanoseconds per 16 bits. */
  readonly cycleNs: number;
}

/** What all drives remember. Plain data. */
export interface AtaDriveState {
  block: CommandBlock;
  isInterruptPending: boolean;
  dataBlock: DataBlock | null;
  dmaMode: DmaMode;
  isResetting: boolean;
  isAsleep: boolean;
  due: number | null;
}

/** What the channel needs of a drive, and what a subclass builds on. */
export abstract class AtaDrive {
  protected block: CommandBlock = createCommandBlock();
  protected dataBlock: DataBlock | null = null;
  protected dmaMode: DmaMode = DEFAULT_DMA_MODE;
  private isPending = false;
  private isResetting = false;
  private isAsleep = false;
  private readonly alarm: Alarm;
  /** Set by the channel: INTRQ of this drive may have changed. */
  onInterruptChanged: () => void = () => {};
  /** Set by the channel: DMARQ of this drive may have changed. */
  onDmaRequestChanged: () => void = () => {};

  constructor(
    protected readonly clock: Clock,
    protected readonly modes: TransferModes,
  ) {
    this.alarm = clock.createAlarm(() => this.alarmFired());
  }

  // ---- what a subclass adds ----

  /** A command byte that is the drive's business: `block` holds its parameters, BSY is set, nothing is under way. */
  protected abstract startCommand(command: number): void;
  /** What was planned with `busyUntil` is due. */
  protected abstract busyEnded(): void;
  /** The host has moved the last byte of the data block, which is closed already. */
  protected abstract dataMoved(way: DataBlock['way']): void;
  /** Registers after reset and diagnostic: which kind of device this is (9.12), and the status to show. */
  protected abstract putSignature(): number;
  /** Everything under way and every setting that does not survive is dropped. */
  protected abstract dropForReset(kind: ResetKind | 'software'): void;
  /** The first cycle at which the drive can answer after a reset. */
  protected abstract resetAnswerCycle(): number;
  /** Plain data. */
  abstract saveState(): object;
  /** What `saveState` of the same kind of drive gave. */
  abstract restoreState(state: object): void;

  // ---- the channel's side: registers ----

  /** INTRQ as this drive would drive it. */
  get isInterruptPending(): boolean {
    return this.isPending;
  }

  /**
   * A register of the command block other than data. While BSY is set all of them give the status (ATA-3, register
   * descriptions). @param isPrevious HOB: what the register held before the last write
   */
  peekRegister(register: number, isPrevious = false): number {
    const { block } = this;
    if (block.status & ata.STATUS_BSY) return block.status;
    const address = isPrevious ? block.previous : block;
    switch (register) {
      case ata.ERROR_FEATURES:
        return block.error;
      case ata.SECTOR_COUNT:
        return address.sectorCount;
      case ata.SECTOR_NUMBER:
        return address.sectorNumber;
      case ata.CYLINDER_LOW:
        return address.cylinderLow;
      case ata.CYLINDER_HIGH:
        return address.cylinderHigh;
      case ata.DEVICE_HEAD:
        return block.device | ata.DEVICE_OBSOLETE;
      default:
        return block.status;
    }
  }

  /** Reading the status register takes INTRQ back. */
  acknowledgeInterrupt(): void {
    this.setInterrupt(false);
  }

  /** A write to a register other than data and command. Lost while BSY is set. */
  writeRegister(register: number, value: number): void {
    const { block } = this;
    if (block.status & ata.STATUS_BSY) return;
    switch (register) {
      case ata.ERROR_FEATURES:
        block.features = value;
        break;
      case ata.SECTOR_COUNT:
        block.previous.sectorCount = block.sectorCount;
        block.sectorCount = value;
        break;
      case ata.SECTOR_NUMBER:
        block.previous.sectorNumber = block.sectorNumber;
        block.sectorNumber = value;
        break;
      case ata.CYLINDER_LOW:
        block.previous.cylinderLow = block.cylinderLow;
        block.cylinderLow = value;
        break;
      case ata.CYLINDER_HIGH:
        block.previous.cylinderHigh = block.cylinderHigh;
        block.cylinderHigh = value;
        break;
      case ata.DEVICE_HEAD:
        block.device = value & (ata.DEVICE_LBA | ata.DEVICE_DEV | ata.DEVICE_HEAD_MASK);
        break;
    }
  }

  /** A command byte for this drive. Lost while BSY is set or the drive sleeps; with DRQ set it abandons the transfer. */
  writeCommand(command: number): void {
    if (this.block.status & ata.STATUS_BSY || this.isAsleep) return;
    this.beginCommand();
    this.startCommand(command);
  }

  /** EXECUTE DEVICE DIAGNOSTIC, which both drives run; only one of them interrupts. */
  abstract runDiagnostic(isReported: boolean): void;

  // ---- the channel's side: data ----

  /** The data word `wordsAhead` from where the host stands; ones outside a block. */
  peekData(wordsAhead = 0): number {
    const { dataBlock } = this;
    if (!dataBlock || dataBlock.isDma || dataBlock.way !== 'to-host') return ALL_ONES_WORD;
    const at = dataBlock.offset + 2 * wordsAhead;
    if (at >= dataBlock.end) return ALL_ONES_WORD;
    return dataBlock.bytes[at] | ((at + 1 < dataBlock.end ? dataBlock.bytes[at + 1] : 0) << 8);
  }

  /** @returns the data word, or null when there is none: the read then changed nothing */
  readData(): number | null {
    const { dataBlock } = this;
    if (!dataBlock || dataBlock.isDma || dataBlock.way !== 'to-host') return null;
    const word = this.peekData();
    this.moveData(dataBlock, 2);
    return word;
  }

  /** Takes up to `most` words of the block, but its last, with which more happens than that data moves. */
  readWords(into: Uint8Array, at: number, most: number): number {
    const { dataBlock } = this;
    if (!dataBlock || dataBlock.isDma || dataBlock.way !== 'to-host') return 0;
    const { bytes, offset, end } = dataBlock;
    const words = Math.max(0, Math.min(most, Math.ceil((end - offset) / 2) - 1));
    into.set(bytes.subarray(offset, offset + 2 * words), at);
    dataBlock.offset += 2 * words;
    return words;
  }

  writeData(word: number): void {
    const { dataBlock } = this;
    if (!dataBlock || dataBlock.isDma || dataBlock.way !== 'to-drive') return;
    dataBlock.bytes[dataBlock.offset] = word & 0xff;
    if (dataBlock.offset + 1 < dataBlock.end) dataBlock.bytes[dataBlock.offset + 1] = word >>> 8;
    this.moveData(dataBlock, 2);
  }

  /** What the drive asks for with DMARQ, null while it does not. */
  get dmaRequest(): DmaRequest | null {
    const { dataBlock } = this;
    if (!dataBlock?.isDma) return null;
    return { way: dataBlock.way, sizeBytes: dataBlock.end - dataBlock.offset, cycleNs: dmaCycleNs(this.dmaMode) };
  }

  /** A bus master takes bytes of the request, at most as many as it asked for. */
  readDma(sizeBytes: number): Uint8Array {
    const dataBlock = this.dataBlock!;
    const bytes = dataBlock.bytes.slice(dataBlock.offset, dataBlock.offset + sizeBytes);
    this.moveData(dataBlock, sizeBytes);
    return bytes;
  }

  /** A bus master brings bytes for the request, at most as many as it asked for. */
  writeDma(bytes: Uint8Array): void {
    const dataBlock = this.dataBlock!;
    dataBlock.bytes.set(bytes, dataBlock.offset);
    this.moveData(dataBlock, bytes.length);
  }

  // ---- resets ----

  /** SRST was set: everything under way is dropped. */
  beginSoftReset(): void {
    this.alarm.cancel();
    this.stopForReset('software');
    this.onInterruptChanged();
  }

  /** SRST was cleared: the drive answers after its time. */
  endSoftReset(): void {
    this.alarm.scheduleAt(this.resetAnswerCycle());
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.stopForReset(kind);
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.alarm.cancel();
  }

  exitReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.endSoftReset();
  }

  // ---- state ----

  protected saveDrive(): AtaDriveState {
    const { block, dataBlock, dmaMode, isResetting, isAsleep } = this;
    return {
      block: { ...block, previous: { ...block.previous } },
      isInterruptPending: this.isPending,
      dataBlock: dataBlock && { ...dataBlock, bytes: dataBlock.bytes.slice() },
      dmaMode,
      isResetting,
      isAsleep,
      due: dueCycleOf(this.alarm),
    };
  }

  protected restoreDrive({
    block,
    isInterruptPending,
    dataBlock,
    dmaMode,
    isResetting,
    isAsleep,
    due,
  }: AtaDriveState): void {
    this.block = { ...block, previous: { ...block.previous } };
    this.isPending = isInterruptPending;
    this.dataBlock = dataBlock && { ...dataBlock, bytes: dataBlock.bytes.slice() };
    this.dmaMode = dmaMode;
    this.isResetting = isResetting;
    this.isAsleep = isAsleep;
    restoreDueCycle(this.alarm, due);
  }

  // ---- for subclasses ----

  /** A command, whatever it is, ends what the last one left. */
  protected beginCommand(): void {
    this.closeData();
    this.block.error = 0;
    this.block.status = ata.STATUS_BSY;
    this.setInterrupt(false);
  }

  /** BSY until `cycle`, then `busyEnded`. */
  protected busyUntil(cycle: number): void {
    this.block.status = ata.STATUS_BSY;
    this.alarm.scheduleAt(cycle);
  }

  /** DRQ: the host may move `sizeBytes` of `bytes` from `offset` on through the data port. */
  protected openDataPort(way: DataBlock['way'], bytes: Uint8Array, offset: number, sizeBytes: number): void {
    this.dataBlock = { way, isDma: false, bytes, offset, end: offset + sizeBytes };
    this.block.status = ata.STATUS_DRDY | ata.STATUS_DSC | ata.STATUS_DRQ;
  }

  /** DMARQ: a bus master may move them. BSY stays set for all of the command (9.7). */
  protected requestDma(way: DataBlock['way'], bytes: Uint8Array, offset: number, sizeBytes: number): void {
    this.dataBlock = { way, isDma: true, bytes, offset, end: offset + sizeBytes };
    this.block.status = ata.STATUS_BSY;
    this.onDmaRequestChanged();
  }

  /** BSY and DRQ off. */
  protected becomeIdle(status: number): void {
    this.closeData();
    this.block.status = status;
  }

  protected setInterrupt(isPending: boolean): void {
    this.isPending = isPending;
    this.onInterruptChanged();
  }

  /** SLEEP: only a reset wakes the drive. */
  protected fallAsleep(): void {
    this.isAsleep = true;
  }

  /** SET FEATURES 03h. @returns whether the drive knows the mode in the sector count */
  protected setTransferMode(): boolean {
    const mode = selectTransferMode(this.modes, this.block.sectorCount, this.dmaMode);
    if (mode) this.dmaMode = mode;
    return mode !== null;
  }

  protected get isSetTransferMode(): boolean {
    return this.block.features === FEATURE.SET_TRANSFER_MODE;
  }

  /** Cycles after `ns` from now. */
  protected afterNs(ns: number): number {
    return this.clock.nowCycles + this.clock.cyclesFromNs(ns);
  }

  protected closeData(): void {
    const hadRequest = this.dataBlock?.isDma;
    this.dataBlock = null;
    if (hadRequest) this.onDmaRequestChanged();
  }

  /** DEVICE RESET (PACKET devices): like SRST for one drive, over at once (9.13). */
  protected resetNow(): void {
    if (this.isResetting) return;
    const { device } = this.block;
    this.alarm.cancel();
    this.stopForReset('software');
    this.block.device = device;
    this.finishReset();
  }

  private stopForReset(kind: ResetKind | 'software'): void {
    this.closeData();
    this.isPending = false;
    this.isResetting = true;
    this.isAsleep = false;
    this.block = createCommandBlock();
    // Transfer modes survive software resets (ATA/ATAPI-5, 8.37.2 and 9.3).
    if (kind !== 'software') this.dmaMode = DEFAULT_DMA_MODE;
    this.dropForReset(kind);
  }

  private finishReset(): void {
    this.isResetting = false;
    this.block.status = this.putSignature();
    this.onInterruptChanged();
  }

  private alarmFired(): void {
    if (this.isResetting) this.finishReset();
    else this.busyEnded();
  }

  private moveData(dataBlock: DataBlock, sizeBytes: number): void {
    dataBlock.offset += sizeBytes;
    if (dataBlock.offset < dataBlock.end) return;
    this.dataBlock = null;
    this.dataMoved(dataBlock.way);
  }
}

const ALL_ONES_WORD = 0xffff;

/** The command of a byte: some had other codes before ATA-2, and two had a step rate in their low bits. */
export function commandOf(byte: number): number {
  const high = byte & 0xf0;
  const isStepped = high === COMMAND.RECALIBRATE || high === COMMAND.SEEK;
  return isStepped ? high : (ata.EARLY_POWER_COMMANDS[byte] ?? byte);
}

/** Registers while the drive answers to no command yet. */
function createCommandBlock(): CommandBlock {
  return {
    ...{ error: 0, features: 0, device: 0, status: ata.STATUS_BSY },
    ...{ sectorCount: 0, sectorNumber: 0, cylinderLow: 0, cylinderHigh: 0 },
    previous: { sectorCount: 0, sectorNumber: 0, cylinderLow: 0, cylinderHigh: 0 },
  };
}
