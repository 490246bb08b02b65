// The command unit: walks the command block list in memory and carries out its blocks (OSSDM 6.4.1, 6.4.2, 6.5.3).
// Leaves out: the high priority queue, dynamic buffer descriptors; microcode is taken and not run.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import type { CardMemory } from './card-memory';
import { addressSum, fieldsOf, writeWord } from './card-memory';
import {
  ACTION,
  COMMAND_EL,
  COMMAND_I,
  COMMAND_NC,
  COMMAND_S,
  COMMAND_SF,
  STAT_CNA,
  STAT_CX,
  STATUS_C,
  STATUS_OK,
} from './registers';
import type { Station } from './station';
import { CONFIGURATION_BYTES } from './station';

const HEADER_BYTES = 16;
const CB_COMMAND = 2;
const CB_LINK = 4;
const CB_PARAMETERS = 8;
const ACTION_MASK = 7;
const COUNT_MASK = 0x3fff;

// Transmit block and buffer descriptor (OSSDM 6.4.2.5)
const TCB_BYTE_COUNT = 12;
const TCB_TBD_COUNT = 15;
const TBD_BYTES = 8;
const TBD_SIZE = 4;
const TBD_FLAGS = 6;
const TBD_EL = 1;
const EMBEDDED_TBDS = 2;

/** The longest frame sent; more in the buffers is not looked at. */
const MOST_FRAME_BYTES = 2600;
const LEAST_FRAME_BYTES = 60;
const CRC_BYTES = 4;
const SOURCE_ADDRESS = 6;

/** Bytes a dump takes in memory. Configuration, then address; the rest, internal registers, is given as zeros. */
export const DUMP_BYTES = 596;

/** CNA interrupt delay: its unit is 256 PCI clocks of 30 ns (OSSDM 6.4.2.5). */
const CID_UNIT_NS = 256 * 30;

export type CommandUnitStatus = 'idle' | 'suspended' | 'active';

export interface CommandUnitParts {
  readonly clock: Clock;
  readonly memory: CardMemory;
  readonly station: Station;
  readonly transmitter: { readonly isBusy: boolean; send(frame: Uint8Array): void };
  readonly interrupt: (cause: number) => void;
}

export interface CommandUnitState {
  status: CommandUnitStatus;
  base: number;
  next: number;
  current: number;
  rechecksSuspend: boolean;
  waitsFor: 'bus' | 'transmitter' | null;
  stepDue: number | null;
  cnaDue: number | null;
}

export class CommandUnit {
  private unitStatus: CommandUnitStatus = 'idle';
  private base = 0;
  /** Offset of the next block. */
  private next = 0;
  /** Address of the block last carried out. */
  private current = 0;
  private rechecksSuspend = false;
  private waitsFor: 'bus' | 'transmitter' | null = null;
  private readonly stepAlarm: Alarm;
  private readonly cnaAlarm: Alarm;

  /** @param commandNs from one block to the next: fetching it, acting, writing its status */
  constructor(
    private readonly parts: CommandUnitParts,
    private readonly commandNs: number,
  ) {
    this.stepAlarm = parts.clock.createAlarm(() => this.step());
    this.cnaAlarm = parts.clock.createAlarm(() => parts.interrupt(STAT_CNA));
  }

  get status(): CommandUnitStatus {
    return this.unitStatus;
  }

  loadBase(base: number): void {
    this.base = base;
  }

  start(offset: number): void {
    if (this.unitStatus === 'active') return;
    this.next = offset;
    this.activate();
  }

  /**
   * While active there is nothing to do: a block's S is looked at when the block is done.
   * @param isStatic the suspend bit of the block before is not looked at again
   */
  resume(isStatic: boolean): void {
    if (this.unitStatus !== 'suspended') return;
    this.rechecksSuspend = !isStatic;
    this.activate();
  }

  /** The bus can be had again, or the transmitter has become free. */
  goOn(event: 'bus' | 'transmitter'): void {
    if (this.waitsFor !== event) return;
    this.waitsFor = null;
    if (event === 'bus') this.scheduleStep();
    else this.step();
  }

  /** A frame was received: a CNA interrupt that is being held back comes with it. */
  flushDelayedInterrupt(): void {
    if (this.cnaAlarm.dueCycle === Infinity) return;
    this.cnaAlarm.cancel();
    this.parts.interrupt(STAT_CNA);
  }

  reset(): void {
    this.unitStatus = 'idle';
    this.base = 0;
    this.next = 0;
    this.current = 0;
    this.rechecksSuspend = false;
    this.waitsFor = null;
    this.stepAlarm.cancel();
    this.cnaAlarm.cancel();
  }

  saveState(): CommandUnitState {
    const { unitStatus, base, next, current, rechecksSuspend, waitsFor } = this;
    return {
      ...{ status: unitStatus, base, next, current, rechecksSuspend, waitsFor },
      stepDue: dueCycleOf(this.stepAlarm),
      cnaDue: dueCycleOf(this.cnaAlarm),
    };
  }

  restoreState({ status, stepDue, cnaDue, ...rest }: CommandUnitState): void {
    Object.assign(this, rest);
    this.unitStatus = status;
    restoreDueCycle(this.stepAlarm, stepDue);
    restoreDueCycle(this.cnaAlarm, cnaDue);
  }

  private activate(): void {
    this.cnaAlarm.cancel();
    this.unitStatus = 'active';
    this.scheduleStep();
  }

  private scheduleStep(): void {
    this.stepAlarm.scheduleAfter(Math.max(1, this.parts.clock.cyclesFromNs(this.commandNs)));
  }

