// An AT/PS/2 keyboard at the end of its line: self-test, commands, scan sets 1 to 3, typematic repeat, keys pressed by a script.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboards". Left out: Print Screen, Pause, parity errors; lamps are a number.
import type { Alarm, Clock } from '../clock';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { KeyName } from './keyboard-keys';
import { BREAK_PREFIX, codesOfKey } from './keyboard-keys';
import type { KeyType } from './keyboard-set-3';
import { defaultKeyType, isSet3Code, set3CodeOf } from './keyboard-set-3';
import type { TypematicState } from './keyboard-typematic';
import { Typematic } from './keyboard-typematic';
import type { Ps2Device } from './ps2-channel';

const COMMAND_SET_LEDS = 0xed;
const COMMAND_ECHO = 0xee;
const COMMAND_SCAN_SET = 0xf0;
const COMMAND_READ_ID = 0xf2;
const COMMAND_TYPEMATIC = 0xf3;
const COMMAND_ENABLE = 0xf4;
const COMMAND_DEFAULT_DISABLE = 0xf5;
const COMMAND_SET_DEFAULT = 0xf6;
const COMMAND_RESEND = 0xfe;
const COMMAND_RESET = 0xff;

/** What F7h-FAh make of all keys, and FBh-FDh of keys named behind them. Concerns scan set 3 alone. */
const TYPE_OF_ALL: Readonly<Record<number, KeyType>> = {
  0xf7: 'typematic',
  0xf8: 'make-break',
  0xf9: 'make',
  0xfa: 'typematic-make-break',
};
const TYPE_OF_ONE: Readonly<Record<number, KeyType>> = { 0xfb: 'typematic', 0xfc: 'make-break', 0xfd: 'make' };

const ANSWER_ACK = 0xfa;
const ANSWER_RESEND = 0xfe;
const ANSWER_BAT_OK = 0xaa;
const ID = [0xab, 0x83];

const BUFFER_BYTES = 16;
const OVERRUN = 0x00; // sets 2 and 3; FFh in set 1
const OVERRUN_SET_1 = 0xff;

/** How a key's movements are told: see F0h. */
export type ScanSet = 1 | 2 | 3;

