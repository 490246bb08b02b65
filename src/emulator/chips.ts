// The board's chips and how they are connected: which ports, which interrupt, whose reset. One page, no behaviour.
// IRQ and port assignments: IBM AT Technical Reference; PCI slots and PAM as i440FX/PIIX3 boards have them.
import type { BoardMemory } from './board-memory';
import type { DiskImage } from './boot/disk-image';
import type { AccessSize, Bus, PortDevice } from './bus';
import type { Clock } from './clock';
import { initialCmos } from './cmos';
import type { Cpu } from './cpu/cpu';
import { AtaDisk } from './devices/ata-disk';
import { FpuErrorPort } from './devices/fpu-error-port';
import { I440fxHostBridge } from './devices/i440fx-host-bridge';
import { IdeAta } from './devices/ide-ata';
import { Kbc8042 } from './devices/kbc-8042';
import { PciConfiguration } from './devices/pci-configuration';
import { PicPair } from './devices/pic-8259';
import { Piix3IsaBridge } from './devices/piix3-isa-bridge';
import { Pit8254 } from './devices/pit-8254';
import { Port61 } from './devices/port-61';
import { Port92 } from './devices/port-92';
import { PortCf9 } from './devices/port-cf9';
import { PostPort80 } from './devices/post-port-80';
import { RtcMc146818 } from './devices/rtc-mc146818';
import { Uart16550 } from './devices/uart-16550';
import { VgaText } from './devices/vga-text';
import type { MachineMemory } from './memory';
import type { MachineProfile } from './profile';
import type { ResetKind, ResetSource, Resettable } from './reset';
import type { StartingConditions } from './variation';

/** The chips that somebody outside the board looks at, and all that take part in resets. */
export interface Chips {
  readonly pic: PicPair;
  readonly fpuErrors: FpuErrorPort;
  readonly pit: Pit8254;
  readonly keyboardController: Kbc8042;
  readonly serial: Uart16550;
  readonly ide: IdeAta;
  readonly vga: VgaText;
  readonly resettable: readonly Resettable[];
}

/** What the wiring needs. */
export interface BoardParts {
  readonly profile: MachineProfile;
  readonly board: BoardMemory;
  readonly memory: MachineMemory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  readonly disk: DiskImage | null;
  readonly start: StartingConditions;
  readonly requestReset: (kind: ResetKind, source: ResetSource) => void;
  readonly serialByteSent: (byte: number) => void;
}

/** The battery-backed clock starts at a fixed date: that of the article the lab begins with. */
const START_DATE = { year: 2002, month: 11, date: 13, hours: 12, minutes: 0, seconds: 0 };

