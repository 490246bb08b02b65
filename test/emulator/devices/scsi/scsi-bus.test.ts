import { describe, expect, it } from 'vitest';
import type { CommandOutcome, ScsiBusConfig, ScsiInitiator } from '../../../../src/emulator/devices/scsi/scsi-bus';
import { ScsiBus } from '../../../../src/emulator/devices/scsi/scsi-bus';
import type { ScsiTarget, TargetReply } from '../../../../src/emulator/devices/scsi/scsi-target';
import { createChipBench } from '../port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const NO_BYTES = new Uint8Array(0);

const BUS: ScsiBusConfig = { connectNs: 1000, byteNs: 10, selectionTimeoutNs: 250 * MS, resetToSelectionNs: 2 * MS };

/** A device that takes 1 ms, answers with the CDB, and wants `cdb[1]` bytes first. */
class Echo implements ScsiTarget {
  readonly executed: (readonly number[])[] = [];
  taken: Uint8Array | null = null;
  resets = 0;
  status = 0;

  constructor(private readonly now: () => number) {}

  execute(_lun: number, cdb: readonly number[]): TargetReply {
    this.executed.push(cdb);
    const isSense = cdb[0] === 0x03;
    return {
      status: isSense ? 0 : this.status,
      readyCycle: isSense ? this.now() : this.now() + MS,
      dataIn: Uint8Array.from(cdb).slice(0, isSense ? cdb[4] : undefined),
      dataOutBytes: cdb[1],
    };
  }

  takeData(bytes: Uint8Array): TargetReply {
    this.taken = bytes;
    return { status: 0, readyCycle: this.now() + MS, dataIn: NO_BYTES, dataOutBytes: 0 };
  }

  powerOn(): void {}

  reset(): void {
    this.resets++;
  }

  saveState(): object {
    return {};
  }

  restoreState(): void {}
}

function createBus() {
  const { clock } = createChipBench();
  const ends: { tag: number; cycle: number; outcome: CommandOutcome }[] = [];
  const received: { tag: number; bytes: Uint8Array; cycle: number }[] = [];
  const host = { isMaster: true };
  const initiator: ScsiInitiator = {
    canTransfer: () => host.isMaster,
    dataOut: (_tag, sizeBytes) => new Uint8Array(sizeBytes).fill(7),
    dataIn: (tag, bytes) => void received.push({ tag, bytes, cycle: clock.nowCycles }),
    ended: (tag, outcome) => void ends.push({ tag, cycle: clock.nowCycles, outcome }),
  };
  const echoes = [new Echo(() => clock.nowCycles), new Echo(() => clock.nowCycles)];
  const bus = new ScsiBus(clock, BUS, new Map(echoes.map((echo, id) => [id, echo])), initiator);
  const start = (tag: number, targetId: number, cdb = [0x12, 0, 0, 0, 0, 0], senseBytes = 0) =>
    bus.start({ tag, targetId, lun: 0, cdb, senseBytes });
  return { clock, bus, echoes, ends, received, host, start };
}

describe('one command', () => {
  it('costs a connection, the device, a reconnection and its bytes', () => {
    const { clock, ends, received, start } = createBus();
    start(1, 0);
    clock.advanceTo(10 * MS);
    expect(ends).toMatchObject([{ tag: 1, cycle: 1000 + MS + 1000 + 6 * 10, outcome: { ending: 'completed' } }]);
    expect(received[0].bytes).toEqual(Uint8Array.of(0x12, 0, 0, 0, 0, 0));
  });

  it('sends data out in the first connection', () => {
    const { clock, echoes, ends, start } = createBus();
    start(1, 0, [0x2a, 100, 0, 0, 0, 0]);
    clock.advanceTo(10 * MS);
    expect(echoes[0].taken).toEqual(new Uint8Array(100).fill(7));
    expect(ends[0].cycle).toBe(1000 + 100 * 10 + MS + 1000);
  });

  it('waits out the selection time-out where nobody is, and holds the bus meanwhile', () => {
    const { clock, ends, start } = createBus();
    start(1, 5);
    start(2, 0);
    clock.advanceTo(300 * MS);
    expect(ends).toMatchObject([
      { tag: 1, cycle: 250 * MS, outcome: { ending: 'selection-timeout' } },
      { tag: 2, cycle: 251 * MS + 2060 },
    ]);
  });

  it('fetches sense data after CHECK CONDITION where it is wanted', () => {
    const { clock, echoes, ends, start } = createBus();
    echoes[0].status = 2;
    start(1, 0, [0x12, 0, 0, 0, 0, 0], 4);
    clock.advanceTo(10 * MS);
    expect(echoes[0].executed[1]).toEqual([0x03, 0, 0, 0, 4, 0]);
    expect(ends[0].outcome).toMatchObject({ status: 2, sense: Uint8Array.of(0x03, 0, 0, 0) });
    expect(ends[0].cycle).toBe(MS + 2060 + 1000 + 40);
  });
});

