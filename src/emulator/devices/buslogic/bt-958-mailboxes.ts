// How a BusLogic MultiMaster works through mailboxes: takes command control blocks out of the outgoing ones, has them carried
// out on the SCSI bus, and loads incoming ones (Linux, drivers/scsi/BusLogic.{c,h}). Nobody but a reset of the adapter stops it:
// blocks of a driver that has gone away end in memory that others own by then.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import type { CommandOutcome, ScsiBus } from '../scsi/scsi-bus';
import { STATUS_GOOD } from '../scsi/scsi-codes';
import type { AdapterMemory, Ccb } from './bt-958-ccb';
import {
  bigEndian24,
  bytesOf24,
  bytesOf32,
  dataBytesOf,
  gather,
  hasResidual,
  littleEndian32,
  readCcb,
  scatter,
  writeCcbEnd,
} from './bt-958-ccb';
import * as bt from './bt-958-registers';

/** Where the mailboxes are: `count` outgoing ones from `address` on, then as many incoming ones. */
export interface MailboxPlace {
  readonly address: number;
  readonly count: number;
  /** 8 bytes each with 32-bit addresses, or 4 with 24-bit ones. */
  readonly isWide: boolean;
}

/** How the adapter goes through its mailboxes. */
export interface MailboxModes {
  /** Only the next outgoing mailbox is looked at, instead of all. */
  isStrict: boolean;
  hasExtendedLuns: boolean;
  isOutInterruptEnabled: boolean;
}

/** What the engine is connected to. */
export interface MailboxPins {
  readonly memory: AdapterMemory;
  /** Whether the adapter may master the PCI bus now. Without, it waits. */
  readonly canReachMemory: () => boolean;
  readonly bus: ScsiBus;
  /** MAIL_IN_LOADED or MAIL_OUT_AVAILABLE. */
  readonly interrupt: (cause: number) => void;
}

/** A block that the SCSI bus has. */
interface BlockUnderWay {
  readonly tag: number;
  readonly ccb: Ccb;
  doneBytes: number;
  /** The device had, or wanted, more data than the block's segments hold. */
  isOverrun: boolean;
}

/** A block that has ended, until an incoming mailbox tells so. */
interface Ending {
  readonly ccb: Ccb | null;
  readonly address: number;
  readonly isWide: boolean;
  readonly completion: number;
  readonly adapterStatus: number;
  readonly targetStatus: number;
  readonly residualBytes: number;
  readonly sense: Uint8Array;
}

/** Everything that changes, plain JSON but for byte arrays. */
export interface MailboxState {
  place: MailboxPlace | null;
  modes: MailboxModes;
  outPosition: number;
  inPosition: number;
  isScanning: boolean;
  nextTag: number;
  underWay: BlockUnderWay[];
  endings: Ending[];
  scanAlarm: number | null;
  deliverAlarm: number | null;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** Tags below are the adapter's own. */
const FIRST_TAG = 1;

/** The engine. Time: `mailboxNs` for each block taken. */
export class Bt958Mailboxes {
  private state: MailboxState = createState();
  private readonly scanAlarm: Alarm;
  private readonly deliverAlarm: Alarm;
  private readonly mailboxCycles: number;

  constructor(
    clock: Clock,
    private readonly pins: MailboxPins,
    mailboxNs: number,
  ) {
    this.mailboxCycles = Math.max(1, clock.cyclesFromNs(mailboxNs));
    this.scanAlarm = clock.createAlarm(() => this.lookAtMailboxes());
    this.deliverAlarm = clock.createAlarm(() => this.deliver());
  }

  get place(): MailboxPlace | null {
    return this.state.place;
  }

  get modes(): MailboxModes {
    return this.state.modes;
  }

  /** INITIALIZE (EXTENDED) MAILBOX. Blocks under way go on. */
  initialize(place: MailboxPlace): void {
    Object.assign(this.state, { place, outPosition: 0, inPosition: 0 });
  }