  /** Carries out one block. */
  private step(): void {
    const { memory, transmitter } = this.parts;
    if (!memory.isReachable) {
      this.waitsFor = 'bus';
      return;
    }
    if (this.rechecksSuspend) {
      this.rechecksSuspend = false;
      if (this.commandOf(this.current) & COMMAND_S) {
        this.unitStatus = 'suspended';
        return;
      }
    }
    const address = addressSum(this.base, this.next);
    const header = fieldsOf(memory.readBytes(address, HEADER_BYTES));
    const command = header.getUint16(CB_COMMAND, true);
    if ((command & ACTION_MASK) === ACTION.TRANSMIT && transmitter.isBusy) {
      this.waitsFor = 'transmitter';
      return;
    }
    this.act(address, command, header);
    this.current = address;
    this.next = header.getUint32(CB_LINK, true);
    this.complete(address, command);
  }

  private act(address: number, command: number, header: DataView): void {
    const { memory, station, transmitter } = this.parts;
    const parameters = addressSum(address, CB_PARAMETERS);
    switch (command & ACTION_MASK) {
      case ACTION.INDIVIDUAL_ADDRESS:
        return station.setIndividualAddress(memory.readBytes(parameters, 6));
      case ACTION.CONFIGURE:
        return station.configure(memory.readBytes(parameters, CONFIGURATION_BYTES));
      case ACTION.MULTICAST: {
        const listBytes = header.getUint16(CB_PARAMETERS, true) & COUNT_MASK;
        return station.setMulticastList(memory.readBytes(addressSum(parameters, 2), listBytes));
      }
      case ACTION.TRANSMIT: {
        const frame = this.frameToSend(address, command, header);
        if (frame.length > 0) transmitter.send(frame);
        return;
      }
      case ACTION.DUMP:
        return dumpRegisters(memory, station, header.getUint32(CB_PARAMETERS, true));
    }
  }

  /** Status, interrupts, and what comes next (OSSDM 6.4.1.1.2). A transmit block is done once its data are in the FIFO. */
  private complete(address: number, command: number): void {
    const { memory, interrupt, station } = this.parts;
    writeWord(memory, address, STATUS_C | STATUS_OK);
    if (command & COMMAND_I) interrupt(STAT_CX);
    if (command & COMMAND_EL) {
      this.unitStatus = 'idle';
      return this.announceIdle(command);
    }
    if (!(command & COMMAND_S)) return this.scheduleStep();
    this.unitStatus = 'suspended';
    if (!station.interruptsWhenIdleOnly) this.announceIdle(command);
  }

  private announceIdle(command: number): void {
    const delayUnits = (command & ACTION_MASK) === ACTION.TRANSMIT ? (command >> 8) & 0x1f : 0;
    if (delayUnits === 0) return this.parts.interrupt(STAT_CNA);
    this.cnaAlarm.scheduleAfter(this.parts.clock.cyclesFromNs(delayUnits * CID_UNIT_NS));
  }

  private commandOf(address: number): number {
    return fieldsOf(this.parts.memory.readBytes(addressSum(address, CB_COMMAND), 2)).getUint16(0, true);
  }

  /** The frame as it goes out, without its check sequence. */
  private frameToSend(address: number, command: number, header: DataView): Uint8Array {
    const { station } = this.parts;
    let frame = this.gather(address, command, header);
    if (frame.length === 0) return frame;
    if (command & COMMAND_NC) frame = frame.subarray(0, Math.max(0, frame.length - CRC_BYTES));
    else if (!station.keepsSourceAddress && frame.length >= 2 * SOURCE_ADDRESS) {
      frame.set(station.address, SOURCE_ADDRESS);
    }
    if (!station.padsShortFrames || frame.length >= LEAST_FRAME_BYTES) return frame;
    const padded = new Uint8Array(LEAST_FRAME_BYTES);
    padded.set(frame);
    return padded;
  }

  /** Collects a frame's bytes: behind the block, in buffers, or both (OSSDM 6.4.2.5). */
  private gather(address: number, command: number, header: DataView): Uint8Array {
    const { memory, station } = this.parts;
    const frame = new Uint8Array(MOST_FRAME_BYTES);
    let length = 0;
    const append = (from: number, sizeBytes: number) => {
      const piece = Math.min(sizeBytes, MOST_FRAME_BYTES - length);
      if (piece > 0) frame.set(memory.readBytes(from, piece), length);
      length += piece;
    };
    const behindBlock = addressSum(address, HEADER_BYTES);
    const isFlexible = (command & COMMAND_SF) !== 0;
    const isExtended = isFlexible && station.hasExtendedTransmitBlocks;
    if (!isExtended) append(behindBlock, header.getUint16(TCB_BYTE_COUNT, true) & COUNT_MASK);
    if (!isFlexible) return frame.subarray(0, length);

    const array = header.getUint32(CB_PARAMETERS, true);
    const count = header.getUint8(TCB_TBD_COUNT);
    for (let i = 0; i < count; i++) {
      const isEmbedded = isExtended && i < EMBEDDED_TBDS;
      const list = isEmbedded ? behindBlock : array;
      const place = isExtended && !isEmbedded ? i - EMBEDDED_TBDS : i;
      const tbd = fieldsOf(memory.readBytes(addressSum(list, place * TBD_BYTES), TBD_BYTES));
      append(tbd.getUint32(0, true), tbd.getUint16(TBD_SIZE, true) & COUNT_MASK);
      if (tbd.getUint16(TBD_FLAGS, true) & TBD_EL) break;
    }
    return frame.subarray(0, length);
  }
}

/** Writes the registers' contents to `address`: by a dump command or through PORT. */
export function dumpRegisters(memory: CardMemory, station: Station, address: number): void {
  const bytes = new Uint8Array(DUMP_BYTES);
  bytes.set(station.configurationBytes);
  bytes.set(station.address, CONFIGURATION_BYTES);
  memory.writeBytes(address, bytes);
}
