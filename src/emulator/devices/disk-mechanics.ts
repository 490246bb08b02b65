// Arm, platter and track buffer of a disk: at which cycle a sector has passed under the heads.
// Seek time after C. Ruemmler and J. Wilkes, "An introduction to disk drive modeling", IEEE Computer 27(3), 1994.
// Leaves out: zones (one track length everywhere), defects, settling for writes; heads switch within the sector gap.
import type { Clock } from '../clock';

/** Figures of a drive. `cylinders`, `heads` and `sectorsPerTrack` are physical, not what IDENTIFY tells. */
export interface DiskMechanicsConfig {
  /** Revolutions per minute, whole. */
  readonly rpm: number;
  readonly sectorsPerTrack: number;
  readonly heads: number;
  readonly cylinders: number;
  readonly trackToTrackNs: number;
  readonly fullStrokeNs: number;
  /** From standstill to speed. */
  readonly spinUpNs: number;
}

/** Sectors of one track that the drive reads, or has read, into its buffer one after the other. */
interface TrackStream {
  firstLba: number;
  lastLba: number;
  /** Platter tick at which the first of them has been read. */
  firstEndTick: number;
}

/** Everything that moves or remembers, plain JSON. */
export interface DiskMechanicsState {
  cylinder: number;
  stream: TrackStream | null;
  isSpinning: boolean;
  spunUpCycle: number;
  isLookAheadEnabled: boolean;
}

/** A tick is a sixtieth of a sector's passing time: rpm x sectors per track of them are in a second, a whole number. */
const TICKS_PER_SECTOR = 60;

/** One drive's moving parts. Plans are made when a command starts; nothing here sets alarms. */
export class DiskMechanics {
  private state: DiskMechanicsState = {
    cylinder: 0,
    stream: null,
    isSpinning: false,
    spunUpCycle: 0,
    isLookAheadEnabled: true,
  };
  private readonly tickHz: number;
  private readonly ticksPerRevolution: number;
  private readonly angleTicks: number;
  private readonly skewSectors: number;

  /** @param initialAngle where the platter stands at cycle 0, 0 <= angle < 1 of a revolution: a seeded figure */
  constructor(
    private readonly clock: Clock,
    private readonly config: DiskMechanicsConfig,
    initialAngle: number,
  ) {
    const { rpm, sectorsPerTrack, trackToTrackNs } = config;
    this.tickHz = rpm * sectorsPerTrack;
    this.ticksPerRevolution = TICKS_PER_SECTOR * sectorsPerTrack;
    this.angleTicks = Math.floor(initialAngle * this.ticksPerRevolution);
    // Formats offset each cylinder so that a one-cylinder step ends just before the next sector in sequence.
    const sectorNs = (60 * 1e9) / (rpm * sectorsPerTrack);
    this.skewSectors = Math.ceil(trackToTrackNs / sectorNs) % sectorsPerTrack;
  }

  /** Sectors on all tracks. */
  get capacitySectors(): number {
    const { cylinders, heads, sectorsPerTrack } = this.config;
    return cylinders * heads * sectorsPerTrack;
  }

  get isSpinning(): boolean {
    return this.state.isSpinning;
  }

  /** The cycle from which the platters are at speed. */
  get spunUpCycle(): number {
    return this.state.spunUpCycle;
  }

  /** SET FEATURES AAh and 55h: whether the rest of a track is read after the last sector asked for. */
  set isLookAheadEnabled(isEnabled: boolean) {
    this.state.isLookAheadEnabled = isEnabled;
  }

  get isLookAheadEnabled(): boolean {
    return this.state.isLookAheadEnabled;
  }

  /** Starts the spindle unless it turns, and returns the cycle from which it is at speed (perhaps past). */
  spinUp(startCycle: number): number {
    const { state } = this;
    if (!state.isSpinning) {
      state.isSpinning = true;
      state.spunUpCycle = startCycle + this.clock.cyclesFromNs(this.config.spinUpNs);
    }
    return state.spunUpCycle;
  }

  /** Stops the spindle; the heads are parked over cylinder 0 and the buffer is lost. */
  spinDown(): void {
    Object.assign(this.state, { isSpinning: false, cylinder: 0, stream: null });
  }

