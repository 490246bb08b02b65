// One ATA disk: its commands and their timing (ATA/ATAPI-5, T13/1321D, section 8; EXT forms: ATA/ATAPI-6). There is no write
// cache: a write command ends when all is on the platter; of a long one the drive holds 128 KiB at a time.
// Leaves out: security, SMART (both answered as unknown commands), the standby timer's count, READ and WRITE LONG and BUFFER.
import type { DiskImage } from '../boot/disk-image';
import { SECTOR_BYTES } from '../boot/disk-image';
import type { Clock } from '../clock';
import { EmulatorError } from '../errors';
import type { ResetKind } from '../reset';
import type { Transfer, TransferKind } from './ata-disk-transfer';
import {
  addressedSector,
  countSectors,
  createTransfer,
  isShort,
  nextBlockSectors,
  putAddress,
  sectorsAskedFor,
  WRITE_BUFFER_SECTORS,
} from './ata-disk-transfer';
import type { AtaDriveState } from './ata-drive';
import { AtaDrive, commandOf } from './ata-drive';
import type { LogicalGeometry } from './ata-identify';
import { buildIdentifyData, defaultGeometryFor, geometryFor, MAX_MULTIPLE_SECTORS } from './ata-identify';
import type { DriveIdentity } from './ata-identify-words';
import * as ata from './ata-registers';
import { COMMAND, DATA_COMMANDS, FEATURE } from './ata-registers';
import type { TransferModes } from './ata-transfer-mode';
import { hasDma } from './ata-transfer-mode';
import type { DiskMechanicsConfig, DiskMechanicsState } from './disk-mechanics';
import { DiskMechanics } from './disk-mechanics';

export interface AtaDiskConfig {
  readonly identity: DriveIdentity;
  readonly mechanics: DiskMechanicsConfig;
  readonly modes: TransferModes;
  /** 48-bit addresses (ATA/ATAPI-6). */
  readonly hasLongAddresses: boolean;
  /** From the command byte to the start of its work. */
  readonly commandOverheadNs: number;
  /** BSY between two blocks of one transfer while the next one is in the buffer already. */
  readonly blockGapNs: number;
  /** From the end of a hardware or software reset to BSY = 0, with platters at speed. */
  readonly resetAnswerNs: number;
}

/**
 * What BSY or the open data block stands for.
 * - `idle`: waits for a command
 * - `executing`: until the outcome is shown
 * - `identifying`: the 512 bytes of IDENTIFY DEVICE
 * - `fetching`: until the next block of a read is in the buffer, `sending`: the host moves it
 * - `making-room`: until the host may move a block of a write, `taking`: the host moves it
 * - `storing`: until the sectors held are on the platter
 */
type DiskPhase = 'idle' | 'executing' | 'identifying' | 'fetching' | 'sending' | 'making-room' | 'taking' | 'storing';

/** What stays from command to command. */
interface DiskSettings {
  /** SET MULTIPLE MODE, 0 = off. */
  multipleSectors: number;
  geometry: LogicalGeometry;
  /** Whether a software reset brings back the defaults. */
  isRevertingEnabled: boolean;
}

/** Everything but the sectors, plain data. */
export interface AtaDiskState {
  drive: AtaDriveState;
  phase: DiskPhase;
  outcome: { error: number; isReported: boolean };
  settings: DiskSettings;
  transfer: Transfer | null;
  mechanics: DiskMechanicsState;
}

const READY = ata.STATUS_DRDY | ata.STATUS_DSC;

/** One disk on a channel. */
export class AtaDisk extends AtaDrive {
  private phase: DiskPhase = 'idle';
  /** What the command under way will end with: error bits, and whether it interrupts. */
  private outcome = { error: 0, isReported: true };
  private settings: DiskSettings;
  private transfer: Transfer | null = null;
  private readonly mechanics: DiskMechanics;
  private readonly capacitySectors: number;
  private readonly defaultGeometry: LogicalGeometry;

