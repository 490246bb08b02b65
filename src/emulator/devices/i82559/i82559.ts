// Intel 82559 Fast Ethernet controller: PCI function, control/status registers, SCB, PORT, interrupts, resets.
// OSSDM (see registers.ts), chapters 4 to 6. Leaves out: flash window (an EEPROM bit has it off), wake-up, flow control.
import type { AccessSize, MemoryDevice, PortDevice } from '../../bus';
import type { Alarm } from '../../clock';
import type { ResetKind, Resettable } from '../../reset';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import type { PciFunction } from '../pci-configuration';
import { PciEndpoint } from '../pci-endpoint';
import type { CardMemory } from './card-memory';
import { CommandUnit, dumpRegisters } from './command-unit';
import { Eeprom93c46 } from './eeprom-93c46';
import { configurationFields, EEPROM_SUBSYSTEM, eepromContents, PMCSR, PMCSR_POWER_STATE } from './identity';
import type { I82559Config, I82559Parts, I82559State, PortFunction } from './i82559-parts';
import { ManagementInterface } from './management-interface';
import { Phy82555 } from './phy-82555';
import { ReceiveUnit } from './receive-unit';
import {
  CSR_BYTES,
  CU_DUMP_COUNTERS,
  CU_DUMP_RESET_COUNTERS,
  CU_LOAD_BASE,
  CU_LOAD_COUNTERS_ADDRESS,
  CU_RESUME,
  CU_START,
  CU_STATIC_RESUME,
  EECS,
  EEDI,
  EEDO,
  EEPROM_CONTROL,
  EESK,
  GENERAL_100MBPS,
  GENERAL_FULL_DUPLEX,
  GENERAL_LINK,
  GENERAL_STATUS,
  MASK_M,
  MASK_SI,
  MASK_SPECIFIC,
  MDI_CONTROL,
  PORT,
  PORT_DUMP,
  PORT_SELECTIVE_RESET,
  PORT_SELF_TEST,
  PORT_SOFTWARE_RESET,
  RU_ABORT,
  RU_LOAD_BASE,
  RU_RESUME,
  RU_START,
  SCB_COMMAND,
  SCB_INTMASK,
  SCB_POINTER,
  SCB_STATACK,
  SCB_STATUS,
  STAT_FR,
  STAT_MDI,
  STAT_SWI,
} from './registers';
import { Station } from './station';
import { DUMP_DONE, DUMP_RESET_DONE, Statistics } from './statistics';
import { Transmitter } from './transmitter';

const MEMORY_BAR_BYTES = 4096;
const CUS = { idle: 0x00, suspended: 0x40, active: 0x80 } as const;
const RUS = { idle: 0x00, suspended: 0x04, 'no-resources': 0x08, ready: 0x10 } as const;
/** Passed in full; the signature is that of the ROM's contents, and only has to differ from 0. */
const SELF_TEST_RESULT = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
const ONES = [0, 0xff, 0xffff, 0, 0xffff_ffff] as const;

/** The name memory listeners see. */
export const I82559_MASTER = 'i82559';

export class I82559 implements PciFunction, Resettable {
  private readonly endpoint: PciEndpoint;
  private readonly station = new Station();
  private readonly statistics = new Statistics();
  private readonly transmitter: Transmitter;
  private readonly commandUnit: CommandUnit;
  private readonly receiveUnit: ReceiveUnit;
  private readonly eeprom: Eeprom93c46;
  private readonly phy: Phy82555;
  private readonly management: ManagementInterface;
  private readonly memory: CardMemory;
  private statAck = 0;
  private command = 0;
  private mask = 0;
  private pointer = 0;
  private portValue = 0;
  /** What PORT was told to do and has not finished. */
  private portFunction: PortFunction | null = null;
  private eepromControl = 0;
  private countersAddress = 0;
  private readonly acceptAlarm: Alarm;
  private readonly portAlarm: Alarm;

