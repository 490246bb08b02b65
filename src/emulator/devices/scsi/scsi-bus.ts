// A parallel SCSI bus with one initiator: who holds it when, and for how long (SCSI-2, ANSI X3.131-1994, clauses 5 and 6).
// Devices disconnect while they seek, so that commands to several overlap; each device works on one command at a time.
// Leaves out: other initiators, messages other than IDENTIFY and resets, parity errors.
import type { Alarm, Clock } from '../../clock';
import { dueCycleOf, restoreDueCycle } from '../alarm-record';
import { REQUEST_SENSE, STATUS_CHECK_CONDITION, STATUS_GOOD } from './scsi-codes';
import type { ScsiTarget, TargetReply } from './scsi-target';

/** Figures of a bus. */
export interface ScsiBusConfig {
  /** Arbitration, selection, IDENTIFY and CDB of one command; or arbitration, reselection and messages of one return. */
  readonly connectNs: number;
  /** One byte in a data phase. */
  readonly byteNs: number;
  /** How long the initiator waits for BSY of a device it selects. */
  readonly selectionTimeoutNs: number;
  /** From the end of RST to the first selection. */
  readonly resetToSelectionNs: number;
}

/** A command for a device. */
export interface ScsiCommand {
  /** The initiator's own number for it, unique among those under way. */
  readonly tag: number;
  readonly targetId: number;
  readonly lun: number;
  readonly cdb: readonly number[];
  /** On CHECK CONDITION, this many sense bytes are fetched at once; 0: none. */
  readonly senseBytes: number;
}

/** How a command ended. */
export interface CommandOutcome {
  readonly ending: 'completed' | 'selection-timeout' | 'device-reset';
  /** The device's status byte. */
  readonly status: number;
  /** Sense data fetched. */
  readonly sense: Uint8Array;
}

/** The host adapter's side. */
export interface ScsiInitiator {
  /** False while the adapter cannot reach memory: data phases then wait, and hold the bus. */
  canTransfer(tag: number): boolean;
  /** Exactly `sizeBytes` bytes for the device. */
  dataOut(tag: number, sizeBytes: number): Uint8Array;
  dataIn(tag: number, bytes: Uint8Array): void;
  ended(tag: number, outcome: CommandOutcome): void;
}

/**
 * - `waiting`: for the bus, or for the device
 * - `selecting`: nobody answers
 * - `connecting`: the device takes the CDB
 * - `taking`: data out
 * - `working`: the device is off the bus
 * - `returning`: data in and status
 * - `sensing`: sense data of a CHECK CONDITION
 */
type CommandPhase = 'waiting' | 'selecting' | 'connecting' | 'taking' | 'working' | 'returning' | 'sensing';

interface CommandUnderWay {
  readonly command: ScsiCommand;
  phase: CommandPhase;
  /** The cycle at which the phase ends. */
  dueCycle: number;
  status: number;
  dataIn: Uint8Array;
  dataOutBytes: number;
  sense: Uint8Array;
}

/** Everything that moves, plain JSON but for byte arrays. */
export interface ScsiBusState {
  underWay: CommandUnderWay[];
  freeCycle: number;
  selectionTimeoutNs: number;
  alarm: number | null;
  targets: Record<string, object>;
}

/** Phases in which a command holds the bus. */
const IS_CONNECTED: Readonly<Record<CommandPhase, boolean>> = {
  waiting: false,
  selecting: true,
  connecting: true,
  taking: true,
  working: false,
  returning: true,
  sensing: true,
};

const NO_BYTES = new Uint8Array(0);

/** One bus and its devices. */
export class ScsiBus {
  private underWay: CommandUnderWay[] = [];
  /** No connection begins before this cycle: RST and what follows. */
  private freeCycle = 0;
  private readonly alarm: Alarm;
  /** Changed by SET SELECTION TIME-OUT; a reset of the adapter brings the configured one back. */
  selectionTimeoutNs: number;

