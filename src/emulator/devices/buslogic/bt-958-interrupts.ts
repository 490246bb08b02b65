// The INTERRUPT register of a MultiMaster: one cause at a time, until the host resets it; others wait for their turn.
// So an incoming mailbox never hides the end of a command, and the other way round (Linux, drivers/scsi/BusLogic.c).
import type { InterruptLine } from '../../irq';
import { COMMAND_COMPLETE, INTERRUPT_VALID, MAIL_IN_LOADED, MAIL_OUT_AVAILABLE } from './bt-958-registers';

/** Causes by rank, where several wait. */
const CAUSES = [COMMAND_COMPLETE, MAIL_IN_LOADED, MAIL_OUT_AVAILABLE];

/** What the register shows, what waits, and DISABLE INTERRUPT's switch; plain JSON. */
export interface InterruptState {
  shownCause: number;
  waitingCauses: number;
  isEnabled: boolean;
}

/** The register and the line behind it. */
export class Bt958Interrupts {
  private state = createState();

  constructor(private readonly line: InterruptLine) {}

  /** What the host reads. */
  get register(): number {
    const { shownCause } = this.state;
    return shownCause ? INTERRUPT_VALID | shownCause : 0;
  }

  set isEnabled(isEnabled: boolean) {
    this.state.isEnabled = isEnabled;
    this.drive();
  }

  post(cause: number): void {
    const { state } = this;
    if (state.shownCause === 0 || state.shownCause === cause) state.shownCause = cause;
    else state.waitingCauses |= cause;
    this.drive();
  }

  /** INTERRUPT RESET: the line falls, and rises again where a cause waits. */
  acknowledge(): void {
    const { state } = this;
    state.shownCause = 0;
    this.drive();
    const next = CAUSES.find((cause) => state.waitingCauses & cause);
    if (next === undefined) return;
    state.waitingCauses &= ~next;
    this.post(next);
  }

  /** A reset: nothing shown, nothing waiting. The line follows when `drive` is called. */
  clear(): void {
    this.state = createState();
  }

  /** Brings the line to where the register says. */
  drive(): void {
    if (this.state.shownCause !== 0 && this.state.isEnabled) this.line.raise();
    else this.line.lower();
  }

  saveState(): InterruptState {
    return { ...this.state };
  }

  restoreState(state: InterruptState): void {
    this.state = { ...state };
    this.drive();
  }
}

function createState(): InterruptState {
  return { shownCause: 0, waitingCauses: 0, isEnabled: true };
}