  constructor(
    private readonly parts: I82559Parts,
    private readonly config: I82559Config,
  ) {
    const { clock, busMaster, decoder, interruptLine } = parts;
    const { timing, bootRom, bootPromptSeconds, partnerMbps, macAddress } = config;
    const eepromWords = eepromContents(macAddress, bootRom !== null, bootPromptSeconds);
    this.eeprom = new Eeprom93c46(clock, eepromWords, timing.eepromWriteNs);
    this.endpoint = new PciEndpoint(
      {
        name: 'Intel 82559',
        fields: configurationFields({
          subsystem: this.eeprom.wordAt(EEPROM_SUBSYSTEM.ID),
          subsystemVendor: this.eeprom.wordAt(EEPROM_SUBSYSTEM.VENDOR),
        }),
        ranges: [
          { kind: 'memory', bar: 0, sizeBytes: MEMORY_BAR_BYTES, device: this.memoryRegisters },
          { kind: 'io', bar: 1, sizeBytes: CSR_BYTES, widthBytes: 4, device: this.portRegisters },
          ...(bootRom ? ([{ kind: 'rom', image: bootRom }] as const) : []),
        ],
        interrupt: { pin: 1, line: interruptLine },
      },
      decoder,
    );
    const isReachable = () => this.endpoint.isBusMaster && this.isPowered;
    this.memory = {
      get isReachable() {
        return isReachable();
      },
      readBytes: (address, sizeBytes) => busMaster.readBytes(address, sizeBytes),
      writeBytes: (address, bytes) => busMaster.writeBytes(I82559_MASTER, address, bytes),
    };
    this.phy = new Phy82555(clock, { address: 1, partnerMbps, autonegotiationNs: timing.autonegotiationNs });
    this.management = new ManagementInterface(clock, this.phy, timing.mdiNs, () => this.interrupt(STAT_MDI));
    this.transmitter = new Transmitter(clock, (frame) => this.frameSent(frame));
    const { memory, station, statistics, transmitter } = this;
    const interrupt = (cause: number) => this.interrupt(cause);
    this.receiveUnit = new ReceiveUnit({ memory, station, statistics, interrupt });
    const sender = {
      get isBusy() {
        return transmitter.isBusy;
      },
      send: (frame: Uint8Array) => transmitter.send(frame, this.phy.link?.mbps ?? partnerMbps),
    };
    this.commandUnit = new CommandUnit({ clock, memory, station, transmitter: sender, interrupt }, timing.commandNs);
    this.acceptAlarm = clock.createAlarm(() => this.acceptCommand());
    this.portAlarm = clock.createAlarm(() => this.finishPort());
  }

  /** The end of a frame arrives from the wire, without its check sequence. Lost while there is no link. */
  receiveFrame(frame: Uint8Array): void {
    if (this.phy.link && !this.isLoopedBack && this.isPowered) this.take(frame);
  }

  /** Whether a frame that arrives now would be written into memory: the receiver was started and nobody stopped it. */
  get isReceiving(): boolean {
    return this.receiveUnit.status === 'ready' && this.memory.isReachable;
  }

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.endpoint.readConfiguration(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    const wasPowered = this.isPowered;
    this.endpoint.writeConfiguration(offset, sizeBytes, value);
    // From D3 to D0 the function resets itself (PCI Bus Power Management Interface Specification 1.1, 5.4).
    if (!wasPowered && this.isPowered) {
      this.endpoint.enterReset('platform');
      this.endpoint.holdReset('platform');
      this.resetController();
    }
    this.driveInterrupt();
    if (this.memory.isReachable) this.commandUnit.goOn('bus');
  }

  /** The registers by I/O ports, offsets from their base. */
  get portRegisters(): PortDevice {
    return {
      readPort: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      peekPort: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      writePort: (offset, sizeBytes, value) => this.writeRegisters(offset, sizeBytes, value),
    };
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.endpoint.enterReset(kind);
    this.resetController();
    this.eepromControl = 0;
    // The pins that select and clock the EEPROM fall with the register.
    this.eeprom.drive(false, false, false);
    if (kind === 'power-on') this.eeprom.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.endpoint.holdReset(kind);
    this.phy.hold();
    this.driveInterrupt();
  }

