// A CD-ROM drive on an ATA channel: the PACKET protocol by PIO and DMA (ATA/ATAPI-5, 9.8-9.10; SFF-8020i r2.6, 5).
// What the packets mean is in atapi-unit.ts.
// Leaves out: overlapped commands, the interrupt at DRQ for the packet (IDENTIFY says so).
import type { ReadableImage } from '../boot/disk-image';
import type { Clock } from '../clock';
import type { ResetKind } from '../reset';
import type { AtaDriveState } from './ata-drive';
import { AtaDrive, commandOf } from './ata-drive';
import { IDENTIFY_BYTES } from './ata-identify-words';
import * as ata from './ata-registers';
import { COMMAND } from './ata-registers';
import type { TransferModes } from './ata-transfer-mode';
import { hasDma } from './ata-transfer-mode';
import { buildIdentifyPacketData } from './atapi-answers';
import type { Sense } from './atapi-registers';
import * as atapi from './atapi-registers';
import type { CdromUnitConfig, CdromUnitState, PacketOutcome } from './atapi-unit';
import { CdromUnit } from './atapi-unit';

export interface AtapiCdromConfig extends CdromUnitConfig {
  readonly modes: TransferModes;
  /** From the packet's last byte to the start of its work. */
  readonly commandOverheadNs: number;
  /** BSY between two blocks of data, and before the packet is asked for. */
  readonly blockGapNs: number;
  /** From the end of a reset to BSY = 0: the disc is not waited for. */
  readonly resetAnswerNs: number;
}

/**
 * What BSY or the open data block stands for.
 * - `idle`: waits for a command
 * - `executing`: until the outcome of a command without packet is shown
 * - `identifying`: the 512 bytes of IDENTIFY PACKET DEVICE
 * - `asking`: until the packet may come, `packet`: the host writes it
 * - `fetching`: until data is in the buffer, `sending`: the host moves it
 * - `completing`: until the outcome of a packet is shown
 */
type CdromPhase = 'idle' | 'executing' | 'identifying' | 'asking' | 'packet' | 'fetching' | 'sending' | 'completing';

/** A packet under way. */
interface PacketTask {
  readonly isDma: boolean;
  /** Of PIO: most bytes the host takes at once. */
  readonly byteLimit: number;
  readonly packet: Uint8Array;
  /** Blocks that follow the one in `data`; their ready cycles. */
  nextBlock: number;
  readyCycles: number[];
  data: Uint8Array;
  sentBytes: number;
  sense: Sense | null;
}

/** Everything but the disc, plain data. */
export interface AtapiCdromState {
  drive: AtaDriveState;
  phase: CdromPhase;
  outcome: { error: number; isReported: boolean };
  task: PacketTask | null;
  unit: CdromUnitState;
}

const READY = ata.STATUS_DRDY | ata.STATUS_DSC;
/** FFFEh is the largest even count; FFFFh means it (9.8). */
const MAX_BYTE_LIMIT = 0xfffe;
const NO_BYTES = new Uint8Array(0);

/** One CD-ROM drive on a channel. */
export class AtapiCdrom extends AtaDrive {
  private phase: CdromPhase = 'idle';
  private outcome = { error: 0, isReported: true };
  private task: PacketTask | null = null;
  private readonly unit: CdromUnit;

  /** @param disc blocks of 2048 bytes, four image sectors each; null: the drive is empty */
  constructor(
    clock: Clock,
    private readonly config: AtapiCdromConfig,
    disc: ReadableImage | null,
  ) {
    super(clock, config.modes);
    this.unit = new CdromUnit(clock, config, disc);
  }

  /** DEVICE RESET is obeyed even while BSY is set (8.7). */
  override writeCommand(command: number): void {
    if (command === COMMAND.DEVICE_RESET) this.resetNow();
    else super.writeCommand(command);
  }

  runDiagnostic(isReported: boolean): void {
    if (this.block.status & ata.STATUS_BSY) return;
    this.beginCommand();
    this.task = null;
    this.putSignature();
    this.finishAt(this.afterOverhead());
    this.outcome.isReported = isReported;
  }