  /** EXECUTE MAILBOX COMMAND: there is something in an outgoing mailbox. */
  startScan(): void {
    if (!this.state.place) return;
    this.state.isScanning = true;
    if (this.scanAlarm.dueCycle === Infinity) this.scanAlarm.scheduleAfter(this.mailboxCycles);
  }

  /** The adapter may master the PCI bus again. */
  resume(): void {
    if (this.state.isScanning && this.scanAlarm.dueCycle === Infinity) this.scanAlarm.scheduleAfter(this.mailboxCycles);
    if (this.state.endings.length > 0) this.deliverAlarm.scheduleAfter(0);
  }

  /** Forgets mailboxes and blocks: a reset of the adapter. Who resets the SCSI bus or abandons it is the adapter. */
  forget(): void {
    this.state = createState();
    this.scanAlarm.cancel();
    this.deliverAlarm.cancel();
  }

  /** RST by the host: all blocks that the bus had end so. */
  endAllByBusReset(): void {
    for (const block of this.state.underWay) this.end(block.ccb, bt.BUS_WAS_RESET, STATUS_GOOD);
    this.state.underWay = [];
    this.deliver();
  }

  dataOut(tag: number, sizeBytes: number): Uint8Array {
    const block = this.find(tag);
    block.doneBytes += Math.min(sizeBytes, this.roomFor(block, sizeBytes));
    return gather(this.pins.memory, block.ccb, sizeBytes);
  }

  dataIn(tag: number, bytes: Uint8Array): void {
    const block = this.find(tag);
    const roomBytes = this.roomFor(block, bytes.length);
    block.doneBytes += Math.min(bytes.length, roomBytes);
    scatter(this.pins.memory, block.ccb, bytes.subarray(0, roomBytes));
  }

  /** The SCSI bus is through with a block. */
  ended(tag: number, { ending, status, sense }: CommandOutcome): void {
    const block = this.find(tag);
    const { ccb } = block;
    this.state.underWay = this.state.underWay.filter((other) => other !== block);
    const residualBytes = dataBytesOf(ccb) - block.doneBytes;
    if (ending === 'selection-timeout') this.end(ccb, bt.SELECTION_TIMEOUT, status, residualBytes);
    else if (ending === 'device-reset') this.end(ccb, bt.DEVICE_WAS_RESET, status, residualBytes);
    else if (status !== STATUS_GOOD) this.end(ccb, bt.ADAPTER_NORMAL, status, residualBytes, sense);
    else this.end(ccb, lengthStatus(block, residualBytes), status, residualBytes);
    this.deliver();
  }

  saveState(): MailboxState {
    const { state } = this;
    return {
      ...state,
      modes: { ...state.modes },
      underWay: state.underWay.map((block) => ({ ...block })),
      endings: state.endings.map((ending) => ({ ...ending, sense: ending.sense.slice() })),
      scanAlarm: dueCycleOf(this.scanAlarm),
      deliverAlarm: dueCycleOf(this.deliverAlarm),
    };
  }

  restoreState(state: MailboxState): void {
    this.state = {
      ...state,
      modes: { ...state.modes },
      underWay: state.underWay.map((block) => ({ ...block })),
      endings: state.endings.map((ending) => ({ ...ending, sense: ending.sense.slice() })),
    };
    restoreDueCycle(this.scanAlarm, state.scanAlarm);
    restoreDueCycle(this.deliverAlarm, state.deliverAlarm);
  }

  /** Takes one block, then looks again; stops at an empty mailbox, or when all are empty. */
  private lookAtMailboxes(): void {
    const { state, pins } = this;
    const { place } = state;
    if (!place || !pins.canReachMemory()) return;
    const looked = state.modes.isStrict ? 1 : place.count;
    for (let i = 0; i < looked; i++) {
      const position = (state.outPosition + i) % place.count;
      const { action, ccbAddress } = this.readOutbox(place, position);
      if (action === bt.OUTBOX_FREE) continue;
      state.outPosition = (position + 1) % place.count;
      this.freeOutbox(place, position);
      this.take(action, ccbAddress, place.isWide);
      this.scanAlarm.scheduleAfter(this.mailboxCycles);
      return;
    }
    state.isScanning = false;
  }

