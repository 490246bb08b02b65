// BusLogic BT-958, a wide Ultra SCSI host adapter for PCI: registers, command bytes, interrupts, resets (docs/devices/bt-958.md).
// Its own processor shows only in the time it takes. Behind the card, in its own right: the SCSI bus and what hangs on it.
import type { AccessSize, MemoryDevice, PortDevice } from '../../bus';
import type { Alarm, Clock } from '../../clock';
import type { InterruptLine } from '../../irq';
import type { ResetKind, Resettable } from '../../reset';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import type { ScsiBusConfig, ScsiBusState } from '../scsi/scsi-bus';
import { ScsiBus } from '../scsi/scsi-bus';
import type { ScsiTarget } from '../scsi/scsi-target';
import type { AdapterMemory } from './bt-958-ccb';
import type { AdapterSettings } from './bt-958-commands';
import { executeCommand, parameterBytes } from './bt-958-commands';
import type { DeviceInquiryState } from './bt-958-device-inquiry';
import { DeviceInquiry, INQUIRY_TAG } from './bt-958-device-inquiry';
import type { InterruptState } from './bt-958-interrupts';
import { Bt958Interrupts } from './bt-958-interrupts';
import type { MailboxState } from './bt-958-mailboxes';
import { Bt958Mailboxes } from './bt-958-mailboxes';
import * as bt from './bt-958-registers';
import { AUTOSCSI_OFFSET, ISA_PORT_DISABLED, ISA_PORTS, LOCAL_RAM_BYTES, createAutoScsi } from './bt-958-setup';

/** What the card is connected to. */
export interface Bt958Pins {
  readonly clock: Clock;
  readonly noteUnstable: (cycle: number) => void;
  /** INTA#; high means asserted. */
  readonly interrupt: InterruptLine;
  readonly memory: AdapterMemory;
  /** PCICMD bit 2. When it changes, `busMasterChanged` wants to know. */
  readonly isBusMaster: () => boolean;
  /** The configuration space's interrupt line register: the card tells drivers what the firmware wrote there. */
  readonly irq: () => number;
  /** The card answers at ISA-compatible ports from `base` on, or at none. */
  readonly decodeIsaPorts: (base: number | null) => void;
}

/** Figures of the card, all in nanoseconds. */
export interface Bt958Config {
  /** Self-test after power, PCI reset and hard reset; shorter start after a soft reset. */
  readonly diagnosticNs: number;
  readonly softResetNs: number;
  /** Until a byte written is taken, or the next reply byte is there. */
  readonly byteNs: number;
  /** Until a command whose bytes are all there has been carried out. */
  readonly commandNs: number;
  /** From a look at the mailboxes to the SCSI bus. */
  readonly mailboxNs: number;
  readonly bus: ScsiBusConfig;
  /** Period of a synchronous transfer, as INQUIRE SYNCHRONOUS PERIOD tells it. */
  readonly synchronousPeriodNs: number;
  /** IDs, as bits, that the card's BIOS sends START UNIT: a setting in the EEPROM. None unless given. */
  readonly startUnitIds?: number;
}

/**
 * - `diagnosing`: after a reset
 * - `ready`: takes a command
 * - `taking`: a byte just written
 * - `wanting`: waits for the next parameter
 * - `executing`: or asking devices
 * - `replying`: a byte is in DATA IN
 * - `fetching`: the next reply byte
 */
type CommandPhase = 'diagnosing' | 'ready' | 'taking' | 'wanting' | 'executing' | 'replying' | 'fetching';

interface CommandRegisters {
  phase: CommandPhase;
  isInvalid: boolean;
  operation: number;
  parameters: number[];
  /** What is left of the reply, the byte in DATA IN first. */
  reply: number[];
}

/** Everything, plain JSON but for byte arrays. */
export interface Bt958State {
  registers: CommandRegisters;
  settings: AdapterSettings;
  interrupts: InterruptState;
  mailboxes: MailboxState;
  inquiry: DeviceInquiryState;
  bus: ScsiBusState;
  alarm: number | null;
}