  override exitReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.unit.reset(kind === 'power-on');
    super.exitReset(kind);
  }

  saveState(): AtapiCdromState {
    const { phase, outcome, task } = this;
    return {
      drive: this.saveDrive(),
      phase,
      outcome: { ...outcome },
      task: task && {
        ...task,
        readyCycles: [...task.readyCycles],
        data: task.data.slice(),
        packet: task.packet.slice(),
      },
      unit: this.unit.saveState(),
    };
  }

  restoreState({ drive, phase, outcome, task, unit }: AtapiCdromState): void {
    this.phase = phase;
    this.outcome = { ...outcome };
    this.task = task && {
      ...task,
      readyCycles: [...task.readyCycles],
      data: task.data.slice(),
      packet: task.packet.slice(),
    };
    this.unit.restoreState(unit);
    this.restoreDrive(drive);
    // The packet's data block is a view of the task's bytes: the two saved copies become one again.
    if (this.dataBlock && this.task && phase === 'packet') {
      this.task.packet.set(this.dataBlock.bytes);
      this.dataBlock = { ...this.dataBlock, bytes: this.task.packet };
    }
  }

  // ---- commands ----

  protected startCommand(byte: number): void {
    const command = commandOf(byte);
    const startCycle = this.afterOverhead();
    this.task = null;
    this.outcome = { error: 0, isReported: true };
    switch (command) {
      case COMMAND.PACKET:
        return this.startPacket(startCycle);
      case COMMAND.IDENTIFY_PACKET_DEVICE:
        return this.enterBusy('identifying', startCycle);
      case COMMAND.IDENTIFY_DEVICE:
      case COMMAND.READ_SECTORS: {
        // So that software that knows disks only sees what it has before it (8.12.5, 8.27.5).
        this.putSignature();
        return this.finishAt(startCycle, ata.ERROR_ABRT);
      }
      case COMMAND.SET_FEATURES: {
        const isDone = this.isSetTransferMode && this.setTransferMode();
        return this.finishAt(startCycle, isDone ? 0 : ata.ERROR_ABRT);
      }
      case COMMAND.CHECK_POWER_MODE:
        this.block.sectorCount = this.unit.isSpinning ? 0xff : 0x00;
        return this.finishAt(startCycle);
      case COMMAND.IDLE_IMMEDIATE:
        return this.finishAt(startCycle);
      case COMMAND.SLEEP:
        this.fallAsleep();
        this.unit.spinDown();
        return this.finishAt(startCycle);
      case COMMAND.STANDBY_IMMEDIATE:
        this.unit.spinDown();
        return this.finishAt(startCycle);
      default:
        return this.finishAt(startCycle, ata.ERROR_ABRT);
    }
  }

  private startPacket(startCycle: number): void {
    const { features, cylinderLow, cylinderHigh } = this.block;
    const isDma = (features & atapi.FEATURE_DMA) !== 0;
    if (features & atapi.FEATURE_OVERLAP || (isDma && !hasDma(this.modes))) {
      return this.finishAt(startCycle, ata.ERROR_ABRT);
    }
    this.task = {
      isDma,
      byteLimit: Math.min((cylinderHigh << 8) | cylinderLow, MAX_BYTE_LIMIT) & ~1,
      packet: new Uint8Array(atapi.PACKET_BYTES),
      nextBlock: 0,
      readyCycles: [],
      data: NO_BYTES,
      sentBytes: 0,
      sense: null,
    };
    this.enterBusy('asking', this.afterGap());
  }

  private executePacket(task: PacketTask): void {
    const startCycle = this.afterOverhead();
    const outcome = this.unit.execute(task.packet, startCycle);
    if (outcome.kind === 'failed') task.sense = outcome.sense;
    if (outcome.kind === 'done') return this.enterBusy('completing', outcome.cycle);
    // A byte count limit of 0 has no room for the data: the command is aborted (8.21.3).
    if (hasData(outcome) && !task.isDma && task.byteLimit === 0) {
      this.task = null;
      return this.finishAt(startCycle, ata.ERROR_ABRT);
    }
    if (outcome.kind === 'answer') task.data = outcome.bytes;
    if (outcome.kind === 'read') {
      task.nextBlock = outcome.firstBlock;
      task.readyCycles = [...outcome.readyCycles];
    }
    this.fetchData(task, startCycle);
  }

  // ---- phases ----

  protected busyEnded(): void {
    const { task } = this;
    switch (this.phase) {
      case 'executing':
        this.end(this.outcome.error);
        return this.setInterrupt(this.outcome.isReported);
      case 'identifying':
        this.openDataPort('to-host', this.identifyData(), 0, IDENTIFY_BYTES);
        return this.setInterrupt(true);
      case 'asking':
        this.phase = 'packet';
        this.block.sectorCount = atapi.REASON_COMMAND;
        return this.openDataPort('to-drive', task!.packet, 0, atapi.PACKET_BYTES);
      case 'fetching':
        if (task!.sentBytes === task!.data.length) this.loadBlock(task!);
        return this.offer(task!);
      case 'completing':
        return this.complete(task!);
    }
  }

  protected dataMoved(): void {
    const { task } = this;
    if (this.phase === 'identifying') return this.end(0);
    if (this.phase === 'packet') return this.executePacket(task!);
    return this.fetchData(task!, task!.isDma ? this.clock.nowCycles : this.afterGap());
  }

  /** Goes on with the rest of the data in hand, the next block, or the end. */
  private fetchData(task: PacketTask, earliestCycle: number): void {
    const isRestLeft = task.sentBytes < task.data.length;
    if (!isRestLeft && task.readyCycles.length === 0) return this.enterBusy('completing', earliestCycle);
    this.enterBusy('fetching', isRestLeft ? earliestCycle : Math.max(earliestCycle, task.readyCycles[0]));
  }

  private loadBlock(task: PacketTask): void {
    task.readyCycles.shift();
    task.data = this.unit.readBlock(task.nextBlock++);
    task.sentBytes = 0;
  }

  private offer(task: PacketTask): void {
    const left = task.data.length - task.sentBytes;
    const sizeBytes = task.isDma ? left : Math.min(left, task.byteLimit);
    const offset = task.sentBytes;
    task.sentBytes += sizeBytes;
    this.phase = 'sending';
    if (task.isDma) return this.requestDma('to-host', task.data, offset, sizeBytes);
    this.block.sectorCount = atapi.REASON_TO_HOST;
    this.block.cylinderLow = sizeBytes & 0xff;
    this.block.cylinderHigh = sizeBytes >>> 8;
    this.openDataPort('to-host', task.data, offset, sizeBytes);
    this.setInterrupt(true);
  }

  private complete({ sense }: PacketTask): void {
    this.task = null;
    this.phase = 'idle';
    this.block.sectorCount = atapi.REASON_COMMAND | atapi.REASON_TO_HOST;
    this.block.error = sense ? sense.key << 4 : 0;
    this.becomeIdle(READY | (sense ? atapi.STATUS_CHECK : 0));
    this.setInterrupt(true);
  }

  private enterBusy(phase: CdromPhase, cycle: number): void {
    this.phase = phase;
    this.busyUntil(cycle);
  }

  private finishAt(cycle: number, error = 0): void {
    this.outcome.error = error;
    this.enterBusy('executing', cycle);
  }

  private end(error: number): void {
    this.phase = 'idle';
    this.becomeIdle(READY | (error ? ata.STATUS_ERR : 0));
    if (error) this.block.error = error;
  }

  private identifyData(): Uint8Array {
    return buildIdentifyPacketData(this.config.identity, this.modes, this.dmaMode);
  }

  private afterOverhead(): number {
    return this.afterNs(this.config.commandOverheadNs);
  }

  private afterGap(): number {
    return this.afterNs(this.config.blockGapNs);
  }

  // ---- resets ----

  /** DRDY stays 0 until the first command (9.12). */
  protected putSignature(): number {
    Object.assign(this.block, { error: ata.DIAGNOSTIC_PASSED, device: this.block.device & ata.DEVICE_DEV });
    Object.assign(this.block, { sectorCount: 1, sectorNumber: 1 });
    Object.assign(this.block, { cylinderLow: atapi.SIGNATURE_LOW, cylinderHigh: atapi.SIGNATURE_HIGH });
    return 0;
  }

  protected resetAnswerCycle(): number {
    return this.afterNs(this.config.resetAnswerNs);
  }

  protected dropForReset(): void {
    this.task = null;
    this.phase = 'idle';
    this.outcome = { error: 0, isReported: true };
  }
}

function hasData(outcome: PacketOutcome): boolean {
  return outcome.kind === 'read' || (outcome.kind === 'answer' && outcome.bytes.length > 0);
}