/** Builds all chips, connects their lines, claims their ports. */
export function wireChips(parts: BoardParts): Chips {
  const { profile, board, memory, clock, bus, cpu, start, requestReset } = parts;
  const noteUnstable = (cycle: number) => bus.noteUnstable(cycle);

  // Interrupts and timers
  const intr = { raise: () => cpu.setInterruptPin(true), lower: () => cpu.setInterruptPin(false) };
  const pic = new PicPair({ intr, clock, noteUnstable }, { hasElcr: profile.hasPci });
  const fpuErrors = new FpuErrorPort({ irq: pic.input(13), ignoreErrors: () => cpu.ignoreFpuErrors() });
  const irq0 = pic.input(0);
  const driveIrq0 = (isHigh: boolean) => (isHigh ? irq0.raise() : irq0.lower());
  const pit = new Pit8254(
    { clock, noteUnstable, outputs: [driveIrq0, null, null] },
    { phaseNs: start.timerPhaseNs, gates: [true, true, false] },
  );
  const port61 = new Port61({ pit, noteUnstable }, { refreshSource: 'fixed' });
  const rtc = new RtcMc146818(
    { clock, irq: pic.input(8), noteUnstable },
    { start: START_DATE, phaseNs: start.rtcPhaseNs, cmos: initialCmos(profile) },
  );

  // A20 opens when either gate does; resets end at the machine
  const a20 = { keyboardController: false, port92: false };
  const moveGate = (gate: keyof typeof a20) => (isOpen: boolean) => {
    a20[gate] = isOpen;
    cpu.setA20(a20.keyboardController || a20.port92);
  };
  const { keyboard } = profile;
  const keyboardController = new Kbc8042(
    {
      clock,
      noteUnstable,
      irq1: pic.input(1),
      irq12: pic.input(12),
      onA20: moveGate('keyboardController'),
      onReset: () => requestReset('cpu-init', '8042'),
    },
    {
      byteNs: keyboard.byteNs.value,
      timeoutNs: keyboard.timeoutNs.value,
      commandNs: keyboard.commandNs.value,
      selfTestNs: keyboard.selfTestNs.value,
      hasAuxPort: profile.hasPci,
      keyboard: { batNs: keyboard.batNs.value, answerNs: keyboard.answerNs.value },
    },
  );
  const port92 = new Port92({
    onA20: moveGate('port92'),
    onFastReset: () => requestReset('cpu-init', 'port-92'),
  });
  const portCf9 = new PortCf9({ onReset: (kind) => requestReset(kind, 'port-cf9') });
  const post = new PostPort80();

  // Serial port, screen, drive
  const serial = new Uart16550(
    clock,
    pic.input(4),
    noteUnstable,
    {
      basePort: 0x3f8,
      modemInputs: { cts: true, dsr: true, ri: false, dcd: true },
      isGatedByOut2: true,
    },
    { byteSent: parts.serialByteSent },
  );
  const vga = new VgaText(clock, noteUnstable, memory.u8, memory.videoOffset);
  const drive = parts.disk ? createDrive(profile, clock, parts.disk, start) : null;
  const ide = new IdeAta(clock, pic.input(14), noteUnstable, { commandBase: 0x1f0, controlPort: 0x3f6 }, [drive, null]);

  // PCI
  const pci = new PciConfiguration();
  const hostBridge = new I440fxHostBridge({
    pamChanged: ({ base, sizeBytes }, { isReadFromRam, isWrittenToRam }) =>
      board.setShadow(base, sizeBytes, isReadFromRam, isWrittenToRam),
    pamChangesDone: () => bus.mapChanged(),
  });
  const isaBridge = new Piix3IsaBridge();
  pci.attach({ device: 0, function: 0 }, hostBridge);
  pci.attach({ device: 1, function: 0 }, isaBridge);

  board.mapBoard(vga.memory);
  const { isa8Ns, chipsetNs } = profile.ports;
  const claim = (
    name: string,
    first: number,
    last: number,
    device: PortDevice,
    accessNs: number,
    widthBytes: AccessSize = 1,
  ) => bus.claimPorts({ name, first, last, widthBytes, accessNs, device });
  claim('8259A master', 0x20, 0x21, pic.master, isa8Ns.value);
  claim('8254', 0x40, 0x43, pit, isa8Ns.value);
  claim('8042 data', 0x60, 0x60, keyboardController, isa8Ns.value);
  claim('port 61h', 0x61, 0x61, port61, isa8Ns.value);
  claim('8042 command', 0x64, 0x64, keyboardController, isa8Ns.value);
  claim('RTC', 0x70, 0x71, rtc, isa8Ns.value);
  claim('POST', 0x80, 0x80, post, isa8Ns.value);
  claim('port 92h', 0x92, 0x92, port92, isa8Ns.value);
  claim('8259A slave', 0xa0, 0xa1, pic.slave, isa8Ns.value);
  claim('x87 errors', 0xf0, 0xf1, fpuErrors, isa8Ns.value);
  claim('ATA data', 0x1f0, 0x1f0, ide, profile.disk.pioCycleNs.value, 2);
  claim('ATA commands', 0x1f1, 0x1f7, ide, profile.disk.pioCycleNs.value);
  claim('ATA control', 0x3f6, 0x3f6, ide, profile.disk.pioCycleNs.value);
  claim('VGA CRTC, monochrome address', 0x3b4, 0x3b5, vga, isa8Ns.value);
  claim('VGA status, monochrome address', 0x3ba, 0x3ba, vga, isa8Ns.value);
  claim('VGA', 0x3c0, 0x3cf, vga, isa8Ns.value);
  claim('VGA CRTC', 0x3d4, 0x3d5, vga, isa8Ns.value);
  claim('VGA status', 0x3da, 0x3da, vga, isa8Ns.value);
  claim('COM1', 0x3f8, 0x3ff, serial, isa8Ns.value);
  if (profile.hasPci) {
    claim('ELCR', 0x4d0, 0x4d1, pic.elcr, isa8Ns.value);
    claim('PCI address', 0xcf8, 0xcf8, pci, chipsetNs.value, 4);
    claim('reset control', 0xcf9, 0xcf9, portCf9, chipsetNs.value);
    claim('PCI data', 0xcfc, 0xcff, pci, chipsetNs.value, 4);
  }

  const resettable = [pic, fpuErrors, pit, port61, rtc, keyboardController, port92, portCf9, post, serial, vga, ide];
  return {
    ...{ pic, fpuErrors, pit, keyboardController, serial, ide, vga },
    resettable: [...resettable, pci, hostBridge, isaBridge],
  };
}

function createDrive(profile: MachineProfile, clock: Clock, image: DiskImage, start: StartingConditions): AtaDisk {
  const { disk } = profile;
  const trackSectors = disk.sectorsPerTrack.value * disk.heads.value;
  return new AtaDisk(
    clock,
    {
      identity: { model: 'BOOTLAB DISK', serialNumber: 'BL000001', firmwareRevision: '1.0' },
      mechanics: {
        rpm: disk.rpm.value,
        sectorsPerTrack: disk.sectorsPerTrack.value,
        heads: disk.heads.value,
        cylinders: Math.ceil(disk.sizeBytes.value / 512 / trackSectors),
        trackToTrackNs: disk.trackToTrackNs.value,
        fullStrokeNs: disk.fullStrokeNs.value,
        spinUpNs: disk.spinUpNs.value,
      },
      commandOverheadNs: disk.commandOverheadNs.value,
      blockGapNs: disk.blockGapNs.value,
      pioCycleNs: disk.pioCycleNs.value,
      resetAnswerNs: disk.resetAnswerNs.value,
    },
    image,
    start.platterAngle,
  );
}
