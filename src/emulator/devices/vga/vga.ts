// VGA: all standard registers with their bits, video memory, and the Bochs interface beside them. After the IBM PS/2 Hardware
// Interface Technical Reference, Video Subsystems (1992). Claim 3B4-3B5, 3BA, 3C0-3CF, 3D4-3D5, 3DA with width 1.
// Leaves out: the vertical interrupt, monitor sense (3C2h bit 4).
import type { PortDevice } from '../../bus';
import type { Clock } from '../../clock';
import type { ResetKind, Resettable } from '../../reset';
import type { DispiState } from './dispi';
import { VgaDispi } from './dispi';
import type { VgaPicture } from './picture';
import { drawPicture } from './picture';
import type { VgaRegisters } from './registers';
import * as vga from './registers';
import { copyVgaRegisters, createVgaRegisters } from './registers';
import { beamState, frameNumber } from './retrace';
import type { TextScreen } from './text-screen';
import { readTextScreen } from './text-screen';
import { NO_BANK, VgaVideoMemory } from './video-memory';

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

/** Registers and latches; the memory's bytes are kept elsewhere. */
export interface VgaState {
  registers: VgaRegisters;
  dispi: DispiState;
}

/** The display adapter. Its memory window is `memory`, to be mapped at A0000h-BFFFFh. */
export class Vga implements PortDevice, Resettable {
  private registers = createVgaRegisters();
  readonly memory: VgaVideoMemory;
  /** The Bochs interface, with ports of its own. */
  readonly dispi: VgaDispi;
  private registerWrites = 0;

  /** @param videoBytes the adapter's memory, within the machine's */
  constructor(
    private readonly clock: Clock,
    private readonly noteUnstable: (cycle: number) => void,
    videoBytes: Uint8Array,
  ) {
    this.memory = new VgaVideoMemory(videoBytes, this.registers);
    this.dispi = new VgaDispi(
      {
        changed: () => this.registersChanged(),
        clear: (sizeBytes) => videoBytes.fill(0, 0, sizeBytes),
      },
      videoBytes.length,
    );
  }

  /**
   * Grows whenever the picture may have changed, but for what blinks and for a linear frame buffer, whose writes do not come
   * by here: while `hasFrameBuffer`, look at every frame.
   */
  get changeCount(): number {
    return this.registerWrites + this.memory.writeCount;
  }

  /** A mode of the Bochs interface is on. */
  get hasFrameBuffer(): boolean {
    return this.dispi.mode !== null;
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
    this.registersChanged();
  }

  // ---- the picture ----

  /** The text on the screen, or null in a graphics mode. Changes nothing. */
  textScreen(): TextScreen | null {
    return this.dispi.mode ? null : readTextScreen(this.registers, this.memory.bytes);
  }

  /** The picture on the screen, in any mode. Changes nothing. */
  picture(): VgaPicture {
    const { registers, dispi } = this;
    return drawPicture({
      registers,
      memory: this.memory.bytes,
      dispiMode: dispi.mode,
      is8BitDac: dispi.is8BitDac,
      frame: frameNumber(this.clock, registers),
    });
  }

  // ---- reset and snapshot ----

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.registers = createVgaRegisters();
    this.dispi.reset();
    this.registersChanged();
  }

  saveState(): VgaState {
    return { registers: copyVgaRegisters(this.registers), dispi: this.dispi.saveState() };
  }

  restoreState({ registers, dispi }: VgaState): void {
    this.registers = copyVgaRegisters(registers);
    this.dispi.restoreState(dispi);
    this.registersChanged();
  }

  private registersChanged(): void {
    const { dispi } = this;
    const { mode } = dispi;
    this.registerWrites++;
    const bank = mode ? { isLinear: mode.bitsPerPixel !== 4, offset: dispi.bankOffset } : NO_BANK;
    this.memory.applyRegisters(this.registers, bank);
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
        registers.palette[3 * registers.dacIndex + registers.dacComponent] =
          value & (this.dispi.is8BitDac ? 0xff : 0x3f);
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
