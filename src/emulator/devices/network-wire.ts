// The cable to an office network: broadcast frames come in whether the computer wants them or not.
// Frame n and the pause before it follow from seed and n alone. Leaves out: anybody who answers.
import type { Alarm, Clock } from '../clock';
import type { RandomStream } from '../random';
import { createRandomStream } from '../random';
import type { ResetKind, Resettable } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import { wireNs } from './i82559/transmitter';
import { arpRequest, hostAnnouncement, nameQuery } from './network-frames';

const STATIONS = 254;
/** Of a hundred frames: ARP requests, name queries; the rest are announcements. */
const ARP_SHARE = 60;
const NAME_QUERY_SHARE = 25;
/** Pauses are drawn evenly from 0 to twice the mean: no logarithm, whose last bits differ between hosts. */
const MOST_PAUSE_OF_MEAN = 2;

export interface NetworkWireConfig {
  /** Mean rate; 0: a silent network. */
  readonly framesPerSecond: number;
  readonly seed: number;
  readonly mbps: 10 | 100;
}

export interface NetworkWireState {
  frameNumber: number;
  due: number | null;
}

export class NetworkWire implements Resettable {
  /** Number of the frame that comes next: as many have passed. */
  private frameNumber = 0;
  private readonly alarm: Alarm;

  /** @param arrived told of each frame when its last bit is in; without the check sequence */
  constructor(
    private readonly clock: Clock,
    private readonly config: NetworkWireConfig,
    arrived: (frame: Uint8Array) => void,
  ) {
    this.alarm = clock.createAlarm(() => {
      const frame = this.frameOf(this.frameNumber++);
      this.scheduleNext();
      arrived(frame);
    });
  }

  /** Frames that have come along since power-on. */
  get framesPassed(): number {
    return this.frameNumber;
  }

  /** The network does not care about resets; it begins to be heard when the power first comes on. */
  enterReset(): void {}

  exitReset(kind: ResetKind): void {
    if (kind === 'power-on' && this.alarm.dueCycle === Infinity) this.scheduleNext();
  }

  saveState(): NetworkWireState {
    return { frameNumber: this.frameNumber, due: dueCycleOf(this.alarm) };
  }

  restoreState({ frameNumber, due }: NetworkWireState): void {
    this.frameNumber = frameNumber;
    restoreDueCycle(this.alarm, due);
  }

  private scheduleNext(): void {
    const { framesPerSecond, mbps } = this.config;
    if (framesPerSecond === 0) return;
    const mostPauseNs = Math.floor((MOST_PAUSE_OF_MEAN * 1e9) / framesPerSecond);
    const pauseNs = this.streamOf(this.frameNumber, 'pause').nextInteger(mostPauseNs + 1);
    const shortestNs = wireNs(this.frameOf(this.frameNumber).length, mbps);
    this.alarm.scheduleAfter(this.clock.cyclesFromNs(Math.max(pauseNs, shortestNs)));
  }

  private frameOf(number: number): Uint8Array {
    const random = this.streamOf(number, 'frame');
    const kind = random.nextInteger(100);
    const sender = 1 + random.nextInteger(STATIONS);
    const target = 1 + random.nextInteger(STATIONS);
    if (kind < ARP_SHARE) return arpRequest(sender, target);
    const transaction = number & 0xffff;
    return kind < ARP_SHARE + NAME_QUERY_SHARE
      ? nameQuery(sender, target, transaction)
      : hostAnnouncement(sender, transaction);
  }

  /** A stream for each frame: nothing but the number has to be kept. */
  private streamOf(number: number, purpose: string): RandomStream {
    return createRandomStream(this.config.seed, `network-${purpose}/${number}`);
  }
}
