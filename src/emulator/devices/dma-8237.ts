// Two 8237A DMA controllers and the page registers of the AT: registers, masks and requests as software sees them.
// Intel 8237A datasheet (231466); page registers from the AT Technical Reference. Left out: transfers.
import type { AccessSize, PortDevice } from '../bus';
import type { Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';

const STATUS_COMMAND = 0x8; // read status, write command
const REQUEST = 0x9;
const SINGLE_MASK = 0xa;
const MODE = 0xb;
const CLEAR_FLIP_FLOP = 0xc;
const TEMPORARY_MASTER_CLEAR = 0xd; // read temporary register, write master clear
const CLEAR_MASK = 0xe;
const ALL_MASK = 0xf;
const NOT_READABLE = 0xff;

/** Page register address by channel 0-7; channel 4 is the cascade, its page serves refresh. The rest are spare. */
const PAGE_OF_CHANNEL = [0x7, 0x3, 0x1, 0x2, 0xf, 0xb, 0x9, 0xa];

/** State of one controller. */
export interface DmaControllerState {
  readonly baseAddresses: readonly number[];
  readonly baseCounts: readonly number[];
  readonly addresses: readonly number[];
  readonly counts: readonly number[];
  readonly modes: readonly number[];
  readonly command: number;
  readonly mask: number;
  readonly terminalCounts: number;
  readonly softwareRequests: number;
  readonly hardwareRequests: number;
  readonly takesHighByte: boolean;
}

/** State of the pair and the page registers. */
export interface DmaPairState {
  readonly first: DmaControllerState;
  readonly second: DmaControllerState;
  readonly pages: readonly number[];
}

/** What the pair is connected to. */
export interface DmaPairPins {
  readonly clock: Clock;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
}

/** What a channel is programmed to do. */
export interface DmaChannelSetting {
  /** Physical address of the next transfer: page and current address (words on channels 5-7). */
  readonly address: number;
  /** Transfers to come less one. */
  readonly count: number;
  /** Mode register without the channel bits. */
  readonly mode: number;
  readonly isMasked: boolean;
}

/** One 8237A. Registers are 0-15 by address lines A3-A0. */
class DmaController {
  private baseAddresses = [0, 0, 0, 0];
  private baseCounts = [0, 0, 0, 0];
  readonly addresses = [0, 0, 0, 0];
  readonly counts = [0, 0, 0, 0];
  readonly modes = [0, 0, 0, 0];
  private command = 0;
  mask = 0x0f;
  private terminalCounts = 0;
  private softwareRequests = 0;
  private hardwareRequests = 0;
  /** The first/last flip-flop: which byte of a 16-bit register comes next. */
  private takesHighByte = false;

  constructor(private readonly noteChange: () => void) {}

  read(register: number): number {
    const value = this.peek(register);
    if (register < 8) {
      this.takesHighByte = !this.takesHighByte;
      this.noteChange();
    } else if (register === STATUS_COMMAND && this.terminalCounts !== 0) {
      this.terminalCounts = 0;
      this.noteChange();
    }
    return value;
  }

  peek(register: number): number {
    if (register < 8) {
      const value = (register & 1 ? this.counts : this.addresses)[register >>> 1];
      return this.takesHighByte ? value >>> 8 : value & 0xff;
    }
    switch (register) {
      case STATUS_COMMAND:
        return this.terminalCounts | ((this.hardwareRequests | this.softwareRequests) << 4);
      case TEMPORARY_MASTER_CLEAR:
        return 0; // holds a byte after memory-to-memory transfers only
      case ALL_MASK:
        return this.mask; // readable in chipsets, not on the original
      default:
        return NOT_READABLE;
    }
  }

  write(register: number, value: number): void {
    if (register < 8) {
      this.writeWord(register, value);
      return;
    }
    const bit = 1 << (value & 3);
    switch (register) {
      case STATUS_COMMAND:
        this.command = value;
        break;
      case REQUEST:
        this.softwareRequests = value & 4 ? this.softwareRequests | bit : this.softwareRequests & ~bit;
        break;
      case SINGLE_MASK:
        this.mask = value & 4 ? this.mask | bit : this.mask & ~bit;
        break;
      case MODE:
        this.modes[value & 3] = value & 0xfc;
        break;
      case CLEAR_FLIP_FLOP:
        this.takesHighByte = false;
        break;
      case TEMPORARY_MASTER_CLEAR:
        this.clear();
        break;
      case CLEAR_MASK:
        this.mask = 0;
        break;
      case ALL_MASK:
        this.mask = value & 0x0f;
        break;
    }
  }

  setRequest(channel: number, isHigh: boolean): void {
    const bit = 1 << channel;
    this.hardwareRequests = isHigh ? this.hardwareRequests | bit : this.hardwareRequests & ~bit;
  }

  /** RESET and master clear: all channels masked; addresses, counts and modes are not touched. */
  clear(): void {
    this.command = 0;
    this.terminalCounts = 0;
    this.softwareRequests = 0;
    this.takesHighByte = false;
    this.mask = 0x0f;
  }

  saveState(): DmaControllerState {
    const { command, mask, terminalCounts, softwareRequests, hardwareRequests, takesHighByte } = this;
    return {
      baseAddresses: [...this.baseAddresses],
      baseCounts: [...this.baseCounts],
      addresses: [...this.addresses],
      counts: [...this.counts],
      modes: [...this.modes],
      ...{ command, mask, terminalCounts, softwareRequests, hardwareRequests, takesHighByte },
    };
  }

  restoreState(state: DmaControllerState): void {
    const { baseAddresses, baseCounts, addresses, counts, modes, ...scalars } = state;
    Object.assign(this, scalars);
    Object.assign(this.baseAddresses, baseAddresses);
    Object.assign(this.baseCounts, baseCounts);
    Object.assign(this.addresses, addresses);
    Object.assign(this.counts, counts);
    Object.assign(this.modes, modes);
  }

  /** A write goes to the base and the current register alike. */
  private writeWord(register: number, value: number): void {
    const channel = register >>> 1;
    const [base, current] = register & 1 ? [this.baseCounts, this.counts] : [this.baseAddresses, this.addresses];
    const old = base[channel];
    base[channel] = this.takesHighByte ? (old & 0x00ff) | (value << 8) : (old & 0xff00) | value;
    current[channel] = base[channel];
    this.takesHighByte = !this.takesHighByte;
  }
}

/** The pair: channels 0-3 move bytes, 5-7 words; channel 4 passes the first controller on. */
export class DmaPair implements Resettable {
  private readonly controllers: readonly [first: DmaController, second: DmaController];
  private readonly pageBytes = new Array<number>(16).fill(0);
  /** Registers of the first controller, one per port (00h-0Fh). */
  readonly first: PortDevice;
  /** Registers of the second controller, every second port (C0h-DFh). */
  readonly second: PortDevice;
  /** Page registers by the low four address lines (81h-8Fh; 80h has a register of its own kind on most boards). */
  readonly pages: PortDevice;

  constructor(pins: DmaPairPins) {
    const noteChange = () => pins.noteUnstable(pins.clock.nowCycles);
    this.controllers = [new DmaController(noteChange), new DmaController(noteChange)];
    this.first = createControllerPorts(this.controllers[0], 0);
    this.second = createControllerPorts(this.controllers[1], 1);
    const readPage = (port: number, _sizeBytes: AccessSize) => this.pageBytes[port & 0x0f];
    this.pages = {
      readPort: readPage,
      peekPort: readPage,
      writePort: (port, _sizeBytes, value) => {
        this.pageBytes[port & 0x0f] = value;
      },
    };
  }

  /** Drives the DREQ pin of `channel` 0-7. */
  setRequest(channel: number, isHigh: boolean): void {
    this.controllers[channel >>> 2].setRequest(channel & 3, isHigh);
  }

  /** What `channel` 0-7 is programmed to do. */
  settingOf(channel: number): DmaChannelSetting {
    const controller = this.controllers[channel >>> 2];
    const local = channel & 3;
    const page = this.pageBytes[PAGE_OF_CHANNEL[channel]];
    // Word channels: address lines A16-A1 come from the controller, the page's bit 0 is not used.
    const isWord = channel > 4;
    const address = isWord
      ? ((page & 0xfe) << 16) | (controller.addresses[local] << 1)
      : (page << 16) | controller.addresses[local];
    return {
      address,
      count: controller.counts[local],
      mode: controller.modes[local],
      isMasked: (controller.mask & (1 << local)) !== 0,
    };
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    for (const controller of this.controllers) controller.clear();
    this.pageBytes.fill(0);
  }

  saveState(): DmaPairState {
    const [first, second] = this.controllers;
    return { first: first.saveState(), second: second.saveState(), pages: [...this.pageBytes] };
  }

  restoreState(state: DmaPairState): void {
    this.controllers[0].restoreState(state.first);
    this.controllers[1].restoreState(state.second);
    Object.assign(this.pageBytes, state.pages);
  }
}

/** @param shift address lines between ports and registers: the second controller sits on even addresses */
function createControllerPorts(controller: DmaController, shift: 0 | 1): PortDevice {
  const registerAt = (port: number) => (port >>> shift) & 0x0f;
  return {
    readPort: (port) => controller.read(registerAt(port)),
    peekPort: (port) => controller.peek(registerAt(port)),
    writePort: (port, _sizeBytes, value) => controller.write(registerAt(port), value),
  };
}
