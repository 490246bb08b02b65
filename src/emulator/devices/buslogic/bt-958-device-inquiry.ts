// INQUIRE (TARGET) DEVICES of a MultiMaster: the adapter asks each SCSI ID in turn, which costs a selection time-out for
// every ID where nobody is, and agrees with those it finds on synchronous wide transfers (Linux, drivers/scsi/BusLogic.c).
import type { CommandOutcome, ScsiBus } from '../scsi/scsi-bus';
import { INQUIRY } from '../scsi/scsi-codes';
import { ADAPTER_ID } from './bt-958-setup';

/** The bus's tag for the adapter's own commands: one at a time. */
export const INQUIRY_TAG = 0;

/** Which of the three commands. */
export type InquiryKind = 'inquire-0-7' | 'inquire-8-15' | 'inquire-all';

/** Where the inquiry stands, plain JSON. */
export interface DeviceInquiryState {
  kind: InquiryKind | null;
  id: number;
  lun: number;
  isUnitThere: boolean;
  /** Logical units found, as bits, by ID. */
  found: number[];
}

/** Who wants to know. */
export interface InquiryEvents {
  readonly negotiated: (id: number) => void;
  readonly done: (reply: Uint8Array) => void;
}

const ID_COUNT = 16;
const LUN_COUNT = 8;
const INQUIRY_BYTES = 36;
const NO_DEVICE_HERE = 0x7f;

/** The inquiry. */
export class DeviceInquiry {
  private state = createState();

  constructor(
    private readonly bus: ScsiBus,
    private readonly events: InquiryEvents,
  ) {}

  start(kind: InquiryKind): void {
    this.state = { ...createState(), kind, id: kind === 'inquire-8-15' ? 8 : 0 };
    this.ask();
  }

  /** RST on the bus took the command under way: begins again at its ID. */
  restart(): void {
    if (this.state.kind) this.ask();
  }

  forget(): void {
    this.state = createState();
  }

  dataIn(bytes: Uint8Array): void {
    this.state.isUnitThere = bytes[0] !== NO_DEVICE_HERE;
  }

  ended({ ending }: CommandOutcome): void {
    const { state, events } = this;
    if (ending === 'completed') events.negotiated(state.id);
    if (state.isUnitThere) state.found[state.id] |= 1 << state.lun;
    const isDone = ending !== 'completed' || state.kind === 'inquire-all' || state.lun === LUN_COUNT - 1;
    state.id = isDone ? state.id + 1 : state.id;
    state.lun = isDone ? 0 : state.lun + 1;
    this.ask();
  }

  saveState(): DeviceInquiryState {
    return { ...this.state, found: [...this.state.found] };
  }

  restoreState(state: DeviceInquiryState): void {
    this.state = { ...state, found: [...state.found] };
  }

  private ask(): void {
    const { state } = this;
    if (state.id === ADAPTER_ID) state.id++;
    const end = state.kind === 'inquire-0-7' ? LUN_COUNT : ID_COUNT;
    if (state.id >= end) {
      const reply = this.reply();
      this.forget();
      this.events.done(reply);
      return;
    }
    state.isUnitThere = false;
    const { id: targetId, lun } = state;
    const cdb = [INQUIRY, 0, 0, 0, INQUIRY_BYTES, 0];
    this.bus.start({ tag: INQUIRY_TAG, targetId, lun, cdb, senseBytes: 0 });
  }

  /** A bit for each ID, or a byte of logical units for each of eight IDs. */
  private reply(): Uint8Array {
    const { kind, found } = this.state;
    if (kind === 'inquire-all') {
      const mask = found.reduce((bits, units, id) => (units ? bits | (1 << id) : bits), 0);
      return Uint8Array.of(mask, mask >>> 8);
    }
    return Uint8Array.from(kind === 'inquire-8-15' ? found.slice(8) : found.slice(0, 8));
  }
}

function createState(): DeviceInquiryState {
  return { kind: null, id: 0, lun: 0, isUnitThere: false, found: new Array<number>(ID_COUNT).fill(0) };
}
