// One ATA disk: PIO commands and their timing (ATA-3, X3T13/2008D). Data goes word by word; BSY and DRQ change by alarms.
// Within one write the sectors are buffered and the command ends when all are on the platter: there is no write cache.
// Leaves out: DMA, 48-bit addresses, security, SMART, SLEEP, the standby timer's count, READ and WRITE LONG and BUFFER.
import type { DiskImage } from '../boot/disk-image';
import { SECTOR_BYTES } from '../boot/disk-image';
import type { Alarm, Clock } from '../clock';
import { EmulatorError } from '../errors';
import type { ResetKind } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { AtaDiskState, AtaPhase, DiskRegisters, Transfer } from './ata-disk-state';
import { addressedSector, createResetRegisters, createTransfer, putAddress, putSignature } from './ata-disk-state';
import type { DiskIdentity, LogicalGeometry } from './ata-identify';
import { buildIdentifyData, defaultGeometryFor, geometryFor, MAX_MULTIPLE_SECTORS } from './ata-identify';
import * as ata from './ata-registers';
import { COMMAND, FEATURE } from './ata-registers';
import type { DiskMechanicsConfig } from './disk-mechanics';
import { DiskMechanics } from './disk-mechanics';

export interface AtaDiskConfig {
  readonly identity: DiskIdentity;
  readonly mechanics: DiskMechanicsConfig;
  /** From the command byte to the start of its work. */
  readonly commandOverheadNs: number;
  /** BSY between two blocks of one transfer while the next one is in the buffer already. */
  readonly blockGapNs: number;
  /** Shortest PIO cycle, as IDENTIFY DEVICE tells it; the bus charges accesses. */
  readonly pioCycleNs: number;
  /** From the end of a hardware or software reset to BSY = 0, with platters at speed. */
  readonly resetAnswerNs: number;
}

export interface AtaDiskObserver {
  /** A command byte was accepted. */
  commandStarted?(command: number, cycle: number): void;
  /** Sectors reached the host's side of the buffer, or the platter. */
  sectorsMoved?(direction: 'read' | 'write', lba: number, count: number, cycle: number): void;
}

const ALL_ONES_WORD = 0xffff;

/** One drive on a channel: see ide-ata.ts for selection, the interrupt line and device control. */
export class AtaDisk {
  private registers: DiskRegisters;
  private transfer: Transfer | null = null;
  private readonly mechanics: DiskMechanics;
  private readonly phaseAlarm: Alarm;
  private readonly capacitySectors: number;
  private readonly defaultGeometry: LogicalGeometry;
  /** Set by the channel: INTRQ of this drive may have changed. */
  onInterruptChanged: () => void = () => {};

  /**
   * @param initialAngle where the platter stands at cycle 0, 0 <= angle < 1: a seeded figure
   * @throws EmulatorError EMU-IMAGE when the image is larger than the drive
   */
  constructor(
    private readonly clock: Clock,
    private readonly config: AtaDiskConfig,
    private readonly image: DiskImage,
    initialAngle: number,
    private readonly observer: AtaDiskObserver = {},
  ) {
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
    this.registers = createResetRegisters(this.defaultGeometry);
    this.phaseAlarm = clock.createAlarm(() => this.advancePhase());
  }

  // ---- the channel's side ----

  /** INTRQ as this drive would drive it. */
  get isInterruptPending(): boolean {
    return this.registers.isInterruptPending;
  }

  /** A register of the command block other than data. While BSY is set all of them give the status (ATA-3, register descriptions). */
  peekRegister(register: number): number {
    const { registers } = this;
    if (registers.status & ata.STATUS_BSY) return registers.status;
    switch (register) {
      case ata.ERROR_FEATURES:
        return registers.error;
      case ata.SECTOR_COUNT:
        return registers.sectorCount;
      case ata.SECTOR_NUMBER:
        return registers.sectorNumber;
      case ata.CYLINDER_LOW:
        return registers.cylinderLow;
      case ata.CYLINDER_HIGH:
        return registers.cylinderHigh;
      case ata.DEVICE_HEAD:
        return registers.device | ata.DEVICE_OBSOLETE;
      default:
        return registers.status;
    }
  }

