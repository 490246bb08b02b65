// A PS/2 mouse behind the auxiliary port: stream and remote mode, three-byte packets, and the wheel mouse's four.
// IBM PS/2 Hardware Interface Technical Reference, "Mouse"; the knock 200, 100, 80: Microsoft IntelliMouse. Moves come from outside.
import type { Alarm, Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { Ps2Device } from './ps2-channel';

const ACK = 0xfa;
const RESEND = 0xfe;
const BAT_OK = 0xaa;
const WHEEL_KNOCK = [200, 100, 80];
const WHEEL_ID = 3;

export const MOUSE_LEFT = 1;
export const MOUSE_RIGHT = 2;
export const MOUSE_MIDDLE = 4;

const PACKET_FIXED = 0x08;
const PACKET_X_SIGN = 0x10;
const PACKET_Y_SIGN = 0x20;
const PACKET_X_OVERFLOW = 0x40;
const PACKET_Y_OVERFLOW = 0x80;
const STATUS_REMOTE = 0x40;
const STATUS_ENABLED = 0x20;
const STATUS_SCALING = 0x10;

/** Figures of the profile: those of the keyboard, whose manual gives both devices the same limits. */
export interface MouseConfig {
  /** Self-test after power-on and FFh. */
  readonly batNs: number;
  /** From the last bit of a command to the answer. */
  readonly answerNs: number;
}

/** What commands set; plain JSON. */
interface MouseSettings {
  readonly sampleRate: number;
  readonly resolution: number;
  readonly isScaled: boolean;
  readonly isEnabled: boolean;
  readonly mode: 'stream' | 'remote' | 'wrap';
  readonly id: 0 | 3;
  /** The last three sample rates set. */
  readonly knock: readonly number[];
}

/** State of the mouse. */
export interface MouseState extends MouseSettings {
  readonly answers: readonly number[];
  readonly packets: readonly number[];
  readonly lastSent: readonly number[];
  readonly receivedByte: number;
  readonly pendingCommand: number;
  readonly buttons: number;
  readonly movedX: number;
  readonly movedY: number;
  readonly movedWheel: number;
  readonly hasMoved: boolean;
  readonly answerCycle: number | null;
  readonly selfTestCycle: number | null;
  readonly sampleCycle: number | null;
}

const DEFAULTS: MouseSettings = {
  sampleRate: 100,
  resolution: 2, // 4 counts a millimetre
  isScaled: false,
  isEnabled: false,
  mode: 'stream',
  id: 0,
  knock: [],
};

/** The mouse. `onByteReady` tells the controller that there is something to fetch. */
export class Ps2Mouse implements Ps2Device, Resettable {
  private settings = DEFAULTS;
  private answers: number[] = [];
  private packets: number[] = [];
  private lastSent: number[] = [];
  private receivedByte = -1;
  private pendingCommand = -1;
  private buttons = 0;
  private movedX = 0;
  private movedY = 0;
  private movedWheel = 0;
  private hasMoved = false;
  private readonly answerAlarm: Alarm;
  private readonly selfTestAlarm: Alarm;
  private readonly sampleAlarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly config: MouseConfig,
    private readonly onByteReady: () => void,
  ) {
    this.answerAlarm = clock.createAlarm(() => this.answer());
    this.selfTestAlarm = clock.createAlarm(() => this.endSelfTest());
    this.sampleAlarm = clock.createAlarm(() => this.sample());
  }

  // ---- the line ----

  peekByte(): number | undefined {
    return this.answers[0] ?? this.packets[0];
  }

  takeByte(): void {
    if (this.answers.length > 0) this.answers.shift();
    else this.packets.shift();
  }

  receiveByte(value: number): void {
    this.answers = [];
    this.packets = [];
    this.receivedByte = value;
    this.answerAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.answerNs));
  }

  // ---- the hand ----

  /** Moves by counts (y upwards, wheel towards the hand) and sets the buttons; told at the next sample in stream mode. */
  move(dx: number, dy: number, buttons: number, wheel = 0): void {
    this.movedX += dx;
    this.movedY += dy;
    this.movedWheel += wheel;
    this.buttons = buttons & 7;
    this.hasMoved = true;
    if (this.sampleAlarm.dueCycle === Infinity) this.scheduleSample();
  }

  // ---- power and state ----

  /** A mouse has no reset line: only power and FFh reach it. */
  enterReset(kind: ResetKind): void {
    if (kind !== 'power-on') return;
    this.answers = [];
    this.packets = [];
    this.buttons = 0;
    this.settings = DEFAULTS;
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'power-on') return;
    for (const alarm of [this.answerAlarm, this.selfTestAlarm, this.sampleAlarm]) alarm.cancel();
  }

  /** Power is good: the self-test begins. */
  exitReset(kind: ResetKind): void {
    if (kind === 'power-on') this.startSelfTest();
  }

  saveState(): MouseState {
    const { lastSent, receivedByte, pendingCommand, buttons, movedX, movedY, movedWheel, hasMoved } = this;
    return {
      ...this.settings,
      ...{ lastSent: [...lastSent], receivedByte, pendingCommand, buttons, movedX, movedY, movedWheel, hasMoved },
      answers: [...this.answers],
      packets: [...this.packets],
      answerCycle: dueCycleOf(this.answerAlarm),
      selfTestCycle: dueCycleOf(this.selfTestAlarm),
      sampleCycle: dueCycleOf(this.sampleAlarm),
    };
  }

  restoreState({ answerCycle, selfTestCycle, sampleCycle, ...state }: MouseState): void {
    const { sampleRate, resolution, isScaled, isEnabled, mode, id, knock, ...rest } = state;
    this.settings = { sampleRate, resolution, isScaled, isEnabled, mode, id, knock: [...knock] };
    const { answers, packets, lastSent, ...scalars } = rest;
    Object.assign(this, scalars, { answers: [...answers], packets: [...packets], lastSent: [...lastSent] });
    restoreDueCycle(this.answerAlarm, answerCycle);
    restoreDueCycle(this.selfTestAlarm, selfTestCycle);
    restoreDueCycle(this.sampleAlarm, sampleCycle);
  }

  // ---- commands ----

  private answer(): void {
    const value = this.receivedByte;
    const isWrapped = this.settings.mode === 'wrap' && value !== 0xec && value !== 0xff;
    const answers = isWrapped ? [value] : this.pendingCommand >= 0 ? this.takeParameter(value) : this.execute(value);
    if (value !== 0xfe) this.lastSent = answers;
    this.answers = [...answers];
    this.onByteReady();
  }

  private execute(command: number): number[] {
    switch (command) {
      case 0xe6: // scaling 1:1
      case 0xe7: // scaling 2:1
        return this.acknowledge({ isScaled: command === 0xe7 });
      case 0xe8: // resolution
      case 0xf3: // sample rate
        this.pendingCommand = command;
        return [ACK];
      case 0xe9:
        return [ACK, ...this.status()];
      case 0xea:
      case 0xec: // out of wrap mode
        return this.acknowledge({ mode: 'stream' });
      case 0xeb:
        return [ACK, ...this.takePacket()];
      case 0xee:
        return this.acknowledge({ mode: 'wrap' });
      case 0xf0:
        return this.acknowledge({ mode: 'remote' });
      case 0xf2:
        return [ACK, this.settings.id];
      case 0xf4:
      case 0xf5:
        this.forgetMoves();
        return this.acknowledge({ isEnabled: command === 0xf4 });
      case 0xf6:
        this.forgetMoves();
        return this.acknowledge(DEFAULTS);
      case 0xfe:
        return this.lastSent;
      case 0xff:
        this.startSelfTest();
        return [ACK];
      default:
        return [RESEND];
    }
  }

  private takeParameter(value: number): number[] {
    const command = this.pendingCommand;
    this.pendingCommand = -1;
    if (command === 0xe8) return value <= 3 ? this.acknowledge({ resolution: value }) : [RESEND];
    if (![10, 20, 40, 60, 80, 100, 200].includes(value)) return value >= 0xe6 ? this.execute(value) : [RESEND];
    const knock = [...this.settings.knock, value].slice(-WHEEL_KNOCK.length);
    const isKnock = WHEEL_KNOCK.every((rate, i) => knock[i] === rate);
    return this.acknowledge({ sampleRate: value, knock, id: isKnock ? WHEEL_ID : this.settings.id });
  }

  private acknowledge(change: Partial<MouseSettings>): number[] {
    this.settings = { ...this.settings, ...change };
    return [ACK];
  }

  private status(): number[] {
    const { mode, isEnabled, isScaled, resolution, sampleRate } = this.settings;
    const { buttons } = this;
    const flags =
      (mode === 'remote' ? STATUS_REMOTE : 0) | (isEnabled ? STATUS_ENABLED : 0) | (isScaled ? STATUS_SCALING : 0);
    // right, middle, left from bit 0 on: not the packet's order
    const pressed = ((buttons & MOUSE_LEFT) << 2) | ((buttons & MOUSE_MIDDLE) >>> 1) | ((buttons & MOUSE_RIGHT) >>> 1);
    return [flags | pressed, resolution, sampleRate];
  }

  // ---- packets ----

  private scheduleSample(): void {
    const { mode, isEnabled, sampleRate } = this.settings;
    if (mode === 'stream' && isEnabled) this.sampleAlarm.scheduleAfter(this.clock.cyclesFromNs(1e9 / sampleRate));
  }

  private sample(): void {
    const { mode, isEnabled } = this.settings;
    if (!this.hasMoved || mode !== 'stream' || !isEnabled) return;
    if (this.packets.length === 0) this.packets = this.takePacket();
    this.onByteReady();
    this.scheduleSample();
  }

  private takePacket(): number[] {
    const { buttons, movedX, movedY, movedWheel } = this;
    const [x, y] = [clamp(movedX, 255), clamp(movedY, 255)];
    const overflow = (x !== movedX ? PACKET_X_OVERFLOW : 0) | (y !== movedY ? PACKET_Y_OVERFLOW : 0);
    const signs = (x < 0 ? PACKET_X_SIGN : 0) | (y < 0 ? PACKET_Y_SIGN : 0);
    const packet = [PACKET_FIXED | buttons | signs | overflow, x & 0xff, y & 0xff];
    if (this.settings.id === WHEEL_ID) packet.push(clamp(movedWheel, 7) & 0xff);
    this.forgetMoves();
    return packet;
  }

  private forgetMoves(): void {
    Object.assign(this, { movedX: 0, movedY: 0, movedWheel: 0, hasMoved: false });
  }

  // ---- self-test ----

  private startSelfTest(): void {
    this.settings = DEFAULTS;
    this.pendingCommand = -1;
    this.forgetMoves();
    this.sampleAlarm.cancel();
    this.selfTestAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.batNs));
  }

  private endSelfTest(): void {
    this.answers.push(BAT_OK, this.settings.id);
    this.onByteReady();
  }
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