  private take(action: number, address: number, isWide: boolean): void {
    const { memory } = this.pins;
    switch (action) {
      case bt.OUTBOX_START:
        this.begin(readCcb(memory, address, isWide, this.state.modes.hasExtendedLuns));
        break;
      case bt.OUTBOX_ABORT:
        this.abort(address, isWide);
        break;
      default:
        this.end(
          readCcb(memory, address, isWide, this.state.modes.hasExtendedLuns),
          bt.INVALID_OUTBOX_ACTION,
          STATUS_GOOD,
        );
    }
    this.deliver();
  }

  private begin(ccb: Ccb): void {
    const { operation, targetId, lun, cdb, senseBytes } = ccb;
    if (operation === bt.CCB_BUS_DEVICE_RESET) {
      const isThere = this.pins.bus.resetDevice(targetId);
      this.end(ccb, isThere ? bt.ADAPTER_NORMAL : bt.SELECTION_TIMEOUT, STATUS_GOOD);
    } else if (!IS_INITIATOR_OPERATION.has(operation)) {
      this.end(ccb, bt.INVALID_CCB_OPERATION, STATUS_GOOD);
    } else if (targetId > 15) {
      this.end(ccb, bt.INVALID_CCB_PARAMETER, STATUS_GOOD);
    } else {
      const tag = this.state.nextTag++;
      this.state.underWay.push({ tag, ccb, doneBytes: 0, isOverrun: false });
      this.pins.bus.start({ tag, targetId, lun, cdb, senseBytes });
    }
  }

  private abort(address: number, isWide: boolean): void {
    const block = this.state.underWay.find(({ ccb }) => ccb.address === address);
    if (block && this.pins.bus.withdraw(block.tag)) {
      this.state.underWay = this.state.underWay.filter((other) => other !== block);
      this.end(block.ccb, bt.ABORTED_BY_HOST, STATUS_GOOD, dataBytesOf(block.ccb) - block.doneBytes);
      return;
    }
    this.state.endings.push({
      ...{ ccb: null, address, isWide, completion: bt.ABORT_NOT_FOUND },
      ...{ adapterStatus: bt.ABORTED_BY_HOST, targetStatus: STATUS_GOOD, residualBytes: 0, sense: NO_BYTES },
    });
  }

  private end(
    ccb: Ccb,
    adapterStatus: number,
    targetStatus: number,
    residualBytes = dataBytesOf(ccb),
    sense: Uint8Array = NO_BYTES,
  ): void {
    const isGood = adapterStatus === bt.ADAPTER_NORMAL && targetStatus === STATUS_GOOD;
    const isAborted = adapterStatus === bt.ABORTED_BY_HOST;
    this.state.endings.push({
      ccb,
      address: ccb.address,
      isWide: ccb.isWide,
      completion: isGood ? bt.COMPLETED_GOOD : isAborted ? bt.ABORTED : bt.COMPLETED_WITH_ERROR,
      ...{ adapterStatus, targetStatus, residualBytes, sense },
    });
  }

  /** Loads incoming mailboxes with what has ended. One that the driver has not emptied yet is looked at again later. */
  private deliver(): void {
    const { state, pins } = this;
    for (;;) {
      const { place } = state;
      const [ending] = state.endings;
      if (!ending || !place || !pins.canReachMemory()) return;
      if (this.isInboxFull(place)) return this.deliverAlarm.scheduleAfter(this.mailboxCycles);
      state.endings.shift();
      const { ccb, sense } = ending;
      if (ccb) {
        if (sense.length > 0) pins.memory.writeBytes(ccb.senseAddress, sense);
        writeCcbEnd(pins.memory, ccb, ending.adapterStatus, ending.targetStatus, ending.residualBytes);
      }
      this.loadInbox(place, ending);
      pins.interrupt(bt.MAIL_IN_LOADED);
    }
  }