  /**
   * @param initialAngle where the platter stands at cycle 0, 0 <= angle < 1: a seeded figure
   * @throws EmulatorError EMU-IMAGE when the image is larger than the drive
   */
  constructor(
    clock: Clock,
    private readonly config: AtaDiskConfig,
    private readonly image: DiskImage,
    initialAngle: number,
  ) {
    super(clock, config.modes);
    this.mechanics = new DiskMechanics(clock, config.mechanics, initialAngle);
    const { capacitySectors } = this.mechanics;
    if (image.sectorCount > capacitySectors) {
      throw new EmulatorError(
        'EMU-IMAGE',
        `The disk image has ${image.sectorCount} sectors, the drive only ${capacitySectors}.`,
        'Use a smaller image or a profile with a larger drive.',
        { imageSectors: image.sectorCount, driveSectors: capacitySectors },
      );
    }
    this.capacitySectors = image.sectorCount;
    const { heads, sectorsPerTrack } = config.mechanics;
    this.defaultGeometry = defaultGeometryFor(image.sectorCount, heads, sectorsPerTrack);
    this.settings = { multipleSectors: 0, geometry: this.defaultGeometry, isRevertingEnabled: true };
  }

  runDiagnostic(isReported: boolean): void {
    if (this.block.status & ata.STATUS_BSY) return;
    this.beginCommand();
    this.putSignature();
    this.finishAt(this.afterOverhead());
    this.outcome.isReported = isReported;
  }

  override exitReset(kind: ResetKind): void {
    if (kind === 'power-on') this.mechanics.spinUp(this.clock.nowCycles);
    super.exitReset(kind);
  }

  saveState(): AtaDiskState {
    const { transfer, phase, outcome, settings } = this;
    return {
      drive: this.saveDrive(),
      phase,
      outcome: { ...outcome },
      settings: { ...settings, geometry: { ...settings.geometry } },
      transfer: transfer && { ...transfer, readyCycles: [...transfer.readyCycles], buffer: transfer.buffer.slice() },
      mechanics: this.mechanics.saveState(),
    };
  }

  restoreState({ drive, phase, outcome, settings, transfer, mechanics }: AtaDiskState): void {
    this.phase = phase;
    this.outcome = { ...outcome };
    this.settings = { ...settings, geometry: { ...settings.geometry } };
    this.transfer = transfer && {
      ...transfer,
      readyCycles: [...transfer.readyCycles],
      buffer: transfer.buffer.slice(),
    };
    this.mechanics.restoreState(mechanics);
    this.restoreDrive(drive);
    // A write's data block is a view of the transfer's buffer: the two saved copies become one again.
    if (this.dataBlock && this.transfer && phase === 'taking') {
      this.transfer.buffer.set(this.dataBlock.bytes);
      this.dataBlock = { ...this.dataBlock, bytes: this.transfer.buffer };
    }
  }

  // ---- commands ----

  protected startCommand(byte: number): void {
    const { block, mechanics, settings } = this;
    const command = commandOf(byte);
    const startCycle = this.afterOverhead();
    this.transfer = null;
    this.outcome = { error: 0, isReported: true };
    const data = DATA_COMMANDS[command];
    if (data) return this.startData(data, startCycle);
    switch (command) {
      case COMMAND.IDENTIFY_DEVICE:
        return this.enterBusy('identifying', startCycle);
      case COMMAND.READ_VERIFY:
      case COMMAND.READ_VERIFY_NO_RETRY:
        return this.verify(startCycle, false);
      case COMMAND.READ_VERIFY_EXT:
        return this.verify(startCycle, true);
      case COMMAND.RECALIBRATE:
        return this.finishAt(mechanics.seek(0, startCycle));
      case COMMAND.SEEK: {
        const lba = addressedSector(block, settings.geometry, this.capacitySectors, false);
        return lba === null
          ? this.finishAt(startCycle, ata.ERROR_IDNF)
          : this.finishAt(mechanics.seek(lba, startCycle));
      }
      case COMMAND.SET_MULTIPLE: {
        const count = block.sectorCount;
        const isPowerOfTwo = (count & (count - 1)) === 0;
        if (!isPowerOfTwo || count > MAX_MULTIPLE_SECTORS) return this.finishAt(startCycle, ata.ERROR_ABRT);
        settings.multipleSectors = count;
        return this.finishAt(startCycle);
      }
      case COMMAND.INITIALIZE_DEVICE_PARAMETERS: {
        if (block.sectorCount === 0) return this.finishAt(startCycle, ata.ERROR_ABRT);
        const heads = (block.device & ata.DEVICE_HEAD_MASK) + 1;
        settings.geometry = geometryFor(this.capacitySectors, heads, block.sectorCount);
        return this.finishAt(startCycle);
      }
      case COMMAND.SET_FEATURES:
        return this.finishAt(startCycle, this.setFeatures() ? 0 : ata.ERROR_ABRT);
      case COMMAND.READ_NATIVE_MAX:
        return this.tellNativeMax(startCycle, false);
      case COMMAND.READ_NATIVE_MAX_EXT:
        return this.tellNativeMax(startCycle, true);
      case COMMAND.FLUSH_CACHE: // nothing is ever kept back
        return this.finishAt(startCycle);
      case COMMAND.FLUSH_CACHE_EXT:
        return this.finishAt(startCycle, this.config.hasLongAddresses ? 0 : ata.ERROR_ABRT);
      default:
        return this.power(command, startCycle);
    }
  }