  /** Nanoseconds to move the arm by `distance` cylinders: a + b * sqrt(distance) through the two figures given. */
  seekNs(distance: number): number {
    const { trackToTrackNs, fullStrokeNs, cylinders } = this.config;
    if (distance === 0) return 0;
    const fullStroke = cylinders - 1;
    if (fullStroke <= 1) return trackToTrackNs;
    const slope = (fullStrokeNs - trackToTrackNs) / (Math.sqrt(fullStroke) - 1);
    return trackToTrackNs + slope * (Math.sqrt(distance) - 1);
  }

  /** Moves the arm over the cylinder of `lba` and returns the cycle of arrival. */
  seek(lba: number, startCycle: number): number {
    return this.moveArm(this.cylinderOf(lba), Math.max(startCycle, this.spinUp(startCycle)));
  }

  /**
   * Reads `count` sectors from `lba` on. Sectors of the same track that follow are then read ahead.
   * @returns for each sector the cycle at which it is in the buffer (in the past when it was there already)
   */
  read(lba: number, count: number, startCycle: number): number[] {
    const readyCycles = this.passOver(lba, count, startCycle);
    const { stream, isLookAheadEnabled } = this.state;
    if (stream && !isLookAheadEnabled) stream.lastLba = lba + count - 1;
    return readyCycles;
  }

  /** Writes `count` sectors from `lba` on, and returns the cycle at which the last one is on the platter. */
  write(lba: number, count: number, startCycle: number): number {
    this.state.stream = null;
    const endCycles = this.passOver(lba, count, startCycle);
    this.state.stream = null;
    return endCycles[count - 1];
  }

  saveState(): DiskMechanicsState {
    return { ...this.state, stream: this.state.stream && { ...this.state.stream } };
  }

  restoreState(state: DiskMechanicsState): void {
    this.state = { ...state, stream: state.stream && { ...state.stream } };
  }

  /** Lets each of the sectors pass under the heads; the arm goes on as soon as a track is done. */
  private passOver(lba: number, count: number, startCycle: number): number[] {
    let freeCycle = Math.max(startCycle, this.spinUp(startCycle));
    const endCycles: number[] = [];
    for (let at = lba; at < lba + count; at++) {
      const { stream } = this.state;
      const isStreaming = stream !== null && at >= stream.firstLba && at <= stream.lastLba;
      const { firstLba, firstEndTick } = isStreaming ? stream : this.startStream(at, freeCycle);
      const endCycle = this.cycleOfTick(firstEndTick + (at - firstLba) * TICKS_PER_SECTOR);
      endCycles.push(endCycle);
      freeCycle = Math.max(freeCycle, endCycle);
    }
    return endCycles;
  }

  private startStream(lba: number, freeCycle: number): TrackStream {
    const { sectorsPerTrack } = this.config;
    const cylinder = this.cylinderOf(lba);
    // Rounded down: up to a sixtieth of a sector late at its start still finds it, within its preamble.
    const arrivalTick = this.clock.periodsFromCycles(this.moveArm(cylinder, freeCycle), this.tickHz);
    const slot = (lba + cylinder * this.skewSectors) % sectorsPerTrack;
    const angle = (arrivalTick + this.angleTicks) % this.ticksPerRevolution;
    const turn = slot * TICKS_PER_SECTOR - angle;
    const startTick = arrivalTick + (turn < 0 ? turn + this.ticksPerRevolution : turn);
    const lastOfTrack = lba - (lba % sectorsPerTrack) + sectorsPerTrack - 1;
    const stream = { firstLba: lba, lastLba: lastOfTrack, firstEndTick: startTick + TICKS_PER_SECTOR };
    this.state.stream = stream;
    return stream;
  }

  private moveArm(cylinder: number, startCycle: number): number {
    const { state } = this;
    const distance = Math.abs(cylinder - state.cylinder);
    if (distance > 0) state.stream = null;
    state.cylinder = cylinder;
    return startCycle + this.clock.cyclesFromNs(this.seekNs(distance));
  }

  private cylinderOf(lba: number): number {
    return Math.floor(lba / (this.config.sectorsPerTrack * this.config.heads));
  }

  private cycleOfTick(tick: number): number {
    return this.clock.cyclesFromPeriods(tick, this.tickHz);
  }
}