  private readOutbox(place: MailboxPlace, position: number): { action: number; ccbAddress: number } {
    const bytes = this.pins.memory.readBytes(outboxAddress(place, position), mailboxBytes(place));
    return place.isWide
      ? { action: bytes[7], ccbAddress: littleEndian32(bytes, 0) }
      : { action: bytes[0], ccbAddress: bigEndian24(bytes, 1) };
  }

  private freeOutbox(place: MailboxPlace, position: number): void {
    const actionAt = place.isWide ? 7 : 0;
    this.pins.memory.writeBytes(outboxAddress(place, position) + actionAt, Uint8Array.of(bt.OUTBOX_FREE));
    if (this.state.modes.isOutInterruptEnabled) this.pins.interrupt(bt.MAIL_OUT_AVAILABLE);
  }

  private isInboxFull(place: MailboxPlace): boolean {
    const completionAt = place.isWide ? 7 : 0;
    const address = inboxAddress(place, this.state.inPosition) + completionAt;
    return this.pins.memory.readBytes(address, 1)[0] !== bt.INBOX_FREE;
  }

  private loadInbox(place: MailboxPlace, ending: Ending): void {
    const { address, adapterStatus, targetStatus, completion } = ending;
    const bytes = place.isWide
      ? Uint8Array.of(...bytesOf32(address), adapterStatus, targetStatus, 0, completion)
      : Uint8Array.of(completion, ...bytesOf24(address));
    this.pins.memory.writeBytes(inboxAddress(place, this.state.inPosition), bytes);
    this.state.inPosition = (this.state.inPosition + 1) % place.count;
  }

  private roomFor(block: BlockUnderWay, sizeBytes: number): number {
    const roomBytes = block.ccb.direction === 'none' ? 0 : dataBytesOf(block.ccb) - block.doneBytes;
    if (sizeBytes > roomBytes) block.isOverrun = true;
    return roomBytes;
  }

  private find(tag: number): BlockUnderWay {
    const block = this.state.underWay.find((candidate) => candidate.tag === tag);
    if (!block) throw new Error(`the SCSI bus has a command ${tag} that nobody gave it`);
    return block;
  }
}

const IS_INITIATOR_OPERATION: ReadonlySet<number> = new Set([
  bt.CCB_INITIATOR,
  bt.CCB_SCATTER_GATHER,
  bt.CCB_INITIATOR_RESIDUAL,
  bt.CCB_SCATTER_GATHER_RESIDUAL,
]);

/**
 * Whether the length of the data was right: with a direction that is checked, each difference is an error; blocks with a
 * residual tell an underrun there; without a check nothing is said.
 */
function lengthStatus({ ccb, isOverrun }: BlockUnderWay, residualBytes: number): number {
  const isChecked = ccb.direction === 'in' || ccb.direction === 'out';
  if (isOverrun && (isChecked || hasResidual(ccb))) return bt.DATA_OVERRUN;
  if (isChecked && residualBytes > 0 && !hasResidual(ccb)) return bt.DATA_OVERRUN;
  return bt.ADAPTER_NORMAL;
}

function mailboxBytes({ isWide }: MailboxPlace): number {
  return isWide ? 8 : 4;
}

function outboxAddress(place: MailboxPlace, position: number): number {
  return (place.address + position * mailboxBytes(place)) % 2 ** 32;
}

function inboxAddress(place: MailboxPlace, position: number): number {
  return outboxAddress(place, place.count + position);
}

function createState(): MailboxState {
  return {
    place: null,
    modes: { isStrict: false, hasExtendedLuns: false, isOutInterruptEnabled: false },
    outPosition: 0,
    inPosition: 0,
    isScanning: false,
    nextTag: FIRST_TAG,
    underWay: [],
    endings: [],
    scanAlarm: null,
    deliverAlarm: null,
  };
}
