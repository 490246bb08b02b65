// Spindle and pick-up of a CD-ROM drive and its read-ahead buffer: at which cycle a block of the disc has been read.
// The spiral: track pitch and radii of ECMA-130 (Yellow Book); rotation at constant linear or constant angular velocity.
// Leaves out: speed changes while a constant-linear-velocity drive moves inwards or outwards (part of its access time).
import type { Clock } from '../clock';

/** Figures of a drive. */
export interface CdMechanicsConfig {
  /** Rate at the outer rim, or everywhere at constant linear velocity: bytes of user data per second. */
  readonly readBytesPerSecond: number;
  /** Constant angular velocity: the rate grows with the radius. */
  readonly isConstantAngular: boolean;
  /** Access to a block close by, and from one end of the disc to the other, rotation included. */
  readonly shortAccessNs: number;
  readonly fullAccessNs: number;
  /** From standstill, or from power-on, until the disc is known and at speed. */
  readonly spinUpNs: number;
  readonly bufferBytes: number;
}

/** Blocks the drive reads one after the other, or has read, into its buffer. */
interface Stream {
  firstBlock: number;
  startCycle: number;
  /** Where it stops since the buffer is full: the first block it does not read. */
  limitBlock: number;
}

/** Plain data. */
export interface CdMechanicsState {
  block: number;
  isSpinning: boolean;
  spunUpCycle: number;
  stream: Stream | null;
  /** SET CD SPEED; null: as fast as it can. */
  limitBytesPerSecond: number | null;
}

export const CD_BLOCK_BYTES = 2048;
/** Program area (ECMA-130, 10.4-10.6), millimetres; a disc of 74 minutes fills it. */
const INNER_RADIUS_MM = 25;
const OUTER_RADIUS_MM = 58;
const FULL_DISC_BLOCKS = 74 * 60 * 75;

/** One drive's moving parts. Plans are made when a command starts; nothing here sets alarms. */
export class CdMechanics {
  private state: CdMechanicsState = {
    ...{ block: 0, isSpinning: false, spunUpCycle: 0, stream: null, limitBytesPerSecond: null },
  };

  constructor(
    private readonly clock: Clock,
    private readonly config: CdMechanicsConfig,
  ) {}

  get isSpinning(): boolean {
    return this.state.isSpinning;
  }

  /** The cycle from which the disc is known and at speed. */
  get spunUpCycle(): number {
    return this.state.spunUpCycle;
  }

  /** Bytes per second at the rim, as limited by SET CD SPEED. */
  get bytesPerSecond(): number {
    const { limitBytesPerSecond } = this.state;
    const { readBytesPerSecond } = this.config;
    return limitBytesPerSecond === null ? readBytesPerSecond : Math.min(readBytesPerSecond, limitBytesPerSecond);
  }

  /** @param bytesPerSecond null for as fast as the drive can; the disc then goes on at the new speed from a new access */
  setSpeed(bytesPerSecond: number | null): void {
    this.state.limitBytesPerSecond = bytesPerSecond;
    this.state.stream = null;
  }

  /** Starts the spindle if it stands still. @returns the cycle from which the disc is at speed */
  spinUp(startCycle: number): number {
    const { state } = this;
    if (!state.isSpinning) {
      state.isSpinning = true;
      state.spunUpCycle = startCycle + this.clock.cyclesFromNs(this.config.spinUpNs);
    }
    return state.spunUpCycle;
  }

  /** Stops the spindle; the pick-up goes home and the buffer is lost. */
  spinDown(): void {
    Object.assign(this.state, { isSpinning: false, block: 0, stream: null });
  }

  /** Nanoseconds from one block to another: a + b * sqrt(distance on the radius) through the two figures given. */
  accessNs(fromBlock: number, toBlock: number): number {
    const { shortAccessNs, fullAccessNs } = this.config;
    const distance = Math.abs(radiusMm(toBlock) - radiusMm(fromBlock)) / (OUTER_RADIUS_MM - INNER_RADIUS_MM);
    return shortAccessNs + (fullAccessNs - shortAccessNs) * Math.sqrt(Math.min(1, distance));
  }