  /** Reading the status register takes INTRQ back. */
  acknowledgeInterrupt(): void {
    this.setInterrupt(false);
  }

  /** A write to a register other than data and command. Lost while BSY is set. */
  writeRegister(register: number, value: number): void {
    const { registers } = this;
    if (registers.status & ata.STATUS_BSY) return;
    switch (register) {
      case ata.ERROR_FEATURES:
        registers.features = value;
        break;
      case ata.SECTOR_COUNT:
        registers.sectorCount = value;
        break;
      case ata.SECTOR_NUMBER:
        registers.sectorNumber = value;
        break;
      case ata.CYLINDER_LOW:
        registers.cylinderLow = value;
        break;
      case ata.CYLINDER_HIGH:
        registers.cylinderHigh = value;
        break;
      case ata.DEVICE_HEAD:
        registers.device = value & (ata.DEVICE_LBA | ata.DEVICE_DEV | ata.DEVICE_HEAD_MASK);
        break;
    }
  }

  /** The data word `wordsAhead` from where the host stands; ones outside a block. */
  peekData(wordsAhead = 0): number {
    const { transfer } = this;
    if (this.registers.phase !== 'sending' || !transfer) return ALL_ONES_WORD;
    const at = transfer.offset + 2 * wordsAhead;
    return at < transfer.blockEnd ? transfer.buffer[at] | (transfer.buffer[at + 1] << 8) : ALL_ONES_WORD;
  }

  /** @returns the data word, or null when there is none: the read then changed nothing */
  readData(): number | null {
    const { transfer } = this;
    if (this.registers.phase !== 'sending' || !transfer) return null;
    const word = this.peekData();
    transfer.offset += 2;
    if (transfer.offset === transfer.blockEnd) this.finishSendingBlock(transfer);
    return word;
  }

  writeData(word: number): void {
    const { transfer } = this;
    if (this.registers.phase !== 'taking' || !transfer) return;
    transfer.buffer[transfer.offset++] = word & 0xff;
    transfer.buffer[transfer.offset++] = word >>> 8;
    if (transfer.offset === transfer.blockEnd) this.finishTakingBlock(transfer);
  }

  /** A command byte for this drive. Lost while BSY is set; with DRQ set it abandons the transfer. */
  writeCommand(command: number): void {
    if (this.registers.status & ata.STATUS_BSY) return;
    this.observer.commandStarted?.(command, this.clock.nowCycles);
    this.beginCommand();
    const high = command & 0xf0;
    const isStepped = high === COMMAND.RECALIBRATE || high === COMMAND.SEEK;
    this.execute(isStepped ? high : (ata.EARLY_POWER_COMMANDS[command] ?? command));
  }

  /** EXECUTE DEVICE DIAGNOSTIC, which both drives run; only one of them interrupts. */
  runDiagnostic(isReported: boolean): void {
    if (this.registers.status & ata.STATUS_BSY) return;
    this.beginCommand();
    putSignature(this.registers);
    this.finishAt(this.afterOverhead());
    this.registers.isOutcomeReported = isReported;
  }

  // ---- reset ----

  /** SRST was set: everything under way is dropped. */
  beginSoftReset(): void {
    this.phaseAlarm.cancel();
    this.stopForReset(this.registers.isRevertingEnabled);
    this.onInterruptChanged();
  }

  /** SRST was cleared: the drive answers after its time. */
  endSoftReset(): void {
    const answerCycle = this.clock.nowCycles + this.clock.cyclesFromNs(this.config.resetAnswerNs);
    const spunUpCycle = this.mechanics.isSpinning ? this.mechanics.spunUpCycle : 0;
    this.phaseAlarm.scheduleAt(Math.max(answerCycle, spunUpCycle));
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    if (kind === 'power-on') this.mechanics.spinDown();
    this.registers.isRevertingEnabled = true;
    this.stopForReset(true);
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.phaseAlarm.cancel();
  }

  exitReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    if (kind === 'power-on') this.mechanics.spinUp(this.clock.nowCycles);
    this.endSoftReset();
  }

  saveState(): AtaDiskState {
    const { transfer } = this;
    return {
      registers: { ...this.registers, geometry: { ...this.registers.geometry } },
      transfer: transfer && { ...transfer, readyCycles: [...transfer.readyCycles], buffer: [...transfer.buffer] },
      mechanics: this.mechanics.saveState(),
      phaseDue: dueCycleOf(this.phaseAlarm),
    };
  }

  restoreState({ registers, transfer, mechanics, phaseDue }: AtaDiskState): void {
    this.registers = { ...registers, geometry: { ...registers.geometry } };
    this.transfer = transfer && {
      ...transfer,
      readyCycles: [...transfer.readyCycles],
      buffer: Uint8Array.from(transfer.buffer),
    };
    this.mechanics.restoreState(mechanics);
    restoreDueCycle(this.phaseAlarm, phaseDue);
  }

  // ---- commands ----

  private beginCommand(): void {
    const { registers } = this;
    this.transfer = null;
    registers.error = 0;
    registers.status = ata.STATUS_BSY;
    registers.outcomeError = 0;
    registers.isOutcomeReported = true;
    this.setInterrupt(false);
  }

  private execute(command: number): void {
    const { registers, mechanics } = this;
    const startCycle = this.afterOverhead();
    switch (command) {
      case COMMAND.IDENTIFY_DEVICE:
        return this.startIdentify(startCycle);
      case COMMAND.READ_SECTORS:
      case COMMAND.READ_SECTORS_NO_RETRY:
        return this.startRead(1, startCycle);
      case COMMAND.READ_MULTIPLE:
        return this.startRead(registers.multipleSectors, startCycle);
      case COMMAND.WRITE_SECTORS:
      case COMMAND.WRITE_SECTORS_NO_RETRY:
        return this.startWrite(1, startCycle);
      case COMMAND.WRITE_MULTIPLE:
        return this.startWrite(registers.multipleSectors, startCycle);
      case COMMAND.READ_VERIFY:
      case COMMAND.READ_VERIFY_NO_RETRY:
        return this.verify(startCycle);
      case COMMAND.RECALIBRATE:
        return this.finishAt(mechanics.seek(0, startCycle));
      case COMMAND.SEEK: {
        const lba = addressedSector(this.registers, this.capacitySectors);
        return lba === null
          ? this.finishAt(startCycle, ata.ERROR_IDNF)
          : this.finishAt(mechanics.seek(lba, startCycle));
      }
      case COMMAND.SET_MULTIPLE: {
        const count = registers.sectorCount;
        const isPowerOfTwo = (count & (count - 1)) === 0;
        if (!isPowerOfTwo || count > MAX_MULTIPLE_SECTORS) return this.finishAt(startCycle, ata.ERROR_ABRT);
        registers.multipleSectors = count;
        return this.finishAt(startCycle);
      }
      case COMMAND.INITIALIZE_DEVICE_PARAMETERS: {
        if (registers.sectorCount === 0) return this.finishAt(startCycle, ata.ERROR_ABRT);
        const heads = (registers.device & ata.DEVICE_HEAD_MASK) + 1;
        registers.geometry = geometryFor(this.capacitySectors, heads, registers.sectorCount);
        return this.finishAt(startCycle);
      }
      case COMMAND.SET_FEATURES:
        return this.finishAt(startCycle, this.setFeatures() ? 0 : ata.ERROR_ABRT);
      case COMMAND.FLUSH_CACHE: // nothing is ever kept back
        return this.finishAt(startCycle);
      case COMMAND.CHECK_POWER_MODE:
        registers.sectorCount = mechanics.isSpinning ? 0xff : 0x00;
        return this.finishAt(startCycle);
      case COMMAND.IDLE_IMMEDIATE:
      case COMMAND.IDLE:
        return this.finishAt(Math.max(startCycle, mechanics.spinUp(startCycle)));
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
    const { registers, mechanics } = this;
    switch (registers.features) {
      case FEATURE.SET_TRANSFER_MODE: {
        // ATA-3, SET FEATURES: 00000 PIO default, 00001 the same without IORDY, 01nnn PIO mode n with flow control.
        const mode = registers.sectorCount;
        return mode <= 0x01 || (mode >= 0x08 && mode <= 0x0c);
      }
      case FEATURE.ENABLE_LOOK_AHEAD:
        mechanics.isLookAheadEnabled = true;
        return true;
      case FEATURE.DISABLE_LOOK_AHEAD:
        mechanics.isLookAheadEnabled = false;
        return true;
      case FEATURE.ENABLE_REVERTING:
        registers.isRevertingEnabled = true;
        return true;
      case FEATURE.DISABLE_REVERTING:
        registers.isRevertingEnabled = false;
        return true;
      default:
        return false;
    }
  }

  private startIdentify(startCycle: number): void {
    const { registers, mechanics, defaultGeometry } = this;
    this.transfer = createTransfer(0, 1, 1, 1);
    this.transfer.isOfSectors = false;
    this.transfer.buffer = buildIdentifyData(this.config.identity, this.capacitySectors, {
      defaultGeometry,
      currentGeometry: registers.geometry,
      multipleSectors: registers.multipleSectors,
      isLookAheadEnabled: mechanics.isLookAheadEnabled,
      pioCycleNs: Math.round(this.config.pioCycleNs),
    });
    this.enterPhase('fetching', startCycle);
  }

  private startRead(blockSectors: number, startCycle: number): void {
    const transfer = this.startTransfer(blockSectors, startCycle);
    if (!transfer) return;
    transfer.readyCycles = this.mechanics.read(transfer.firstLba, transfer.sectorsValid, startCycle);
    this.fetchNextBlock(transfer, startCycle);
  }

  private startWrite(blockSectors: number, startCycle: number): void {
    if (this.startTransfer(blockSectors, startCycle)) this.enterPhase('making-room', startCycle);
  }

  private verify(startCycle: number): void {
    const transfer = this.startTransfer(1, startCycle);
    if (!transfer) return;
    const endCycle = this.mechanics.read(transfer.firstLba, transfer.sectorsValid, startCycle).at(-1)!;
    this.transfer = null;
    this.countSectors(transfer, transfer.sectorsValid);
    this.finishAt(Math.max(endCycle, startCycle), this.isShort(transfer) ? ata.ERROR_IDNF : 0);
  }

  /** Sets up a transfer from the registers; a bad address or no block size ends the command instead. */
  private startTransfer(blockSectors: number, startCycle: number): Transfer | null {
    const firstLba = addressedSector(this.registers, this.capacitySectors);
    if (blockSectors === 0 || firstLba === null) {
      this.finishAt(startCycle, blockSectors === 0 ? ata.ERROR_ABRT : ata.ERROR_IDNF);
      return null;
    }
    const asked = this.registers.sectorCount || 256;
    const valid = Math.min(asked, this.capacitySectors - firstLba);
    this.transfer = createTransfer(firstLba, asked, valid, blockSectors);
    return this.transfer;
  }

  // ---- phases ----

  private enterPhase(phase: AtaPhase, cycle: number): void {
    this.registers.phase = phase;
    this.registers.status = ata.STATUS_BSY;
    this.phaseAlarm.scheduleAt(cycle);
  }

  /** The command ends at `cycle`, with error bits or 0. */
  private finishAt(cycle: number, error = 0): void {
    this.registers.outcomeError = error;
    this.enterPhase('executing', cycle);
  }

  private advancePhase(): void {
    const { registers, transfer } = this;
    switch (registers.phase) {
      case 'resetting':
        putSignature(this.registers);
        return this.becomeIdle(0);
      case 'executing':
        this.becomeIdle(registers.outcomeError);
        return this.setInterrupt(registers.isOutcomeReported);
      case 'fetching':
        return this.offerBlock(transfer!);
      case 'making-room':
        this.openBlock(transfer!, 'taking');
        // ATA-3 PIO data out: the first block is asked for without an interrupt.
        return this.setInterrupt(transfer!.sectorsDone > 0);
      case 'storing':
        return this.finishStoring(transfer!);
    }
  }

  private becomeIdle(error: number): void {
    const { registers } = this;
    this.transfer = null;
    registers.phase = 'idle';
    registers.status = ata.STATUS_DRDY | ata.STATUS_DSC | (error ? ata.STATUS_ERR : 0);
    if (error) registers.error = error;
  }

  private openBlock(transfer: Transfer, phase: 'sending' | 'taking'): void {
    transfer.blockEnd = transfer.offset + this.nextBlockSectors(transfer) * SECTOR_BYTES;
    this.registers.phase = phase;
    this.registers.status = ata.STATUS_DRDY | ata.STATUS_DSC | ata.STATUS_DRQ;
  }

  private fetchNextBlock(transfer: Transfer, earliestCycle: number): void {
    const last = transfer.sectorsDone + this.nextBlockSectors(transfer) - 1;
    this.enterPhase('fetching', Math.max(earliestCycle, transfer.readyCycles[last]));
  }

  private offerBlock(transfer: Transfer): void {
    this.openBlock(transfer, 'sending');
    if (transfer.isOfSectors) {
      const count = (transfer.blockEnd - transfer.offset) / SECTOR_BYTES;
      const lba = transfer.firstLba + transfer.sectorsDone;
      for (let i = 0; i < count; i++) {
        transfer.buffer.set(this.image.readSector(lba + i), transfer.offset + i * SECTOR_BYTES);
      }
      this.observer.sectorsMoved?.('read', lba, count, this.clock.nowCycles);
    }
    this.setInterrupt(true);
  }

  private finishSendingBlock(transfer: Transfer): void {
    this.countSectors(transfer, this.nextBlockSectors(transfer));
    if (transfer.sectorsDone < transfer.sectorsValid) this.fetchNextBlock(transfer, this.afterGap());
    else if (this.isShort(transfer)) this.finishAt(this.afterGap(), ata.ERROR_IDNF);
    else this.becomeIdle(0); // ATA-3 PIO data in: no interrupt after the last block
  }

  private finishTakingBlock(transfer: Transfer): void {
    this.countSectors(transfer, this.nextBlockSectors(transfer));
    if (transfer.sectorsDone < transfer.sectorsValid) return this.enterPhase('making-room', this.afterGap());
    const { firstLba, sectorsValid } = transfer;
    this.enterPhase('storing', this.mechanics.write(firstLba, sectorsValid, this.clock.nowCycles));
  }

  private finishStoring(transfer: Transfer): void {
    const { firstLba, sectorsValid, buffer } = transfer;
    for (let i = 0; i < sectorsValid; i++) {
      this.image.writeSector(firstLba + i, buffer.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
    }
    this.observer.sectorsMoved?.('write', firstLba, sectorsValid, this.clock.nowCycles);
    this.becomeIdle(this.isShort(transfer) ? ata.ERROR_IDNF : 0);
    this.setInterrupt(true);
  }

  // ---- registers ----

  private setInterrupt(isPending: boolean): void {
    this.registers.isInterruptPending = isPending;
    this.onInterruptChanged();
  }

  private afterOverhead(): number {
    return this.clock.nowCycles + this.clock.cyclesFromNs(this.config.commandOverheadNs);
  }

  private afterGap(): number {
    return this.clock.nowCycles + this.clock.cyclesFromNs(this.config.blockGapNs);
  }

  private nextBlockSectors({ blockSectors, sectorsValid, sectorsDone }: Transfer): number {
    return Math.min(blockSectors, sectorsValid - sectorsDone);
  }

  /** Whether the host asked for sectors behind the end of the disk. */
  private isShort({ sectorsAsked, sectorsValid }: Transfer): boolean {
    return sectorsAsked > sectorsValid;
  }

  /** Registers follow the transfer: the last sector moved, or the first one that does not exist; what is left. */
  private countSectors(transfer: Transfer, count: number): void {
    transfer.sectorsDone += count;
    if (!transfer.isOfSectors) return;
    const isAtMissing = this.isShort(transfer) && transfer.sectorsDone === transfer.sectorsValid;
    putAddress(this.registers, transfer.firstLba + transfer.sectorsDone - (isAtMissing ? 0 : 1));
    this.registers.sectorCount = (transfer.sectorsAsked - transfer.sectorsDone) & 0xff;
  }

  private stopForReset(isReverting: boolean): void {
    const { multipleSectors, geometry, isRevertingEnabled } = this.registers;
    this.transfer = null;
    this.registers = createResetRegisters(this.defaultGeometry);
    if (isReverting) this.mechanics.isLookAheadEnabled = true;
    else Object.assign(this.registers, { multipleSectors, geometry, isRevertingEnabled });
  }
}