  private power(command: number, startCycle: number): void {
    const { mechanics } = this;
    switch (command) {
      case COMMAND.CHECK_POWER_MODE:
        this.block.sectorCount = mechanics.isSpinning ? 0xff : 0x00;
        return this.finishAt(startCycle);
      case COMMAND.IDLE_IMMEDIATE:
      case COMMAND.IDLE:
        return this.finishAt(Math.max(startCycle, mechanics.spinUp(startCycle)));
      case COMMAND.SLEEP:
        this.fallAsleep();
        mechanics.spinDown();
        return this.finishAt(startCycle);
      case COMMAND.STANDBY_IMMEDIATE:
      case COMMAND.STANDBY:
        mechanics.spinDown();
        return this.finishAt(startCycle);
      default:
        return this.finishAt(startCycle, ata.ERROR_ABRT);
    }
  }

  /** @returns whether the subcommand is supported */
  private setFeatures(): boolean {
    const { block, mechanics, settings } = this;
    switch (block.features) {
      case FEATURE.SET_TRANSFER_MODE:
        return this.setTransferMode();
      case FEATURE.ENABLE_LOOK_AHEAD:
        mechanics.isLookAheadEnabled = true;
        return true;
      case FEATURE.DISABLE_LOOK_AHEAD:
        mechanics.isLookAheadEnabled = false;
        return true;
      case FEATURE.ENABLE_REVERTING:
        settings.isRevertingEnabled = true;
        return true;
      case FEATURE.DISABLE_REVERTING:
        settings.isRevertingEnabled = false;
        return true;
      default:
        return false;
    }
  }

  /** The last sector there is: of the drive, and the user cannot make it fewer (no SET MAX). */
  private tellNativeMax(startCycle: number, isLong: boolean): void {
    const isKnown = (this.block.device & ata.DEVICE_LBA) !== 0 && (!isLong || this.config.hasLongAddresses);
    if (!isKnown) return this.finishAt(startCycle, ata.ERROR_ABRT);
    const last = this.capacitySectors - 1;
    putAddress(this.block, this.settings.geometry, isLong ? last : Math.min(last, 0x0fff_ffff), isLong);
    this.finishAt(startCycle);
  }

  private startData({ isMultiple, ...kind }: (typeof DATA_COMMANDS)[number], startCycle: number): void {
    const blockSectors = isMultiple ? this.settings.multipleSectors : 1;
    const isKnown =
      blockSectors > 0 && (!kind.isDma || hasDma(this.modes)) && (!kind.isLong || this.config.hasLongAddresses);
    if (!isKnown) return this.finishAt(startCycle, ata.ERROR_ABRT);
    const transfer = this.startTransfer({ ...kind, blockSectors }, startCycle);
    if (!transfer) return;
    if (kind.way === 'write') return this.makeRoom(transfer, startCycle);
    transfer.readyCycles = this.mechanics.read(transfer.firstLba, transfer.sectorsValid, startCycle);
    this.fetchBlock(transfer, startCycle);
  }

