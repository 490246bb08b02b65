// What a 16550A remembers: plain JSON, so that a snapshot is a copy.

/** A character on its way in. */
export interface ReceivedCharacter {
  data: number;
  /** LSR_PE, LSR_FE, LSR_BI. */
  errors: number;
}

/** Everything the chip remembers, plain JSON. */
export interface Uart16550State {
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scr: number;
  divisor: number;
  modemInputs: number;
  msrDelta: number;
  receiveFifo: ReceivedCharacter[];
  lastReceived: number;
  hasOverrun: boolean;
  isTimeoutPending: boolean;
  transmitFifo: number[];
  shiftRegister: number | null;
  shiftEndPeriod: number;
  isThrEmpty: boolean;
  isThrInterruptPending: boolean;
  /** Two bytes at once in the transmit FIFO since THRE was last set. */
  hadTwoBytes: boolean;
  /** FCR bit 0 has changed since THRE was last set: the next one is not delayed. */
  isNextThreImmediate: boolean;
  lineInput: ReceivedCharacter[];
  lineEndPeriod: number;
  transmitDue: number | null;
  thrEmptyDue: number | null;
  receiveDue: number | null;
  timeoutDue: number | null;
}

/** Registers after master reset (PC16550D table I); what reset leaves undefined is zero. */
export function createPowerOnState(modemInputs: number): Uart16550State {
  return {
    ier: 0,
    fcr: 0,
    lcr: 0,
    mcr: 0,
    scr: 0,
    divisor: 0,
    modemInputs,
    msrDelta: 0,
    receiveFifo: [],
    lastReceived: 0,
    hasOverrun: false,
    isTimeoutPending: false,
    transmitFifo: [],
    shiftRegister: null,
    shiftEndPeriod: 0,
    isThrEmpty: true,
    isThrInterruptPending: false,
    hadTwoBytes: false,
    isNextThreImmediate: false,
    lineInput: [],
    lineEndPeriod: 0,
    transmitDue: null,
    thrEmptyDue: null,
    receiveDue: null,
    timeoutDue: null,
  };
}

/** A copy that shares nothing with the original. */
export function copyState(state: Uart16550State): Uart16550State {
  return {
    ...state,
    receiveFifo: state.receiveFifo.map((entry) => ({ ...entry })),
    transmitFifo: [...state.transmitFifo],
    lineInput: state.lineInput.map((entry) => ({ ...entry })),
  };
}