const STATUS_OF: Readonly<Record<CommandPhase, number>> = {
  diagnosing: bt.DIAGNOSTIC_ACTIVE,
  ready: bt.ADAPTER_READY,
  taking: bt.COMMAND_PARAMETER_BUSY,
  wanting: 0,
  executing: 0,
  replying: bt.DATA_IN_READY,
  fetching: 0,
};

/** The card. Ports and memory addresses are offsets: 0-3 are the registers. */
export class Bt958 implements PortDevice, MemoryDevice, Resettable {
  private registers = createRegisters();
  private settings: AdapterSettings;
  private readonly alarm: Alarm;
  private readonly interrupts: Bt958Interrupts;
  private readonly bus: ScsiBus;
  private readonly mailboxes: Bt958Mailboxes;
  private readonly inquiry: DeviceInquiry;

  /** @param targets devices by SCSI ID; 7 is the adapter's own */
  constructor(
    private readonly pins: Bt958Pins,
    private readonly config: Bt958Config,
    targets: ReadonlyMap<number, ScsiTarget>,
  ) {
    const { clock, memory, isBusMaster } = pins;
    this.settings = createSettings(config.startUnitIds);
    this.alarm = clock.createAlarm(() => this.goOn());
    this.interrupts = new Bt958Interrupts(pins.interrupt);
    this.bus = new ScsiBus(clock, config.bus, targets, {
      canTransfer: (tag) => tag === INQUIRY_TAG || isBusMaster(),
      dataOut: (tag, sizeBytes) => this.mailboxes.dataOut(tag, sizeBytes),
      dataIn: (tag, bytes) => (tag === INQUIRY_TAG ? this.inquiry.dataIn(bytes) : this.mailboxes.dataIn(tag, bytes)),
      ended: (tag, outcome) => (tag === INQUIRY_TAG ? this.inquiry.ended(outcome) : this.mailboxes.ended(tag, outcome)),
    });
    const interrupt = (cause: number) => this.interrupts.post(cause);
    const mailboxPins = { memory, canReachMemory: isBusMaster, bus: this.bus, interrupt };
    this.mailboxes = new Bt958Mailboxes(clock, mailboxPins, config.mailboxNs);
    this.inquiry = new DeviceInquiry(this.bus, {
      negotiated: (id) => (this.settings.negotiated |= 1 << id),
      done: (reply) => this.startReply(reply),
    });
  }

  readPort(port: number): number {
    const value = this.peekPort(port);
    if (port === bt.DATA_IN && this.registers.phase === 'replying') this.replyByteTaken();
    return value;
  }

  peekPort(port: number): number {
    const { phase, isInvalid, reply } = this.registers;
    switch (port) {
      case bt.STATUS: {
        const isWithoutMailboxes = phase !== 'diagnosing' && !this.mailboxes.place;
        return (
          STATUS_OF[phase] |
          (isInvalid ? bt.COMMAND_INVALID : 0) |
          (isWithoutMailboxes ? bt.INITIALIZATION_REQUIRED : 0)
        );
      }
      case bt.DATA_IN:
        return reply[0] ?? 0;
      case bt.INTERRUPT:
        return this.interrupts.register;
      case bt.GEOMETRY:
        return bt.EXTENDED_TRANSLATION;
      default:
        return 0xff;
    }
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    if (port === bt.CONTROL) this.control(value);
    else if (port === bt.COMMAND_PARAMETER) this.takeByte(value);
  }

  readMemory(offset: number, sizeBytes: AccessSize): number {
    return eachByte(sizeBytes, (i) => this.readPort((offset + i) & 3));
  }

  peekMemory(offset: number, sizeBytes: AccessSize): number {
    return eachByte(sizeBytes, (i) => this.peekPort((offset + i) & 3));
  }

