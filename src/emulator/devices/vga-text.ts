// VGA: all standard registers with their bits, video memory, and what a text mode shows. After the IBM PS/2 Hardware
// Interface Technical Reference, Video Subsystems (1992). Claim 3B4-3B5, 3BA, 3C0-3CF, 3D4-3D5, 3DA with width 1.
// Leaves out: drawing of graphics modes, fonts, line compare, panning, the vertical interrupt, monitor sense (3C2h bit 4).
import type { PortDevice } from '../bus';
import type { Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';
import { CODE_PAGE_437 } from './code-page-437';
import type { VgaRegisters } from './vga-registers';
import * as vga from './vga-registers';
import { copyVgaRegisters, createVgaRegisters } from './vga-registers';
import { beamState, frameTiming } from './vga-retrace';
import { VgaVideoMemory } from './vga-video-memory';

const ATTRIBUTE_ADDRESS = 0x3c0; // address and data, by the flip-flop
const ATTRIBUTE_READ = 0x3c1;
const MISC_OUTPUT_WRITE = 0x3c2; // read: input status 0
const VIDEO_ENABLE = 0x3c3;
const SEQUENCER_ADDRESS = 0x3c4;
const SEQUENCER_DATA = 0x3c5;
const DAC_MASK = 0x3c6;
const DAC_READ_ADDRESS = 0x3c7; // read: DAC state
const DAC_WRITE_ADDRESS = 0x3c8;
const DAC_DATA = 0x3c9;
const FEATURE_CONTROL_READ = 0x3ca;
const MISC_OUTPUT_READ = 0x3cc;
const GRAPHICS_ADDRESS = 0x3ce;
const GRAPHICS_DATA = 0x3cf;
const CRTC_ADDRESS = 0x3d4;
const CRTC_DATA = 0x3d5;
const INPUT_STATUS_1 = 0x3da; // write: feature control

const STATUS_DISPLAY_DISABLED = 0x01;
const STATUS_VERTICAL_RETRACE = 0x08;

const OPEN_PORT = 0xff;

/** What a text mode shows at one instant. */
export interface TextScreen {
  readonly columns: number;
  readonly rows: number;
  /** One string of `columns` characters per row (code page 437 as Unicode). */
  readonly lines: readonly string[];
  /** Character codes and attribute bytes, row by row. */
  readonly codes: Uint8Array;
  readonly attributes: Uint8Array;
  /** Null when it is off or outside the screen. Scan lines of the character cell, first and last. */
  readonly cursor: {
    readonly column: number;
    readonly row: number;
    readonly first: number;
    readonly last: number;
  } | null;
  /** Nothing is shown: screen off, or the palette is being changed. */
  readonly isBlanked: boolean;
}

/** The display adapter. Its memory window is `memory`, to be mapped at A0000h-BFFFFh. */
export class VgaText implements PortDevice, Resettable {
  private registers = createVgaRegisters();
  readonly memory: VgaVideoMemory;
  private registerWrites = 0;

  /**
   * @param videoBytes the linear memory that holds the four planes
   * @param videoOffset where plane 0 begins: MachineMemory.videoOffset
   */
  constructor(
    private readonly clock: Clock,
    private readonly noteUnstable: (cycle: number) => void,
    videoBytes: Uint8Array,
    videoOffset: number,
  ) {
    this.memory = new VgaVideoMemory(videoBytes, videoOffset, this.registers);
  }

  /** Grows whenever the picture may have changed. */
  get changeCount(): number {
    return this.registerWrites + this.memory.writeCount;
  }

  // ---- ports ----

  readPort(port: number): number {
    const value = this.peekPort(port);
    const { registers } = this;
    const { nowCycles } = this.clock;
    if (port === DAC_DATA) {
      this.advanceDac();
      this.noteUnstable(nowCycles);
    } else if (this.decode(port) === INPUT_STATUS_1) {
      this.noteUnstable(registers.isAttributeData ? nowCycles : beamState(this.clock, registers).nextChangeCycle);
      registers.isAttributeData = false;
    }
    return value;
  }

  peekPort(port: number): number {
    const { registers } = this;
    switch (this.decode(port)) {
      case ATTRIBUTE_ADDRESS:
        return registers.attributeIndex;
      case ATTRIBUTE_READ:
        return registers.attribute[registers.attributeIndex & 0x1f] ?? 0;
      case MISC_OUTPUT_WRITE:
        return 0; // input status 0: no interrupt, sense line not modelled
      case VIDEO_ENABLE:
        return registers.isEnabled;
      case SEQUENCER_ADDRESS:
        return registers.sequencerIndex;
      case SEQUENCER_DATA:
        return registers.sequencer[registers.sequencerIndex] ?? 0;
      case DAC_MASK:
        return registers.dacMask;
      case DAC_READ_ADDRESS:
        return registers.dacState;
      case DAC_WRITE_ADDRESS:
        return registers.dacIndex;
      case DAC_DATA:
        return registers.palette[3 * registers.dacIndex + registers.dacComponent];
      case FEATURE_CONTROL_READ:
        return registers.featureControl;
      case MISC_OUTPUT_READ:
        return registers.miscOutput;
      case GRAPHICS_ADDRESS:
        return registers.graphicsIndex;
      case GRAPHICS_DATA:
        return registers.graphics[registers.graphicsIndex] ?? 0;
      case CRTC_ADDRESS:
        return registers.crtcIndex;
      case CRTC_DATA:
        return registers.crtc[registers.crtcIndex] ?? 0;
      case INPUT_STATUS_1: {
        const { isDisplaying, isVerticalRetrace } = beamState(this.clock, registers);
        return (isDisplaying ? 0 : STATUS_DISPLAY_DISABLED) | (isVerticalRetrace ? STATUS_VERTICAL_RETRACE : 0);
      }
      default:
        return OPEN_PORT;
    }
  }

  writePort(port: number, _sizeBytes: number, value: number): void {
    this.writeRegister(port, value);
    this.registerWrites++;
    this.memory.applyRegisters(this.registers);
  }

  // ---- the picture ----

  /** The text on the screen, or null in a graphics mode. Changes nothing. */
  textScreen(): TextScreen | null {
    const { crtc, graphics, sequencer, attributeIndex } = this.registers;
    if (graphics[vga.GC_MISCELLANEOUS] & vga.MISCELLANEOUS_GRAPHICS) return null;
    const { displayCharacters: columns, displayLines } = frameTiming(this.registers);
    const scanLine = crtc[vga.CRTC_MAXIMUM_SCAN_LINE];
    const cellLines = ((scanLine & 0x1f) + 1) * (scanLine & vga.DOUBLE_SCAN ? 2 : 1);
    const rows = Math.max(1, Math.floor(displayLines / cellLines));
    const start = (crtc[vga.CRTC_START_HIGH] << 8) | crtc[vga.CRTC_START_LOW];
    const pitch = 2 * crtc[vga.CRTC_OFFSET];
    const addressShift = crtc[vga.CRTC_MODE_CONTROL] & vga.MODE_CONTROL_BYTE ? 0 : 1;

    const codes = new Uint8Array(rows * columns);
    const attributes = new Uint8Array(rows * columns);
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const offset = (start + row * pitch + column) << addressShift;
        const code = this.memory.planeByte(0, offset);
        codes[row * columns + column] = code;
        attributes[row * columns + column] = this.memory.planeByte(1, offset);
        line += CODE_PAGE_437[code];
      }
      lines.push(line);
    }
    const isBlanked =
      (sequencer[vga.SEQ_CLOCKING_MODE] & vga.CLOCKING_SCREEN_OFF) !== 0 || !(attributeIndex & vga.ATTRIBUTE_PAS);
    return { columns, rows, lines, codes, attributes, cursor: this.cursorAt(start, pitch, columns, rows), isBlanked };
  }

  private cursorAt(start: number, pitch: number, columns: number, rows: number): TextScreen['cursor'] {
    const { crtc } = this.registers;
    const first = crtc[vga.CRTC_CURSOR_START] & 0x1f;
    const last = crtc[vga.CRTC_CURSOR_END] & 0x1f;
    const cell = ((crtc[vga.CRTC_CURSOR_HIGH] << 8) | crtc[vga.CRTC_CURSOR_LOW]) - start;
    if (crtc[vga.CRTC_CURSOR_START] & vga.CURSOR_OFF || first > last || cell < 0 || pitch === 0) return null;
    const row = Math.floor(cell / pitch);
    const column = cell % pitch;
    return row < rows && column < columns ? { column, row, first, last } : null;
  }

  // ---- reset and snapshot ----

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.replaceRegisters(createVgaRegisters());
  }

  /** Registers and latches; the planes are in the linear memory. */
  saveState(): VgaRegisters {
    return copyVgaRegisters(this.registers);
  }

  restoreState(registers: VgaRegisters): void {
    this.replaceRegisters(copyVgaRegisters(registers));
  }

  private replaceRegisters(registers: VgaRegisters): void {
    this.registers = registers;
    this.registerWrites++;
    this.memory.applyRegisters(registers);
  }

  // ---- registers ----

  /** Maps 3B4h, 3B5h and 3BAh to their colour twins; of the two sets only the one that IOAS selects answers. */
  private decode(port: number): number {
    const isMono = port >= 0x3b0 && port <= 0x3bf;
    const isColor = port >= 0x3d0;
    if (!isMono && !isColor) return port;
    const isSelected = isColor === ((this.registers.miscOutput & vga.MISC_IOAS) !== 0);
    return isSelected ? 0x3d0 | (port & 0x0f) : -1;
  }

  private writeRegister(port: number, value: number): void {
    const { registers } = this;
    switch (this.decode(port)) {
      case ATTRIBUTE_ADDRESS:
        return this.writeAttribute(value);
      case MISC_OUTPUT_WRITE:
        registers.miscOutput = value & 0xef;
        break;
      case VIDEO_ENABLE:
        registers.isEnabled = value & 0x01;
        break;
      case SEQUENCER_ADDRESS:
        registers.sequencerIndex = value & 0x07;
        break;
      case SEQUENCER_DATA:
        writeMasked(registers.sequencer, registers.sequencerIndex, value, vga.SEQUENCER_MASKS);
        break;
      case DAC_MASK:
        registers.dacMask = value;
        break;
      case DAC_READ_ADDRESS:
        Object.assign(registers, { dacIndex: value, dacComponent: 0, dacState: 3 });
        break;
      case DAC_WRITE_ADDRESS:
        Object.assign(registers, { dacIndex: value, dacComponent: 0, dacState: 0 });
        break;
      case DAC_DATA:
        registers.palette[3 * registers.dacIndex + registers.dacComponent] = value & 0x3f;
        this.advanceDac();
        break;
      case GRAPHICS_ADDRESS:
        registers.graphicsIndex = value & 0x0f;
        break;
      case GRAPHICS_DATA:
        writeMasked(registers.graphics, registers.graphicsIndex, value, vga.GRAPHICS_MASKS);
        break;
      case CRTC_ADDRESS:
        registers.crtcIndex = value & 0x3f;
        break;
      case CRTC_DATA:
        return this.writeCrtc(registers.crtcIndex, value);
      case INPUT_STATUS_1:
        registers.featureControl = value & 0x0b;
        break;
    }
  }

  private writeAttribute(value: number): void {
    const { registers } = this;
    if (registers.isAttributeData) {
      writeMasked(registers.attribute, registers.attributeIndex & 0x1f, value, vga.ATTRIBUTE_MASKS);
    } else {
      registers.attributeIndex = value & 0x3f;
    }
    registers.isAttributeData = !registers.isAttributeData;
  }

  private writeCrtc(index: number, value: number): void {
    const { crtc } = this.registers;
    const isProtected = (crtc[vga.CRTC_RETRACE_END] & vga.RETRACE_END_PROTECT) !== 0;
    if (index >= vga.CRTC_REGISTERS) return;
    if (!isProtected || index > vga.CRTC_OVERFLOW) {
      crtc[index] = value;
    } else if (index === vga.CRTC_OVERFLOW) {
      crtc[index] = (crtc[index] & ~vga.OVERFLOW_LINE_COMPARE) | (value & vga.OVERFLOW_LINE_COMPARE);
    }
  }

  private advanceDac(): void {
    const { registers } = this;
    registers.dacComponent = (registers.dacComponent + 1) % 3;
    if (registers.dacComponent === 0) registers.dacIndex = (registers.dacIndex + 1) & 0xff;
  }
}

function writeMasked(registers: number[], index: number, value: number, masks: readonly number[]): void {
  if (index < registers.length) registers[index] = value & masks[index];
}