  /** RST# reaches the PHY too: a firmware reboot loses the link, and negotiation begins anew. */
  exitReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.phy.reset();
  }

  saveState(): I82559State {
    const { statAck, command, mask, pointer, portValue, portFunction, eepromControl, countersAddress } = this;
    return {
      ...{ statAck, command, mask, pointer, portValue, portFunction, eepromControl, countersAddress },
      acceptDue: dueCycleOf(this.acceptAlarm),
      portDue: dueCycleOf(this.portAlarm),
      pci: this.endpoint.saveState(),
      station: this.station.saveState(),
      statistics: this.statistics.saveState(),
      transmitter: this.transmitter.saveState(),
      commandUnit: this.commandUnit.saveState(),
      receiveUnit: this.receiveUnit.saveState(),
      eeprom: this.eeprom.saveState(),
      phy: this.phy.saveState(),
      management: this.management.saveState(),
    };
  }

  restoreState(state: I82559State): void {
    this.statAck = state.statAck;
    this.command = state.command;
    this.mask = state.mask;
    this.pointer = state.pointer;
    this.portValue = state.portValue;
    this.portFunction = state.portFunction;
    this.eepromControl = state.eepromControl;
    this.countersAddress = state.countersAddress;
    restoreDueCycle(this.acceptAlarm, state.acceptDue);
    restoreDueCycle(this.portAlarm, state.portDue);
    this.endpoint.restoreState(state.pci);
    this.station.restoreState(state.station);
    this.statistics.restoreState(state.statistics);
    this.transmitter.restoreState(state.transmitter);
    this.commandUnit.restoreState(state.commandUnit);
    this.receiveUnit.restoreState(state.receiveUnit);
    this.eeprom.restoreState(state.eeprom);
    this.phy.restoreState(state.phy);
    this.management.restoreState(state.management);
    this.driveInterrupt();
  }

  // ---- registers ----

  private get memoryRegisters(): MemoryDevice {
    return {
      readMemory: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      peekMemory: (offset, sizeBytes) => this.readRegisters(offset, sizeBytes),
      writeMemory: (offset, sizeBytes, value) => this.writeRegisters(offset, sizeBytes, value),
    };
  }

  /** No read changes anything, so a peek is the same. */
  private readRegisters(offset: number, sizeBytes: AccessSize): number {
    if (!this.isPowered) return ONES[sizeBytes];
    let value = 0;
    for (let i = sizeBytes - 1; i >= 0; i--) value = (value << 8) | this.byteAt(offset + i);
    return value >>> 0;
  }

  /** Registers of several bytes act when their last byte is written. */
  private writeRegisters(offset: number, sizeBytes: AccessSize, value: number): void {
    if (!this.isPowered) return;
    for (let i = 0; i < sizeBytes; i++) this.writeByte(offset + i, (value >>> (8 * i)) & 0xff);
  }

  private byteAt(offset: number): number {
    switch (offset) {
      case SCB_STATUS:
        return CUS[this.commandUnit.status] | RUS[this.receiveUnit.status];
      case SCB_STATACK:
        return this.statAck;
      case SCB_COMMAND:
        return this.command;
      case SCB_INTMASK:
        return this.mask;
      case EEPROM_CONTROL:
        return this.eepromControl | (this.eeprom.output ? EEDO : 0);
      case GENERAL_STATUS:
        return this.generalStatus;
    }
    if (offset >= SCB_POINTER && offset < SCB_POINTER + 4) return byteOf(this.pointer, offset - SCB_POINTER);
    if (offset >= MDI_CONTROL && offset < MDI_CONTROL + 4) return byteOf(this.management.value, offset - MDI_CONTROL);
    return 0;
  }

  private writeByte(offset: number, value: number): void {
    switch (offset) {
      case SCB_STATACK:
        this.statAck &= ~value;
        return this.driveInterrupt();
      case SCB_COMMAND:
        return this.writeCommand(value);
      case SCB_INTMASK:
        this.mask = value & ~MASK_SI;
        if (value & MASK_SI) this.statAck |= STAT_SWI;
        return this.driveInterrupt();
      case EEPROM_CONTROL:
        this.eepromControl = value & (EECS | EESK | EEDI);
        return this.eeprom.drive((value & EECS) !== 0, (value & EESK) !== 0, (value & EEDI) !== 0);
    }
    if (offset >= SCB_POINTER && offset < SCB_POINTER + 4) {
      this.pointer = withByte(this.pointer, offset - SCB_POINTER, value);
    } else if (offset >= PORT && offset < PORT + 4) {
      this.portValue = withByte(this.portValue, offset - PORT, value);
      if (offset === PORT + 3) this.startPort(this.portValue);
    } else if (offset >= MDI_CONTROL && offset < MDI_CONTROL + 4) {
      this.management.value = withByte(this.management.value, offset - MDI_CONTROL, value);
      if (offset === MDI_CONTROL + 3) this.management.start();
    }
  }

  private get generalStatus(): number {
    const { link } = this.phy;
    if (!link) return 0;
    return GENERAL_LINK | (link.mbps === 100 ? GENERAL_100MBPS : 0) | (link.isFullDuplex ? GENERAL_FULL_DUPLEX : 0);
  }

  // ---- SCB ----

  private writeCommand(value: number): void {
    if (value === 0 || this.portFunction !== null) return;
    this.command = value;
    this.schedule(this.acceptAlarm, this.config.timing.acceptNs);
  }

  /** Both fields may hold a command; the general pointer is read now. */
  private acceptCommand(): void {
    const { command, pointer } = this;
    this.command = 0;
    this.commandUnitTo(command & 0xf0, pointer);
    this.receiveUnitTo(command & 0x07, pointer);
  }

  private commandUnitTo(command: number, pointer: number): void {
    switch (command) {
      case CU_START:
        return this.commandUnit.start(pointer);
      case CU_RESUME:
        return this.commandUnit.resume(false);
      case CU_STATIC_RESUME:
        return this.commandUnit.resume(true);
      case CU_LOAD_BASE:
        return this.commandUnit.loadBase(pointer);
      case CU_LOAD_COUNTERS_ADDRESS:
        this.countersAddress = (pointer & ~3) >>> 0;
        return;
      case CU_DUMP_COUNTERS:
        return this.dumpCounters(DUMP_DONE);
      case CU_DUMP_RESET_COUNTERS:
        return this.dumpCounters(DUMP_RESET_DONE);
    }
  }

  private receiveUnitTo(command: number, pointer: number): void {
    switch (command) {
      case RU_START:
        return this.receiveUnit.start(pointer);
      case RU_RESUME:
        return this.receiveUnit.resume();
      case RU_ABORT:
        return this.receiveUnit.abort();
      case RU_LOAD_BASE:
        return this.receiveUnit.loadBase(pointer);
    }
  }

  private dumpCounters(closing: number): void {
    if (!this.memory.isReachable) return;
    this.memory.writeBytes(this.countersAddress, this.statistics.dump(this.station.countersBytes, closing));
    if (closing === DUMP_RESET_DONE) this.statistics.reset();
  }

  // ---- PORT ----

  private startPort(value: number): void {
    const { resetNs, selfTestNs, commandNs } = this.config.timing;
    switch (value & 0xf) {
      case PORT_SOFTWARE_RESET:
        this.resetController();
        return this.beginPort('reset', resetNs);
      case PORT_SELECTIVE_RESET:
        this.resetUnits();
        return this.beginPort('reset', resetNs);
      case PORT_SELF_TEST:
        this.resetController();
        return this.beginPort('self-test', selfTestNs);
      case PORT_DUMP:
        return this.beginPort('dump', commandNs);
    }
  }

  private beginPort(portFunction: PortFunction, durationNs: number): void {
    this.driveInterrupt();
    this.portFunction = portFunction;
    this.schedule(this.portAlarm, durationNs);
  }

  private finishPort(): void {
    const { portFunction } = this;
    const address = (this.portValue & ~0xf) >>> 0;
    this.portFunction = null;
    if (!this.memory.isReachable) return;
    if (portFunction === 'self-test') this.memory.writeBytes(address, SELF_TEST_RESULT);
    if (portFunction === 'dump') dumpRegisters(this.memory, this.station, address);
  }

  /** Command and receive unit, and what the SCB holds: a selective reset. Configuration, addresses, counters stay. */
  private resetUnits(): void {
    this.parts.busMaster.noteOrders(I82559_MASTER);
    this.commandUnit.reset();
    this.receiveUnit.reset();
    this.transmitter.reset();
    this.statAck = 0;
    this.command = 0;
    this.mask = 0;
    this.pointer = 0;
    this.portFunction = null;
    this.acceptAlarm.cancel();
    this.portAlarm.cancel();
  }

  /** All of the controller; the PHY, the EEPROM and configuration space stand apart. */
  private resetController(): void {
    this.resetUnits();
    this.station.reset();
    this.statistics.reset();
    this.countersAddress = 0;
    this.management.reset();
  }

  // ---- frames ----

  private get isLoopedBack(): boolean {
    return this.station.isLoopedBack || this.phy.isLoopedBack;
  }

  private frameSent(frame: Uint8Array): void {
    const isLoopedBack = this.isLoopedBack;
    this.statistics.count('transmitGood');
    if (!this.phy.link && !isLoopedBack) this.statistics.count('transmitLostCarrier');
    if (isLoopedBack) this.take(frame);
    else if (this.phy.link) this.parts.sendFrame(frame);
    this.commandUnit.goOn('transmitter');
  }

  private take(frame: Uint8Array): void {
    this.receiveUnit.receive(frame);
  }

  // ---- interrupt ----

  private interrupt(cause: number): void {
    this.statAck |= cause;
    if (cause === STAT_FR) this.commandUnit.flushDelayedInterrupt();
    this.driveInterrupt();
  }

  private driveInterrupt(): void {
    const open = this.statAck & ~(this.mask & MASK_SPECIFIC);
    const isAsserted = open !== 0 && !(this.mask & MASK_M) && this.isPowered;
    if (isAsserted) this.parts.interruptLine.raise();
    else this.parts.interruptLine.lower();
  }

  /** In D0. In any other state the function answers in configuration space alone. */
  private get isPowered(): boolean {
    return (this.endpoint.readConfiguration(PMCSR, 2) & PMCSR_POWER_STATE) === 0;
  }

  private schedule(alarm: Alarm, durationNs: number): void {
    alarm.scheduleAfter(Math.max(1, this.parts.clock.cyclesFromNs(durationNs)));
  }
}

function byteOf(value: number, index: number): number {
  return (value >>> (8 * index)) & 0xff;
}

function withByte(value: number, index: number, byte: number): number {
  return ((value & ~(0xff << (8 * index))) | (byte << (8 * index))) >>> 0;
}