  private verify(startCycle: number, isLong: boolean): void {
    if (isLong && !this.config.hasLongAddresses) return this.finishAt(startCycle, ata.ERROR_ABRT);
    const transfer = this.startTransfer({ way: 'read', isDma: false, isLong, blockSectors: 1 }, startCycle);
    if (!transfer) return;
    const endCycle = this.mechanics.read(transfer.firstLba, transfer.sectorsValid, startCycle).at(-1)!;
    this.transfer = null;
    countSectors(this.block, this.settings.geometry, transfer, transfer.sectorsValid);
    this.finishAt(Math.max(endCycle, startCycle), isShort(transfer) ? ata.ERROR_IDNF : 0);
  }

  /** Sets up a transfer from the registers; a bad address ends the command instead. */
  private startTransfer(kind: TransferKind, startCycle: number): Transfer | null {
    const { block, capacitySectors } = this;
    const firstLba = addressedSector(block, this.settings.geometry, capacitySectors, kind.isLong);
    if (firstLba === null) {
      this.finishAt(startCycle, ata.ERROR_IDNF);
      return null;
    }
    const asked = sectorsAskedFor(block, kind.isLong);
    this.transfer = createTransfer(kind, firstLba, asked, Math.min(asked, capacitySectors - firstLba));
    return this.transfer;
  }

  // ---- phases ----

  protected busyEnded(): void {
    switch (this.phase) {
      case 'executing':
        this.end(this.outcome.error);
        return this.setInterrupt(this.outcome.isReported);
      case 'identifying':
        this.openDataPort('to-host', this.identifyData(), 0, SECTOR_BYTES);
        return this.setInterrupt(true);
      case 'fetching':
        return this.offerBlock(this.transfer!);
      case 'making-room':
        return this.takeBlock(this.transfer!);
      case 'storing':
        return this.finishStoring(this.transfer!);
    }
  }

  protected dataMoved(): void {
    if (this.phase === 'identifying') return this.end(0);
    const transfer = this.transfer!;
    const count = nextBlockSectors(transfer);
    countSectors(this.block, this.settings.geometry, transfer, count);
    if (this.phase === 'sending') return this.finishSending(transfer);
    transfer.sectorsHeld += count;
    const isAllMoved = transfer.sectorsDone === transfer.sectorsValid;
    if (!isAllMoved && transfer.sectorsHeld < WRITE_BUFFER_SECTORS)
      return this.makeRoom(transfer, this.afterGap(transfer));
    const firstLba = transfer.firstLba + transfer.sectorsDone - transfer.sectorsHeld;
    this.enterBusy('storing', this.mechanics.write(firstLba, transfer.sectorsHeld, this.clock.nowCycles));
  }

  private enterBusy(phase: DiskPhase, cycle: number): void {
    this.phase = phase;
    this.busyUntil(cycle);
  }

  /** The command ends at `cycle`, with error bits or 0. */
  private finishAt(cycle: number, error = 0): void {
    this.outcome.error = error;
    this.enterBusy('executing', cycle);
  }

  private end(error: number): void {
    this.transfer = null;
    this.phase = 'idle';
    this.becomeIdle(READY | (error ? ata.STATUS_ERR : 0));
    if (error) this.block.error = error;
  }

  /** By DMA what waits in the buffer moves at once; each PIO block is offered after its gap. */
  private fetchBlock(transfer: Transfer, earliestCycle: number): void {
    const last = transfer.sectorsDone + nextBlockSectors(transfer) - 1;
    const cycle = Math.max(earliestCycle, transfer.readyCycles[last]);
    if (transfer.isDma && cycle <= this.clock.nowCycles) this.offerBlock(transfer);
    else this.enterBusy('fetching', cycle);
  }

