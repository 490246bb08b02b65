// An AT/PS/2 keyboard at the end of its line: self-test, commands, scan sets 1 and 2, keys pressed by a script.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboards". Left out: typematic repeat, scan set 3, lock key lamps.
import type { Alarm, Clock } from '../clock';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { KeyName } from './keyboard-keys';
import { codesOfKey } from './keyboard-keys';
import type { Ps2Device } from './ps2-channel';

const COMMAND_SET_LEDS = 0xed;
const COMMAND_ECHO = 0xee;
const COMMAND_SCAN_SET = 0xf0;
const COMMAND_READ_ID = 0xf2;
const COMMAND_TYPEMATIC = 0xf3;
const COMMAND_ENABLE = 0xf4;
const COMMAND_DEFAULT_DISABLE = 0xf5;
const COMMAND_SET_DEFAULT = 0xf6;
const COMMAND_SET_KEYS_FIRST = 0xf7; // F7h-FDh concern scan set 3 alone
const COMMAND_SET_KEYS_LAST = 0xfd;
const COMMAND_RESEND = 0xfe;
const COMMAND_RESET = 0xff;

const ANSWER_ACK = 0xfa;
const ANSWER_RESEND = 0xfe;
const ANSWER_BAT_OK = 0xaa;
const ID = [0xab, 0x83];

const BUFFER_BYTES = 16;
const OVERRUN = 0x00; // sets 2 and 3; FFh in set 1
const OVERRUN_SET_1 = 0xff;
const DEFAULT_TYPEMATIC = 0x2b; // 10.9 characters a second after 500 ms

/** State of the keyboard. */
export interface KeyboardState {
  readonly answers: readonly number[];
  readonly scanCodes: readonly number[];
  readonly lastSent: number;
  readonly pendingCommand: number;
  readonly receivedByte: number;
  readonly heldByte: number;
  readonly isScanning: boolean;
  readonly scanSet: 1 | 2;
  readonly leds: number;
  readonly typematic: number;
  readonly typing: readonly TypedKey[];
  readonly answerCycle: number | null;
  readonly selfTestCycle: number | null;
  readonly typingCycle: number | null;
}

/** One key movement of a typing script; the wait comes before it. */
export interface TypedKey {
  readonly key: KeyName;
  readonly isDown: boolean;
  readonly waitCycles: number;
}

/** Figures of the profile. */
export interface KeyboardConfig {
  /** Basic assurance test after power-on and after FFh (300 to 750 ms, docs/facts.md B2). */
  readonly batNs: number;
  /** From the last bit of a command to the readiness of the answer (at most 20 ms). */
  readonly answerNs: number;
}

