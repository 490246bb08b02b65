// The serial side of sending: a FIFO that holds one frame while it goes out at the speed of the link.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';

/** Around a frame on the wire: preamble with start delimiter, check sequence, gap (IEEE 802.3 clauses 3 and 4.4). */
const OVERHEAD_BYTES = 8 + 4 + 12;
const LEAST_FRAME_BYTES = 60;

/** Nanoseconds a frame (without its check sequence) takes, gap included. */
export function wireNs(frameBytes: number, mbps: number): number {
  return ((Math.max(frameBytes, LEAST_FRAME_BYTES) + OVERHEAD_BYTES) * 8 * 1000) / mbps;
}

export interface TransmitterState {
  frame: number[] | null;
  due: number | null;
}

export class Transmitter {
  private frame: Uint8Array | null = null;
  private readonly alarm: Alarm;

  /** @param sent called when the last bit of a frame has left; the transmitter is free again by then */
  constructor(
    private readonly clock: Clock,
    sent: (frame: Uint8Array) => void,
  ) {
    this.alarm = clock.createAlarm(() => {
      const frame = this.frame!;
      this.frame = null;
      sent(frame);
    });
  }

  get isBusy(): boolean {
    return this.frame !== null;
  }

  /** Begins to send. Only while not busy. */
  send(frame: Uint8Array, mbps: number): void {
    this.frame = frame;
    this.alarm.scheduleAfter(this.clock.cyclesFromNs(wireNs(frame.length, mbps)));
  }

  /** What is on its way out is cut off. */
  reset(): void {
    this.frame = null;
    this.alarm.cancel();
  }

  saveState(): TransmitterState {
    return { frame: this.frame && [...this.frame], due: dueCycleOf(this.alarm) };
  }

  restoreState({ frame, due }: TransmitterState): void {
    this.frame = frame && Uint8Array.from(frame);
    restoreDueCycle(this.alarm, due);
  }
}