  private offerBlock(transfer: Transfer): void {
    const count = nextBlockSectors(transfer);
    const bytes = new Uint8Array(count * SECTOR_BYTES);
    for (let i = 0; i < count; i++) {
      bytes.set(this.image.readSector(transfer.firstLba + transfer.sectorsDone + i), i * SECTOR_BYTES);
    }
    this.phase = 'sending';
    if (transfer.isDma) return this.requestDma('to-host', bytes, 0, bytes.length);
    this.openDataPort('to-host', bytes, 0, bytes.length);
    this.setInterrupt(true);
  }

  private finishSending(transfer: Transfer): void {
    if (transfer.sectorsDone < transfer.sectorsValid) return this.fetchBlock(transfer, this.afterGap(transfer));
    if (isShort(transfer)) return this.finishAt(this.afterGap(transfer), ata.ERROR_IDNF);
    this.end(0);
    // PIO data in: no interrupt after the last block (9.6); DMA: one at the end (9.7).
    if (transfer.isDma) this.setInterrupt(true);
  }

  private makeRoom(transfer: Transfer, cycle: number): void {
    if (transfer.isDma && cycle <= this.clock.nowCycles) this.takeBlock(transfer);
    else this.enterBusy('making-room', cycle);
  }

  private takeBlock(transfer: Transfer): void {
    this.phase = 'taking';
    const offset = transfer.sectorsHeld * SECTOR_BYTES;
    const sizeBytes = nextBlockSectors(transfer) * SECTOR_BYTES;
    if (transfer.isDma) return this.requestDma('to-drive', transfer.buffer, offset, sizeBytes);
    this.openDataPort('to-drive', transfer.buffer, offset, sizeBytes);
    // PIO data out: the first block is asked for without an interrupt (9.6).
    this.setInterrupt(transfer.sectorsDone > 0);
  }

  private finishStoring(transfer: Transfer): void {
    const { firstLba, sectorsDone, sectorsHeld, buffer } = transfer;
    const lba = firstLba + sectorsDone - sectorsHeld;
    for (let i = 0; i < sectorsHeld; i++) {
      this.image.writeSector(lba + i, buffer.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
    }
    transfer.sectorsHeld = 0;
    if (sectorsDone < transfer.sectorsValid) return this.takeBlock(transfer);
    this.end(isShort(transfer) ? ata.ERROR_IDNF : 0);
    this.setInterrupt(true);
  }

  private identifyData(): Uint8Array {
    const { defaultGeometry, mechanics, settings, modes, dmaMode, config } = this;
    return buildIdentifyData(config.identity, this.capacitySectors, {
      ...{ modes, dmaMode, hasLongAddresses: config.hasLongAddresses, defaultGeometry },
      currentGeometry: settings.geometry,
      multipleSectors: settings.multipleSectors,
      isLookAheadEnabled: mechanics.isLookAheadEnabled,
    });
  }

  private afterOverhead(): number {
    return this.afterNs(this.config.commandOverheadNs);
  }

  private afterGap({ isDma }: Transfer): number {
    return isDma ? this.clock.nowCycles : this.afterNs(this.config.blockGapNs);
  }

  // ---- resets ----

  protected putSignature(): number {
    Object.assign(this.block, { error: ata.DIAGNOSTIC_PASSED, device: 0 });
    Object.assign(this.block, { sectorCount: 1, sectorNumber: 1, cylinderLow: 0, cylinderHigh: 0 });
    return READY;
  }

  protected resetAnswerCycle(): number {
    const spunUpCycle = this.mechanics.isSpinning ? this.mechanics.spunUpCycle : 0;
    return Math.max(this.afterNs(this.config.resetAnswerNs), spunUpCycle);
  }

  protected dropForReset(kind: ResetKind | 'software'): void {
    if (kind === 'power-on') this.mechanics.spinDown();
    this.transfer = null;
    this.phase = 'idle';
    this.outcome = { error: 0, isReported: true };
    if (kind === 'software' && !this.settings.isRevertingEnabled) return;
    this.settings = { multipleSectors: 0, geometry: this.defaultGeometry, isRevertingEnabled: true };
    this.mechanics.isLookAheadEnabled = true;
  }
}