  constructor(
    private readonly clock: Clock,
    private readonly config: ScsiBusConfig,
    private readonly targets: ReadonlyMap<number, ScsiTarget>,
    private readonly initiator: ScsiInitiator,
  ) {
    this.alarm = clock.createAlarm(() => this.proceed());
    this.selectionTimeoutNs = config.selectionTimeoutNs;
  }

  /** Queues a command; it begins when the bus and the device are free. */
  start(command: ScsiCommand): void {
    this.underWay.push({
      command,
      phase: 'waiting',
      dueCycle: 0,
      status: STATUS_GOOD,
      dataIn: NO_BYTES,
      dataOutBytes: 0,
      sense: NO_BYTES,
    });
    if (!this.connected()) this.alarm.scheduleAt(Math.max(this.clock.nowCycles, this.freeCycle));
  }

  /** The initiator can reach memory again. */
  resume(): void {
    if (this.underWay.length > 0) this.alarm.scheduleAfter(0);
  }

  /** Takes back a command that does not hold the bus (ABORT TAG); false if there is none. */
  withdraw(tag: number): boolean {
    const at = this.underWay.findIndex(({ command, phase }) => command.tag === tag && !IS_CONNECTED[phase]);
    if (at < 0) return false;
    this.underWay.splice(at, 1);
    return true;
  }

  /** The initiator forgets all its commands; the devices finish for nobody. */
  abandon(): void {
    this.underWay = [];
    this.alarm.cancel();
    this.selectionTimeoutNs = this.config.selectionTimeoutNs;
  }

  /** Asserts RST: all commands are gone, without a word to the initiator, and the bus rests. */
  reset(): void {
    this.underWay = [];
    this.alarm.cancel();
    for (const target of this.targets.values()) target.reset();
    this.freeCycle = this.clock.nowCycles + this.clock.cyclesFromNs(this.config.resetToSelectionNs);
  }

  /** Power comes on for the devices. */
  powerOn(): void {
    this.abandon();
    this.freeCycle = this.clock.nowCycles;
    for (const target of this.targets.values()) target.powerOn();
  }

  /** BUS DEVICE RESET: the device forgets its commands, which end so. False when there is no such device. */
  resetDevice(targetId: number): boolean {
    const target = this.targets.get(targetId);
    if (!target) return false;
    target.reset();
    const gone = this.underWay.filter(({ command }) => command.targetId === targetId);
    this.underWay = this.underWay.filter((entry) => !gone.includes(entry));
    for (const { command } of gone) {
      this.initiator.ended(command.tag, { ending: 'device-reset', status: STATUS_GOOD, sense: NO_BYTES });
    }
    this.resume();
    return true;
  }

  saveState(): ScsiBusState {
    return {
      underWay: this.underWay.map((entry) => ({
        ...entry,
        command: { ...entry.command, cdb: [...entry.command.cdb] },
        dataIn: entry.dataIn.slice(),
        sense: entry.sense.slice(),
      })),
      freeCycle: this.freeCycle,
      selectionTimeoutNs: this.selectionTimeoutNs,
      alarm: dueCycleOf(this.alarm),
      targets: Object.fromEntries([...this.targets].map(([id, target]) => [String(id), target.saveState()])),
    };
  }

  restoreState(state: ScsiBusState): void {
    this.underWay = state.underWay.map((entry) => ({
      ...entry,
      dataIn: entry.dataIn.slice(),
      sense: entry.sense.slice(),
    }));
    this.freeCycle = state.freeCycle;
    this.selectionTimeoutNs = state.selectionTimeoutNs;
    for (const [id, target] of this.targets) {
      const targetState = state.targets[String(id)];
      if (targetState) target.restoreState(targetState);
    }
    restoreDueCycle(this.alarm, state.alarm);
  }

  /** Ends connections that are over, begins those that can, and sets the alarm to the next change. */
  private proceed(): void {
    for (;;) {
      const now = this.clock.nowCycles;
      const holder = this.connected();
      if (holder) {
        if (holder.dueCycle > now) return this.alarm.scheduleAt(holder.dueCycle);
        if (!this.endPhase(holder)) return;
        continue;
      }
      if (this.underWay.length === 0) return;
      if (now < this.freeCycle) return this.alarm.scheduleAt(this.freeCycle);
      const next = this.nextToConnect(now);
      if (!next) {
        const dueCycles = this.underWay.filter(({ phase }) => phase === 'working').map(({ dueCycle }) => dueCycle);
        return this.alarm.scheduleAt(Math.min(...dueCycles));
      }
      this.connect(next);
    }
  }