/** The keyboard. `onByteReady` tells the controller that there is something to fetch. */
export class Ps2Keyboard implements Ps2Device {
  private answers: number[] = [];
  private scanCodes: number[] = [];
  private lastSent = 0;
  /** A command that waits for its parameter, or -1. */
  private pendingCommand = -1;
  private receivedByte = -1;
  /** A command that came during the self-test, or -1. */
  private heldByte = -1;
  private isScanning = true;
  private scanSet: 1 | 2 = 2;
  private leds = 0;
  private typematic = DEFAULT_TYPEMATIC;
  private typing: TypedKey[] = [];
  private readonly answerAlarm: Alarm;
  private readonly selfTestAlarm: Alarm;
  private readonly typingAlarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly config: KeyboardConfig,
    private readonly onByteReady: () => void,
  ) {
    this.answerAlarm = clock.createAlarm(() => this.answer());
    this.selfTestAlarm = clock.createAlarm(() => this.endSelfTest());
    this.typingAlarm = clock.createAlarm(() => this.typeNext());
  }

  // ---- the line ----

  peekByte(): number | undefined {
    return this.answers.length > 0 ? this.answers[0] : this.scanCodes[0];
  }

  takeByte(): void {
    const byte = this.answers.length > 0 ? this.answers.shift()! : this.scanCodes.shift()!;
    if (byte !== ANSWER_RESEND) this.lastSent = byte;
  }

  /** A command during the self-test waits for its end; FFh starts the test again. */
  receiveByte(value: number): void {
    if (this.isTesting && value !== COMMAND_RESET) {
      this.heldByte = value;
      return;
    }
    this.answers = [];
    this.receivedByte = value;
    this.answerAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.answerNs));
  }

  get isTesting(): boolean {
    return this.selfTestAlarm.dueCycle !== Infinity;
  }

  // ---- keys ----

  /** Moves one key now. Without effect while scanning is disabled or the self-test runs. */
  moveKey(key: KeyName, isDown: boolean): void {
    if (!this.isScanning || this.isTesting) return;
    for (const code of codesOfKey(key, isDown, this.scanSet)) this.bufferScanCode(code);
    this.onByteReady();
  }

  /**
   * Types chords one after the other: the keys of a chord go down in order, are held, go up in reverse order.
   * Appended to what is still being typed.
   * @param holdNs from the last key down to the first key up
   * @param gapNs  from one chord's last key up to the next chord's first key down
   */
  pressKeys(chords: readonly (readonly KeyName[])[], holdNs: number, gapNs: number): void {
    const holdCycles = this.clock.cyclesFromNs(holdNs);
    const gapCycles = this.clock.cyclesFromNs(gapNs);
    for (const chord of chords) {
      chord.forEach((key, i) => this.typing.push({ key, isDown: true, waitCycles: i === 0 ? gapCycles : 0 }));
      const upwards = [...chord].reverse();
      upwards.forEach((key, i) => this.typing.push({ key, isDown: false, waitCycles: i === 0 ? holdCycles : 0 }));
    }
    if (this.typingAlarm.dueCycle === Infinity) this.scheduleTyping();
  }

  // ---- power and state ----

  /** Power comes on: defaults, then the self-test. */
  powerOn(): void {
    this.answerAlarm.cancel();
    this.typingAlarm.cancel();
    this.typing = [];
    this.answers = [];
    this.heldByte = -1;
    this.pendingCommand = -1;
    this.startSelfTest();
  }

  saveState(): KeyboardState {
    const { answers, scanCodes, lastSent, pendingCommand, receivedByte, heldByte } = this;
    const { isScanning, scanSet, leds, typematic, typing } = this;
    return {
      ...{ answers: [...answers], scanCodes: [...scanCodes], lastSent, pendingCommand, receivedByte, heldByte },
      ...{ isScanning, scanSet, leds, typematic, typing: [...typing] },
      answerCycle: dueCycleOf(this.answerAlarm),
      selfTestCycle: dueCycleOf(this.selfTestAlarm),
      typingCycle: dueCycleOf(this.typingAlarm),
    };
  }

  restoreState(state: KeyboardState): void {
    const { answerCycle, selfTestCycle, typingCycle, answers, scanCodes, typing, ...scalars } = state;
    Object.assign(this, scalars);
    this.answers = [...answers];
    this.scanCodes = [...scanCodes];
    this.typing = [...typing];
    restoreDueCycle(this.answerAlarm, answerCycle);
    restoreDueCycle(this.selfTestAlarm, selfTestCycle);
    restoreDueCycle(this.typingAlarm, typingCycle);
  }

  // ---- inside ----

  private answer(): void {
    const value = this.receivedByte;
    // A command byte instead of a parameter ends the command that waited for one.
    if (this.pendingCommand >= 0 && value < COMMAND_SET_LEDS) this.takeParameter(value);
    else this.execute(value);
    this.onByteReady();
  }

  private execute(command: number): void {
    this.pendingCommand = -1;
    if (command >= COMMAND_SET_KEYS_FIRST && command <= COMMAND_SET_KEYS_LAST) {
      this.answers.push(ANSWER_ACK);
      return;
    }
    switch (command) {
      case COMMAND_SET_LEDS:
      case COMMAND_SCAN_SET:
      case COMMAND_TYPEMATIC:
        this.pendingCommand = command;
        this.answers.push(ANSWER_ACK);
        break;
      case COMMAND_ECHO:
        this.answers.push(COMMAND_ECHO);
        break;
      case COMMAND_READ_ID:
        this.answers.push(ANSWER_ACK, ...ID);
        break;
      case COMMAND_ENABLE:
        this.scanCodes = [];
        this.isScanning = true;
        this.answers.push(ANSWER_ACK);
        break;
      case COMMAND_DEFAULT_DISABLE:
        this.setDefaults();
        this.isScanning = false;
        this.answers.push(ANSWER_ACK);
        break;
      case COMMAND_SET_DEFAULT:
        this.setDefaults();
        this.answers.push(ANSWER_ACK);
        break;
      case COMMAND_RESEND:
        this.answers.push(this.lastSent);
        break;
      case COMMAND_RESET:
        this.startSelfTest();
        this.answers.push(ANSWER_ACK);
        break;
      default:
        this.answers.push(ANSWER_RESEND);
    }
  }

  private takeParameter(value: number): void {
    const command = this.pendingCommand;
    this.pendingCommand = -1;
    this.answers.push(ANSWER_ACK);
    if (command === COMMAND_SET_LEDS) this.leds = value;
    else if (command === COMMAND_TYPEMATIC) this.typematic = value;
    else if (value === 0) this.answers.push(this.scanSet);
    else if (value === 1 || value === 2) this.scanSet = value;
  }

  private startSelfTest(): void {
    this.setDefaults();
    this.isScanning = true;
    this.selfTestAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.batNs));
  }

  private endSelfTest(): void {
    this.answers.push(ANSWER_BAT_OK);
    this.onByteReady();
    if (this.heldByte < 0) return;
    this.receivedByte = this.heldByte;
    this.heldByte = -1;
    this.answerAlarm.scheduleAfter(this.clock.cyclesFromNs(this.config.answerNs));
  }

  private setDefaults(): void {
    this.scanCodes = [];
    this.scanSet = 2;
    this.leds = 0;
    this.typematic = DEFAULT_TYPEMATIC;
  }

  private bufferScanCode(code: number): void {
    if (this.scanCodes.length < BUFFER_BYTES) this.scanCodes.push(code);
    else this.scanCodes[BUFFER_BYTES - 1] = this.scanSet === 1 ? OVERRUN_SET_1 : OVERRUN;
  }

  private scheduleTyping(): void {
    if (this.typing.length > 0) this.typingAlarm.scheduleAfter(this.typing[0].waitCycles);
  }

  private typeNext(): void {
    const { key, isDown } = this.typing.shift()!;
    this.moveKey(key, isDown);
    this.scheduleTyping();
  }
}
