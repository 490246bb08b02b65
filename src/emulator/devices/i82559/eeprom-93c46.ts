// The card's configuration memory: a 93C46, 64 words of 16 bits behind three wires (Atmel AT93C46 data sheet).
// It answers on rising edges of SK while CS is high; contents outlive power.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';

export const EEPROM_WORDS = 64;
const ADDRESS_BITS = 6;
const COMMAND_BITS = 2 + ADDRESS_BITS;
const ERASED = 0xffff;

const OPCODE_WRITE = 1;
const OPCODE_READ = 2;
const OPCODE_ERASE = 3;
// With opcode 0 the two upper address bits tell: 00 EWDS, 01 WRAL, 10 ERAL, 11 EWEN.
const [EWDS, WRAL, ERAL, EWEN] = [0, 1, 2, 3];

type EepromPhase = 'start' | 'command' | 'data' | 'output' | 'done';

export interface EepromState {
  words: number[];
  cs: boolean;
  sk: boolean;
  phase: EepromPhase;
  shift: number;
  bits: number;
  command: number;
  dataOut: boolean;
  isWriteEnabled: boolean;
  programmingDue: number | null;
}

export class Eeprom93c46 {
  private readonly words: Uint16Array;
  private cs = false;
  private sk = false;
  private phase: EepromPhase = 'start';
  /** What came in since the phase began, and how many bits; in 'output' what is still to go out. */
  private shift = 0;
  private bits = 0;
  private command = 0;
  /** DO; a resistor holds it high while the chip does not drive it. */
  private dataOut = true;
  private isWriteEnabled = false;
  private readonly programming: Alarm;

  /** @param words contents at delivery @param writeNs self-timed programming cycle */
  constructor(
    private readonly clock: Clock,
    words: readonly number[],
    private readonly writeNs: number,
  ) {
    this.words = Uint16Array.from({ length: EEPROM_WORDS }, (_, i) => words[i] ?? ERASED);
    this.programming = clock.createAlarm(() => {
      if (this.cs && this.phase === 'start') this.dataOut = true;
    });
  }

  /** The level of DO. */
  get output(): boolean {
    return this.dataOut;
  }

  wordAt(address: number): number {
    return this.words[address];
  }

  /** Drives the chip's three inputs. */
  drive(cs: boolean, sk: boolean, di: boolean): void {
    const isSelected = cs && !this.cs;
    const isRising = cs && sk && !this.sk;
    this.cs = cs;
    this.sk = sk;
    if (!cs || isSelected) {
      this.begin('start');
      // Right after selection DO tells whether programming still goes on.
      this.dataOut = !(cs && this.isProgramming);
    }
    if (isRising && !this.isProgramming) this.clockIn(di ? 1 : 0);
  }

  /** Power comes on: writing is locked. */
  reset(): void {
    this.begin('start');
    this.dataOut = true;
    this.isWriteEnabled = false;
    this.programming.cancel();
  }

  saveState(): EepromState {
    const { cs, sk, phase, shift, bits, command, dataOut, isWriteEnabled } = this;
    const words = [...this.words];
    return {
      ...{ words, cs, sk, phase, shift, bits, command, dataOut, isWriteEnabled },
      programmingDue: dueCycleOf(this.programming),
    };
  }

  restoreState({ words, programmingDue, ...rest }: EepromState): void {
    Object.assign(this, rest);
    this.words.set(words);
    restoreDueCycle(this.programming, programmingDue);
  }

  private get isProgramming(): boolean {
    return this.programming.dueCycle !== Infinity;
  }

  private begin(phase: EepromPhase): void {
    this.phase = phase;
    this.shift = 0;
    this.bits = 0;
  }

  private clockIn(bit: number): void {
    switch (this.phase) {
      case 'start':
        this.dataOut = true;
        if (bit === 1) this.begin('command');
        return;
      case 'command':
        this.take(bit);
        if (this.bits === COMMAND_BITS) this.obey(this.shift);
        return;
      case 'data':
        this.take(bit);
        if (this.bits === 16) this.program(this.shift);
        return;
      case 'output':
        this.putOut();
        return;
      case 'done':
        return;
    }
  }

  private take(bit: number): void {
    this.shift = (this.shift << 1) | bit;
    this.bits++;
  }

  private obey(command: number): void {
    this.command = command;
    const extended = (command >> (ADDRESS_BITS - 2)) & 3;
    switch (command >> ADDRESS_BITS) {
      case OPCODE_READ:
        this.begin('output');
        this.dataOut = false; // a zero goes before the data
        return;
      case OPCODE_WRITE:
        return this.begin('data');
      case OPCODE_ERASE:
        return this.program(ERASED);
    }
    if (extended === WRAL) return this.begin('data');
    if (extended === ERAL) return this.program(ERASED);
    if (extended === EWEN) this.isWriteEnabled = true;
    if (extended === EWDS) this.isWriteEnabled = false;
    this.begin('done');
  }

  /** Reading goes on with the next word for as long as it is clocked. */
  private putOut(): void {
    const address = (this.command + Math.floor(this.bits / 16)) % EEPROM_WORDS;
    this.dataOut = ((this.words[address] >> (15 - (this.bits % 16))) & 1) === 1;
    this.bits++;
  }

  private program(value: number): void {
    const isAll = this.command >> ADDRESS_BITS === 0;
    this.begin('done');
    if (!this.isWriteEnabled) return;
    if (isAll) this.words.fill(value);
    else this.words[this.command & (EEPROM_WORDS - 1)] = value;
    this.programming.scheduleAfter(this.clock.cyclesFromNs(this.writeNs));
  }
}

/** Words with the last one set so that all add up to BABAh (OSSDM 5; Linux, drivers/net/ethernet/intel/e100.c). */
export function withChecksum(words: readonly number[]): number[] {
  const all = Array.from({ length: EEPROM_WORDS }, (_, i) => words[i] ?? 0);
  const sum = all.slice(0, -1).reduce((total, word) => total + word, 0);
  return [...all.slice(0, -1), (0xbaba - sum) & 0xffff];
}
