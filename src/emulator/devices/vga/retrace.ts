// Where the beam of a VGA is: display enable and vertical retrace from the CRTC's timing registers and the dot clock.
// After the IBM PS/2 Video Subsystems reference, "CRT Controller". The frame's phase is counted from cycle 0.
// Leaves out: skews, interlace, scan lines divided by two, a sequencer held in reset.
import type { Clock } from '../../clock';
import type { VgaRegisters } from './registers';
import * as vga from './registers';

const DOT_CLOCK_25_HZ = 25_175_000;
const DOT_CLOCK_28_HZ = 28_322_000;

/** What input status 1 tells of the beam. */
interface BeamState {
  /** Neither the horizontal nor the vertical blanking interval. */
  readonly isDisplaying: boolean;
  readonly isVerticalRetrace: boolean;
  /** The first cycle at which one of the two may change. */
  readonly nextChangeCycle: number;
}

/** Lengths of a line and a frame, in character clocks and lines. */
export interface FrameTiming {
  /** Character clocks per second, rounded to a whole number (28.322 MHz / 9 is none). */
  readonly characterHz: number;
  readonly lineCharacters: number;
  readonly displayCharacters: number;
  readonly frameLines: number;
  readonly displayLines: number;
  readonly retraceStartLine: number;
  readonly retraceLines: number;
}

/** Reads the timing out of the registers. */
export function frameTiming({ miscOutput, sequencer, crtc }: VgaRegisters): FrameTiming {
  const overflow = crtc[vga.CRTC_OVERFLOW];
  const withOverflow = (low: number, bit8: number, bit9: number) =>
    low | (((overflow >>> bit8) & 1) << 8) | (((overflow >>> bit9) & 1) << 9);
  const clocking = sequencer[vga.SEQ_CLOCKING_MODE];
  const is28 = (miscOutput & vga.MISC_CLOCK_SELECT) === vga.MISC_28_MHZ;
  const dotHz = (is28 ? DOT_CLOCK_28_HZ : DOT_CLOCK_25_HZ) / (clocking & vga.CLOCKING_HALF_DOT_CLOCK ? 2 : 1);
  const retraceStart = withOverflow(crtc[vga.CRTC_RETRACE_START], 2, 7);
  const linesFactor = crtc[vga.CRTC_MODE_CONTROL] & vga.MODE_CONTROL_LINES_BY_2 ? 2 : 1;
  return {
    characterHz: Math.round(dotHz / (clocking & vga.CLOCKING_8_DOTS ? 8 : 9)),
    lineCharacters: crtc[vga.CRTC_HORIZONTAL_TOTAL] + 5,
    displayCharacters: crtc[vga.CRTC_HORIZONTAL_DISPLAY_END] + 1,
    frameLines: (withOverflow(crtc[vga.CRTC_VERTICAL_TOTAL], 0, 5) + 2) * linesFactor,
    displayLines: (withOverflow(crtc[vga.CRTC_DISPLAY_END], 1, 6) + 1) * linesFactor,
    retraceStartLine: retraceStart * linesFactor,
    // Retrace ends at the line whose low four bits are those of the end register.
    retraceLines: ((crtc[vga.CRTC_RETRACE_END] - retraceStart) & 0x0f || 16) * linesFactor,
  };
}

/** Whole frames since cycle 0, at the frame rate now set: what cursor and blinking text count. */
export function frameNumber(clock: Clock, registers: VgaRegisters): number {
  const { characterHz, lineCharacters, frameLines } = frameTiming(registers);
  return Math.floor(clock.periodsFromCycles(clock.nowCycles, characterHz) / (lineCharacters * frameLines));
}

/** Where the beam is now. */
export function beamState(clock: Clock, registers: VgaRegisters): BeamState {
  const timing = frameTiming(registers);
  const { characterHz, lineCharacters, displayCharacters, frameLines, displayLines } = timing;
  const frameCharacters = frameLines * lineCharacters;
  const now = clock.periodsFromCycles(clock.nowCycles, characterHz);
  const position = now % frameCharacters;
  const line = Math.floor(position / lineCharacters);
  const character = position % lineCharacters;
  const retraceLine = (line - timing.retraceStartLine + frameLines) % frameLines;

  const lineStart = position - character;
  const retraceStart = timing.retraceStartLine * lineCharacters;
  const retraceEnd = retraceStart + timing.retraceLines * lineCharacters;
  const changes = [retraceStart, retraceEnd, retraceEnd - frameCharacters, frameCharacters];
  if (line < displayLines) changes.push(lineStart + displayCharacters, lineStart + lineCharacters);
  const next = Math.min(...changes.filter((change) => change > position));
  return {
    isDisplaying: line < displayLines && character < displayCharacters,
    isVerticalRetrace: timing.retraceStartLine < frameLines && retraceLine < timing.retraceLines,
    nextChangeCycle: clock.cyclesFromPeriods(now - position + next, characterHz),
  };
}