  writeMemory(offset: number, sizeBytes: AccessSize, value: number): void {
    for (let i = 0; i < sizeBytes; i++) this.writePort((offset + i) & 3, 1, (value >>> (8 * i)) & 0xff);
  }

  /** PCICMD bit 2 may have changed: what waited for memory goes on. */
  busMasterChanged(): void {
    if (!this.pins.isBusMaster()) return;
    this.mailboxes.resume();
    this.bus.resume();
  }

  /** A reset of the CPU alone is no business of a card: what it was doing goes on. */
  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.clear();
    this.registers.phase = 'diagnosing';
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.alarm.cancel();
    this.bus.abandon();
    this.interrupts.drive();
    this.pins.decodeIsaPorts(null);
  }

  exitReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    if (kind === 'power-on') this.bus.powerOn();
    else this.bus.reset();
    this.alarm.scheduleAfter(this.cycles(this.config.diagnosticNs));
  }

  saveState(): Bt958State {
    const { registers, settings } = this;
    return {
      registers: { ...registers, parameters: [...registers.parameters], reply: [...registers.reply] },
      settings: { ...settings, localRam: settings.localRam.slice(), eeprom: settings.eeprom.slice() },
      interrupts: this.interrupts.saveState(),
      mailboxes: this.mailboxes.saveState(),
      inquiry: this.inquiry.saveState(),
      bus: this.bus.saveState(),
      alarm: dueCycleOf(this.alarm),
    };
  }

  restoreState(state: Bt958State): void {
    const { registers, settings } = state;
    this.registers = { ...registers, parameters: [...registers.parameters], reply: [...registers.reply] };
    this.settings = { ...settings, localRam: settings.localRam.slice(), eeprom: settings.eeprom.slice() };
    this.interrupts.restoreState(state.interrupts);
    this.mailboxes.restoreState(state.mailboxes);
    this.inquiry.restoreState(state.inquiry);
    this.bus.restoreState(state.bus);
    restoreDueCycle(this.alarm, state.alarm);
    this.pins.decodeIsaPorts(ISA_PORTS[settings.isaPort] ?? null);
  }

  private control(value: number): void {
    if (value & (bt.HARD_RESET | bt.SOFT_RESET)) {
      this.reset(value & bt.HARD_RESET ? 'hard' : 'soft');
      return;
    }
    if (value & bt.BUS_RESET) {
      this.bus.reset();
      this.settings.negotiated = 0;
      this.mailboxes.endAllByBusReset();
      this.inquiry.restart();
    }
    if (value & bt.INTERRUPT_RESET) {
      this.registers.isInvalid = false;
      this.interrupts.acknowledge();
    }
  }

  /** A soft reset leaves the SCSI bus alone: devices finish what they do, for nobody. */
  private reset(kind: 'hard' | 'soft'): void {
    const { negotiated, isaPort } = this.settings;
    this.clear();
    this.settings.isaPort = isaPort;
    this.bus.abandon();
    if (kind === 'hard') this.bus.reset();
    else this.settings.negotiated = negotiated;
    this.registers.phase = 'diagnosing';
    this.interrupts.drive();
    this.alarm.scheduleAfter(this.cycles(kind === 'hard' ? this.config.diagnosticNs : this.config.softResetNs));
  }

  /** Everything as after power, but for what the EEPROM holds. */
  private clear(): void {
    this.pins.memory.forgetOrders();
    const { eeprom } = this.settings;
    this.registers = createRegisters();
    this.settings = createSettings();
    this.settings.eeprom = eeprom;
    this.settings.localRam.set(eeprom, AUTOSCSI_OFFSET);
    this.interrupts.clear();
    this.mailboxes.forget();
    this.inquiry.forget();
  }

  private takeByte(value: number): void {
    const { registers } = this;
    const { phase } = registers;
    if (phase === 'wanting') {
      registers.parameters.push(value);
    } else if (value === bt.EXECUTE_MAILBOX_COMMAND && phase !== 'diagnosing' && phase !== 'taking') {
      this.mailboxes.startScan(); // needs no ADAPTER READY and is not answered
      return;
    } else if (phase === 'ready') {
      Object.assign(registers, { operation: value, parameters: [], isInvalid: false });
    } else {
      return; // an adapter that is busy loses it
    }
    registers.phase = 'taking';
    this.alarm.scheduleAfter(this.cycles(this.config.byteNs));
  }

  /** The alarm: what the phase waited for is over. */
  private goOn(): void {
    const { registers } = this;
    switch (registers.phase) {
      case 'diagnosing':
        registers.phase = 'ready';
        break;
      case 'taking': {
        const wanted = parameterBytes(registers.operation, registers.parameters);
        if (wanted === null) {
          this.endCommand(true);
        } else if (registers.parameters.length < wanted) {
          registers.phase = 'wanting';
        } else {
          registers.phase = 'executing';
          this.alarm.scheduleAfter(this.cycles(this.config.commandNs));
        }
        break;
      }
      case 'executing':
        this.execute();
        break;
      case 'fetching':
        registers.phase = 'replying';
    }
  }

  private execute(): void {
    const { operation, parameters } = this.registers;
    const { mailboxes, settings } = this;
    const result = executeCommand(operation, parameters, {
      settings,
      place: mailboxes.place,
      modes: mailboxes.modes,
      synchronousPeriodNs: this.config.synchronousPeriodNs,
      irq: this.pins.irq,
      initializeMailboxes: (place) => mailboxes.initialize(place),
      enableInterrupt: (isEnabled) => (this.interrupts.isEnabled = isEnabled),
      setSelectionTimeoutNs: (ns) => (this.bus.selectionTimeoutNs = ns),
      decodeIsaPorts: this.pins.decodeIsaPorts,
      runDiagnostic: () => this.reset('hard'),
    });
    switch (result) {
      case 'gone':
        break;
      case 'silent':
        this.registers.phase = 'ready';
        break;
      case 'invalid':
        this.endCommand(true);
        break;
      case 'inquire-0-7':
      case 'inquire-8-15':
      case 'inquire-all':
        this.inquiry.start(result);
        break;
      default:
        this.startReply(result);
    }
  }

  private startReply(bytes: Uint8Array): void {
    this.registers.reply = [...bytes];
    if (bytes.length > 0) this.registers.phase = 'replying';
    else this.endCommand(false);
  }

  /** The read changed the chip: no polling loop may be jumped over it. */
  private replyByteTaken(): void {
    const { registers } = this;
    this.pins.noteUnstable(this.pins.clock.nowCycles);
    registers.reply.shift();
    if (registers.reply.length === 0) {
      this.endCommand(false);
    } else {
      registers.phase = 'fetching';
      this.alarm.scheduleAfter(this.cycles(this.config.byteNs));
    }
  }

  private endCommand(isInvalid: boolean): void {
    Object.assign(this.registers, { phase: 'ready', isInvalid });
    this.interrupts.post(bt.COMMAND_COMPLETE);
  }

  private cycles(ns: number): number {
    return this.pins.clock.cyclesFromNs(ns);
  }
}

function createRegisters(): CommandRegisters {
  return {
    phase: 'ready',
    isInvalid: false,
    operation: 0,
    parameters: [],
    reply: [],
  };
}

function createSettings(startUnitIds?: number): AdapterSettings {
  const eeprom = createAutoScsi(startUnitIds);
  const localRam = new Uint8Array(LOCAL_RAM_BYTES);
  localRam.set(eeprom, AUTOSCSI_OFFSET);
  return {
    localRam,
    eeprom,
    transferRate: 0,
    timeOnBus: 0,
    timeOffBus: 0,
    isaPort: ISA_PORT_DISABLED,
    negotiated: 0,
  };
}

function eachByte(sizeBytes: number, read: (i: number) => number): number {
  let value = 0;
  for (let i = 0; i < sizeBytes; i++) value |= read(i) << (8 * i);
  return value >>> 0;
}