describe('several commands', () => {
  it('overlap on different devices', () => {
    const { clock, ends, start } = createBus();
    start(1, 0);
    start(2, 1);
    clock.advanceTo(10 * MS);
    expect(ends.map(({ tag, cycle }) => [tag, cycle])).toEqual([
      [1, MS + 2060],
      [2, MS + 2060 + 1060], // ready while the first returns
    ]);
  });

  it('follow one another on one device', () => {
    const { clock, ends, start } = createBus();
    start(1, 0);
    start(2, 0);
    clock.advanceTo(10 * MS);
    expect(ends[1].cycle).toBe(2 * (MS + 2060));
  });
});

describe('a bus that is disturbed', () => {
  it('waits with data until its initiator can reach memory', () => {
    const { bus, clock, ends, host, start } = createBus();
    host.isMaster = false;
    start(1, 0);
    clock.advanceTo(10 * MS);
    expect(ends).toEqual([]);
    host.isMaster = true;
    bus.resume();
    clock.advanceTo(11 * MS);
    expect(ends).toMatchObject([{ tag: 1, cycle: 10 * MS }]);
  });

  it('forgets its commands at RST, tells the devices, and rests before the next selection', () => {
    const { bus, clock, echoes, ends, start } = createBus();
    start(1, 0);
    clock.advanceTo(MS / 2);
    bus.reset();
    start(2, 1);
    clock.advanceTo(10 * MS);
    expect(echoes.map(({ resets }) => resets)).toEqual([1, 1]);
    expect(ends.map(({ tag, cycle }) => [tag, cycle])).toEqual([[2, 2.5 * MS + MS + 2060]]);
  });

  it('ends the commands of a device that is reset alone', () => {
    const { bus, clock, ends, start } = createBus();
    start(1, 0);
    start(2, 1);
    clock.advanceTo(MS / 2);
    expect(bus.resetDevice(0)).toBe(true);
    expect(bus.resetDevice(9)).toBe(false);
    clock.advanceTo(10 * MS);
    expect(ends.map(({ tag, outcome }) => [tag, outcome.ending])).toEqual([
      [1, 'device-reset'],
      [2, 'completed'],
    ]);
  });

  it('takes back only a command that does not hold it', () => {
    const { bus, clock, ends, start } = createBus();
    start(1, 0);
    start(2, 0);
    clock.advanceTo(500);
    expect(bus.withdraw(1)).toBe(false);
    expect(bus.withdraw(2)).toBe(true);
    expect(bus.withdraw(2)).toBe(false);
    clock.advanceTo(10 * MS);
    expect(ends).toHaveLength(1);
  });

  it('goes on from a saved state in any phase to the same end', () => {
    for (const cycle of [0, 500, 1500, MS / 2, MS + 1500, MS + 3000, 100 * MS]) {
      const one = createBus();
      one.start(1, 0);
      one.start(2, 0, [0x2a, 100, 0, 0, 0, 0]);
      one.start(3, 4);
      one.clock.advanceTo(cycle);
      const other = createBus();
      other.clock.advanceTo(cycle);
      other.bus.restoreState(structuredClone(one.bus.saveState()));
      const before = one.ends.length;
      for (const { clock } of [one, other]) clock.advanceTo(1000 * MS);
      expect(other.ends).toEqual(one.ends.slice(before));
      expect(one.ends).toHaveLength(3);
    }
  });
});