/** State of the keyboard. */
export interface KeyboardState {
  readonly answers: readonly number[];
  readonly scanCodes: readonly number[];
  readonly lastSent: number;
  readonly pendingCommand: number;
  readonly receivedByte: number;
  readonly heldByte: number;
  readonly isScanning: boolean;
  readonly scanSet: ScanSet;
  /** Keys of set 3 that are not as after power-on: all, then single ones by code. */
  readonly typeOfAll: KeyType | null;
  readonly typeOfOne: readonly (readonly [code: number, type: KeyType])[];
  readonly leds: number;
  readonly typematic: TypematicState;
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
  private scanSet: ScanSet = 2;
  private typeOfAll: KeyType | null = null;
  private readonly typeOfOne = new Map<number, KeyType>();
  private leds = 0;
  private readonly typematic: Typematic;
  private typing: TypedKey[] = [];
  private readonly answerAlarm: Alarm;
  private readonly selfTestAlarm: Alarm;
  private readonly typingAlarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly config: KeyboardConfig,
    private readonly onByteReady: () => void,
  ) {
    this.typematic = new Typematic(clock, (key) => this.repeatKey(key));
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

  /** Moves one key now; held, it repeats. Without effect while scanning is disabled or the self-test runs. */
  moveKey(key: KeyName, isDown: boolean): void {
    if (!isDown) this.typematic.release(key);
    if (!this.isScanning || this.isTesting) return;
    for (const code of this.codesOf(key, isDown)) this.bufferScanCode(code);
    if (isDown) {
      if (this.typeOf(key).startsWith('typematic')) this.typematic.press(key);
      else this.typematic.stop();
    }
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
    const { isScanning, scanSet, typeOfAll, leds, typing } = this;
    return {
      ...{ answers: [...answers], scanCodes: [...scanCodes], lastSent, pendingCommand, receivedByte, heldByte },
      ...{ isScanning, scanSet, typeOfAll, typeOfOne: [...this.typeOfOne], leds, typing: [...typing] },
      typematic: this.typematic.saveState(),
      answerCycle: dueCycleOf(this.answerAlarm),
      selfTestCycle: dueCycleOf(this.selfTestAlarm),
      typingCycle: dueCycleOf(this.typingAlarm),
    };
  }

  restoreState(state: KeyboardState): void {
    const { answerCycle, selfTestCycle, typingCycle, answers, scanCodes, typing, ...rest } = state;
    const { typematic, typeOfOne, ...scalars } = rest;
    Object.assign(this, scalars);
    this.typematic.restoreState(typematic);
    this.typeOfOne.clear();
    for (const [code, type] of typeOfOne) this.typeOfOne.set(code, type);
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
    if (command in TYPE_OF_ALL || command in TYPE_OF_ONE) {
      this.startSettingTypes(command);
      return;
    }
    switch (command) {
      case COMMAND_SCAN_SET:
        this.forgetKeys();
        this.pendingCommand = command;
        this.answers.push(ANSWER_ACK);
        break;
      case COMMAND_SET_LEDS:
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
        this.forgetKeys();
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

  private startSettingTypes(command: number): void {
    this.forgetKeys();
    this.answers.push(ANSWER_ACK);
    if (command in TYPE_OF_ALL) {
      this.typeOfAll = TYPE_OF_ALL[command];
      this.typeOfOne.clear();
    } else {
      this.pendingCommand = command; // keys follow, until a command does
    }
  }

  private takeParameter(value: number): void {
    const command = this.pendingCommand;
    if (!this.isParameter(command, value)) {
      this.answers.push(ANSWER_RESEND);
      return;
    }
    this.answers.push(ANSWER_ACK);
    if (command in TYPE_OF_ONE) {
      this.typeOfOne.set(value, TYPE_OF_ONE[command]);
      return;
    }
    this.pendingCommand = -1;
    if (command === COMMAND_SET_LEDS) this.leds = value;
    else if (command === COMMAND_TYPEMATIC) this.typematic.setRate(value);
    else if (value === 0) this.answers.push(this.scanSet);
    else this.scanSet = value as ScanSet;
  }

  private isParameter(command: number, value: number): boolean {
    if (command === COMMAND_SCAN_SET) return value <= 3;
    return !(command in TYPE_OF_ONE) || isSet3Code(value);
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
    this.forgetKeys();
    this.scanSet = 2;
    this.typeOfAll = null;
    this.typeOfOne.clear();
    this.leds = 0;
    this.typematic.setRate();
  }

  /** Empties the buffer and ends the repeat, as most commands do. */
  private forgetKeys(): void {
    this.scanCodes = [];
    this.typematic.stop();
  }

  private codesOf(key: KeyName, isDown: boolean): readonly number[] {
    if (this.scanSet !== 3) return codesOfKey(key, isDown, this.scanSet);
    if (isDown) return [set3CodeOf(key)];
    return this.typeOf(key).endsWith('make-break') ? [BREAK_PREFIX, set3CodeOf(key)] : [];
  }

  /** Every key offered repeats and tells its release in sets 1 and 2. */
  private typeOf(key: KeyName): KeyType {
    if (this.scanSet !== 3) return 'typematic-make-break';
    return this.typeOfOne.get(set3CodeOf(key)) ?? this.typeOfAll ?? defaultKeyType(key);
  }

  /** Only while the buffer is empty: a key held while the line is inhibited must not fill it. */
  private repeatKey(key: KeyName): void {
    if (this.scanCodes.length > 0) return;
    for (const code of this.codesOf(key, true)) this.bufferScanCode(code);
    this.onByteReady();
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