  /** Moves the pick-up and returns the cycle of arrival. */
  seek(block: number, startCycle: number): number {
    const { state } = this;
    const fromCycle = Math.max(startCycle, this.spinUp(startCycle));
    const arrival = fromCycle + this.clock.cyclesFromNs(this.accessNs(state.block, block));
    Object.assign(state, { block, stream: null });
    return arrival;
  }

  /**
   * Reads `count` blocks from `block` on, and then ahead until the buffer is full.
   * @returns for each block the cycle at which it is in the buffer (in the past when it was there already)
   */
  read(block: number, count: number, startCycle: number): number[] {
    const fromCycle = Math.max(startCycle, this.spinUp(startCycle));
    const bufferBlocks = Math.max(1, Math.floor(this.config.bufferBytes / CD_BLOCK_BYTES));
    let freeCycle = fromCycle;
    const endCycles: number[] = [];
    for (let at = block; at < block + count; at++) {
      const stream = this.streamOver(at, freeCycle, bufferBlocks);
      const endCycle = this.cycleOfEnd(stream, at);
      endCycles.push(endCycle);
      freeCycle = Math.max(freeCycle, endCycle);
    }
    this.state.block = block + count - 1;
    return endCycles;
  }

  saveState(): CdMechanicsState {
    return { ...this.state, stream: this.state.stream && { ...this.state.stream } };
  }

  restoreState(state: CdMechanicsState): void {
    this.state = { ...state, stream: state.stream && { ...state.stream } };
  }

  /** The stream that reads `block`: the one under way if it has it, or comes to it without a stop; else a new one. */
  private streamOver(block: number, cycle: number, bufferBlocks: number): Stream {
    const { stream } = this.state;
    if (stream && block >= Math.max(stream.firstBlock, stream.limitBlock - 2 * bufferBlocks)) {
      const isStillReading = this.cycleOfEnd(stream, stream.limitBlock - 1) >= cycle;
      // Room in the buffer is made by the blocks before this one, which have been delivered.
      if (block <= stream.limitBlock && isStillReading) {
        stream.limitBlock = Math.max(stream.limitBlock, block + 1 + bufferBlocks);
      }
      if (block < stream.limitBlock) return stream;
    }
    const startCycle = cycle + this.clock.cyclesFromNs(this.accessNs(this.state.block, block));
    this.state.stream = { firstBlock: block, startCycle, limitBlock: block + 1 + bufferBlocks };
    this.state.block = block;
    return this.state.stream;
  }

  private cycleOfEnd({ firstBlock, startCycle }: Stream, block: number): number {
    return startCycle + this.clock.cyclesFromNs(this.passNs(firstBlock, block + 1));
  }

  /** Nanoseconds in which the blocks from `first` to before `last` pass under the pick-up. */
  private passNs(first: number, last: number): number {
    const blockNs = (CD_BLOCK_BYTES * 1e9) / this.bytesPerSecond;
    if (!this.config.isConstantAngular) return (last - first) * blockNs;
    // At constant angular velocity time goes with the turns, turns go with the radius. At the rim one block takes blockNs:
    // d(radius)/d(block) there is (OUTER^2 - INNER^2) / (2 * FULL * OUTER).
    const rimMmPerBlock = (OUTER_RADIUS_MM ** 2 - INNER_RADIUS_MM ** 2) / (2 * FULL_DISC_BLOCKS * OUTER_RADIUS_MM);
    return ((radiusMm(last) - radiusMm(first)) / rimMmPerBlock) * blockNs;
  }
}

/** Where on the spiral a block lies: area grows evenly with the block number. */
function radiusMm(block: number): number {
  const inner = INNER_RADIUS_MM ** 2;
  return Math.sqrt(inner + (block / FULL_DISC_BLOCKS) * (OUTER_RADIUS_MM ** 2 - inner));
}
