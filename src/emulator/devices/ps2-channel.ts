// The serial line between a keyboard controller and one PS/2 device: a byte at a time, either way, in wire time.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboard and auxiliary device controller". Bits are not modelled.
import type { Alarm, Clock } from '../clock';
import { dueCycleOf, restoreDueCycle } from './alarm-record';

/** A keyboard or mouse at the end of the line. */
export interface Ps2Device {
  /** The next byte it wants to send, or undefined. */
  peekByte(): number | undefined;
  /** The byte of `peekByte` has arrived. */
  takeByte(): void;
  /** A byte from the host has arrived. */
  receiveByte(value: number): void;
}

type LineState = 'idle' | 'receiving' | 'sending';

/** State of one line. */
export interface Ps2ChannelState {
  readonly line: LineState;
  readonly byteSent: number;
  readonly isInhibited: boolean;
  readonly dueCycle: number | null;
}

/** The controller's side. */
export interface Ps2ChannelHost {
  /** Whether the output buffer can take a byte and no other line is in use. */
  mayReceive(): boolean;
  /** A byte from the device is for the output buffer. */
  deliver(value: number): void;
  /** Nobody clocked the byte sent: there is no device. */
  reportNoDevice(): void;
  /** The line is free again after sending. */
  sendingEnded(): void;
}

/** Wire figures of the profile. */
export interface Ps2ChannelTiming {
  /** Eleven bits at the device's clock (10 to 16.7 kHz). */
  readonly byteNs: number;
  /** How long the controller waits for a device to clock a byte. */
  readonly timeoutNs: number;
}

/** One line. */
export class Ps2Channel {
  private line: LineState = 'idle';
  private byteSent = 0;
  private isInhibited = true;
  private readonly alarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly timing: Ps2ChannelTiming,
    private readonly host: Ps2ChannelHost,
    private readonly device: Ps2Device | null,
  ) {
    this.alarm = clock.createAlarm(() => this.endTransfer());
  }

  get isSending(): boolean {
    return this.line === 'sending';
  }

  get isReceiving(): boolean {
    return this.line === 'receiving';
  }

  /** Holds the clock low: the device keeps its bytes. */
  setInhibited(isInhibited: boolean): void {
    this.isInhibited = isInhibited;
    if (isInhibited) this.abortReceiving();
    this.pump();
  }

  /** A byte under way from the device stays there and is sent again later. */
  abortReceiving(): void {
    if (this.line === 'receiving') this.stop();
  }

  /** Starts receiving when the device has something and the controller has room. */
  pump(): void {
    if (this.line !== 'idle' || this.isInhibited || !this.host.mayReceive()) return;
    if (this.device?.peekByte() === undefined) return;
    this.line = 'receiving';
    this.alarm.scheduleAfter(this.clock.cyclesFromNs(this.timing.byteNs));
  }

  /** Sends a byte; the device aborts what it was sending. */
  send(value: number): void {
    this.line = 'sending';
    this.byteSent = value;
    this.alarm.scheduleAfter(this.clock.cyclesFromNs(this.device ? this.timing.byteNs : this.timing.timeoutNs));
  }

  /** As after power-on: nothing under way, inhibited. */
  reset(): void {
    this.line = 'idle';
    this.byteSent = 0;
    this.isInhibited = true;
  }

  stop(): void {
    this.line = 'idle';
    this.alarm.cancel();
  }

  saveState(): Ps2ChannelState {
    const { line, byteSent, isInhibited } = this;
    return { line, byteSent, isInhibited, dueCycle: dueCycleOf(this.alarm) };
  }

  restoreState(state: Ps2ChannelState): void {
    this.line = state.line;
    this.byteSent = state.byteSent;
    this.isInhibited = state.isInhibited;
    restoreDueCycle(this.alarm, state.dueCycle);
  }

  private endTransfer(): void {
    const wasSending = this.isSending;
    this.line = 'idle';
    if (wasSending) {
      if (this.device) this.device.receiveByte(this.byteSent);
      else this.host.reportNoDevice();
      this.host.sendingEnded();
    } else {
      const byte = this.device!.peekByte()!;
      this.device!.takeByte();
      this.host.deliver(byte);
    }
  }
}
