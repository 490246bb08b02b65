// One 8237A: registers, masks, requests, and the step from one transfer to the next.
// Intel 8237A datasheet (231466). Left out: memory-to-memory transfers (no AT wires them), compressed timing, DACK polarity.
const STATUS_COMMAND = 0x8; // read status, write command
const REQUEST = 0x9;
const SINGLE_MASK = 0xa;
const MODE = 0xb;
const CLEAR_FLIP_FLOP = 0xc;
const TEMPORARY_MASTER_CLEAR = 0xd; // read temporary register, write master clear
const CLEAR_MASK = 0xe;
const ALL_MASK = 0xf;
const NOT_READABLE = 0xff;

const COMMAND_DISABLE = 0x04;
const COMMAND_ROTATE = 0x10;
const MODE_AUTO_INITIALISE = 0x10;
const MODE_DECREMENT = 0x20;

/** Bits 2-3 of the mode register. */
export const TRANSFER = { VERIFY: 0, WRITE: 1, READ: 2 } as const;

/** Bits 6-7 of the mode register. */
export const DMA_MODE = { DEMAND: 0, SINGLE: 1, BLOCK: 2, CASCADE: 3 } as const;

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
  readonly lastServed: number;
  readonly blockRequests: number;
}

/** One 8237A. Registers are 0-15 by address lines A3-A0. */
export class DmaController {
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

  /** Block transfers that have begun: DREQ need not stay. */
  private blockRequests = 0;
  /** The channel with the lowest priority: 3 unless priorities rotate. */
  private lastServed = 3;

  constructor(private readonly noteChange: () => void) {}

  /** The channel whose turn it is, or -1. Software requests cannot be masked. */
  get requestedChannel(): number {
    if (this.command & COMMAND_DISABLE) return -1;
    const requests = ((this.hardwareRequests | this.blockRequests) & ~this.mask) | this.softwareRequests;
    if (requests === 0) return -1;
    const first = this.command & COMMAND_ROTATE ? this.lastServed + 1 : 0;
    for (let i = 0; i < 4; i++) if (requests & (1 << ((first + i) & 3))) return (first + i) & 3;
    return -1;
  }

  /** Whether `channel` passes on the requests of a controller behind it. */
  isCascade(channel: number): boolean {
    return this.modes[channel] >>> 6 === DMA_MODE.CASCADE;
  }

  /** Whether the next transfer of `channel` is its last. */
  isLast(channel: number): boolean {
    return this.counts[channel] === 0;
  }

  /** Counts a transfer: address on, count down; at terminal count reload or mask, and drop a software request. */
  countTransfer(channel: number): void {
    const mode = this.modes[channel];
    const bit = 1 << channel;
    this.lastServed = channel;
    this.addresses[channel] = (this.addresses[channel] + (mode & MODE_DECREMENT ? -1 : 1)) & 0xffff;
    this.counts[channel] = (this.counts[channel] - 1) & 0xffff;
    if (mode >>> 6 === DMA_MODE.BLOCK) this.blockRequests |= bit;
    if (this.counts[channel] !== 0xffff) return;
    this.blockRequests &= ~bit;
    this.terminalCounts |= bit;
    this.softwareRequests &= ~bit;
    if (mode & MODE_AUTO_INITIALISE) {
      this.addresses[channel] = this.baseAddresses[channel];
      this.counts[channel] = this.baseCounts[channel];
    } else {
      this.mask |= bit;
    }
  }

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
    this.lastServed = 3;
    this.blockRequests = 0;
  }

  saveState(): DmaControllerState {
    const {
      command,
      mask,
      terminalCounts,
      softwareRequests,
      hardwareRequests,
      takesHighByte,
      lastServed,
      blockRequests,
    } = this;
    return {
      baseAddresses: [...this.baseAddresses],
      baseCounts: [...this.baseCounts],
      addresses: [...this.addresses],
      counts: [...this.counts],
      modes: [...this.modes],
      ...{
        command,
        mask,
        terminalCounts,
        softwareRequests,
        hardwareRequests,
        takesHighByte,
        lastServed,
        blockRequests,
      },
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