  private connected(): CommandUnderWay | undefined {
    return this.underWay.find(({ phase }) => IS_CONNECTED[phase]);
  }

  /** Devices that have something to return come first (arbitration is theirs), then commands in order. */
  private nextToConnect(now: number): CommandUnderWay | undefined {
    const returning = this.underWay.find(({ phase, dueCycle }) => phase === 'working' && dueCycle <= now);
    if (returning) return returning;
    const isEngaged = (id: number) =>
      this.underWay.some(({ command, phase }) => command.targetId === id && phase !== 'waiting');
    return this.underWay.find(({ command, phase }) => phase === 'waiting' && !isEngaged(command.targetId));
  }

  private connect(entry: CommandUnderWay): void {
    if (entry.phase === 'working') {
      this.enter(entry, 'returning', this.config.connectNs + entry.dataIn.length * this.config.byteNs);
    } else if (this.targets.has(entry.command.targetId)) {
      this.enter(entry, 'connecting', this.config.connectNs);
    } else {
      this.enter(entry, 'selecting', this.selectionTimeoutNs);
    }
  }

  /** False when the phase cannot end yet, since the initiator cannot reach memory. */
  private endPhase(entry: CommandUnderWay): boolean {
    const { command } = entry;
    const target = this.targets.get(command.targetId);
    if (!target) {
      this.finish(entry, 'selection-timeout');
      return true;
    }
    switch (entry.phase) {
      case 'connecting':
        this.takeReply(entry, target.execute(command.lun, command.cdb));
        return true;
      case 'taking':
        if (!this.initiator.canTransfer(command.tag)) return false;
        this.takeReply(entry, target.takeData(this.initiator.dataOut(command.tag, entry.dataOutBytes)));
        return true;
      case 'returning':
        if (!this.initiator.canTransfer(command.tag)) return false;
        if (entry.dataIn.length > 0) this.initiator.dataIn(command.tag, entry.dataIn);
        if (entry.status === STATUS_CHECK_CONDITION && command.senseBytes > 0) this.fetchSense(entry, target);
        else this.finish(entry, 'completed');
        return true;
      default:
        this.finish(entry, 'completed');
        return true;
    }
  }

  private takeReply(entry: CommandUnderWay, reply: TargetReply): void {
    const { byteNs } = this.config;
    Object.assign(entry, { status: reply.status, dataIn: reply.dataIn, dataOutBytes: reply.dataOutBytes });
    if (reply.dataOutBytes > 0) this.enter(entry, 'taking', reply.dataOutBytes * byteNs);
    else if (reply.readyCycle <= this.clock.nowCycles) this.enter(entry, 'returning', reply.dataIn.length * byteNs);
    else Object.assign(entry, { phase: 'working', dueCycle: reply.readyCycle });
  }

  private fetchSense(entry: CommandUnderWay, target: ScsiTarget): void {
    const { lun, senseBytes } = entry.command;
    entry.sense = target.execute(lun, [REQUEST_SENSE, 0, 0, 0, senseBytes, 0]).dataIn;
    this.enter(entry, 'sensing', this.config.connectNs + entry.sense.length * this.config.byteNs);
  }

  private finish(entry: CommandUnderWay, ending: CommandOutcome['ending']): void {
    this.underWay.splice(this.underWay.indexOf(entry), 1);
    this.initiator.ended(entry.command.tag, { ending, status: entry.status, sense: entry.sense });
  }

  private enter(entry: CommandUnderWay, phase: CommandPhase, durationNs: number): void {
    entry.phase = phase;
    entry.dueCycle = this.clock.nowCycles + this.clock.cyclesFromNs(durationNs);
  }
}
