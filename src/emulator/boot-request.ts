// What "boot this" says, what is heard meanwhile, and what comes back: plain data but for the hooks. docs/conformance.md, section 2.
import type { ImageSource } from './boot/disk-image';
import type { KernelContent } from './boot/kernel-plan';
import type { VgaPicture } from './devices/vga/picture';
import type { PathObserverState } from './path-observer';
import type { PhaseRecord } from './phases';
import type { MachineProfile } from './profile';
import type { MachineSnapshot } from './snapshot';

/** Where a text is waited for. */
export type TextSource = 'serial' | 'e9' | 'screen';

/** Keys (see `chordsOfText`) to be typed when a text appears. */
export interface TypeAtText {
  readonly source: 'serial' | 'screen';
  readonly text: string;
  readonly keys: string;
}

/** A machine to boot, and when to stop. Limits count from power-on. */
export interface BootRequest {
  readonly profile: MachineProfile;
  /** Ends at 4 GiB; its last 128 KiB (or all, if smaller) also end at 1 MiB. */
  readonly bios: Uint8Array;
  readonly videoRom: Uint8Array | null;
  /** fw_cfg for SeaBIOS: see BoardExtras. */
  readonly firmwareInterface?: 'qemu';
  /** A raw image: the drive's size follows it. Writes are forgotten at the end. */
  readonly disk: Uint8Array | null;
  /** Bytes of a disc in a CD-ROM drive, read as they are needed; left out or null: no such drive. */
  readonly cdrom?: ImageSource | null;
  /** A raw floppy image for drive A, 360K to 2.88M. Writes are forgotten at the end. */
  readonly floppy?: Uint8Array | null;
  /** Keys typed once a text has come, each once; a later one waits for those before it. */
  readonly typing?: readonly TypeAtText[];
  readonly kernel: BootKernel | null;
  readonly limitInstructions: number | null;
  readonly limitCycles: number;
  readonly untilPort: { readonly port: number; readonly value: number } | null;
  readonly untilText: { readonly source: TextSource; readonly text: string } | null;
  /** Ports whose written values are reported at the end. */
  readonly watchPorts: readonly number[];
  /** Ports whose written bytes are passed on as they come. */
  readonly logPorts: readonly number[];
  /** A write of v stops the machine with exit code v*2+1, as QEMU's isa-debug-exit. */
  readonly exitPort: number | null;
  /** Find the phases of whatever boots, from power-on to the end. */
  readonly watchPhases: boolean;
  /** Cycles since power-on at which the run is kept. One that the run does not pass is kept never. */
  readonly saveAtCycles?: readonly number[];
  /** Goes on from here, where a run of the same machine was kept, instead of from power-on. */
  readonly restore?: BootSnapshot | null;
}

/** A boot at one instant. Plain data. */
export interface BootSnapshot {
  readonly machine: MachineSnapshot;
  readonly run: BootRunState;
}

/** What a boot knows beside its machine. */
export interface BootRunState {
  /** The kernel is to take over at the firmware's next INT 19h. */
  readonly isKernelWaiting: boolean;
  /** How many of the texts to be typed have been. */
  readonly typedCount: number;
  /** Characters of the serial line that the caller has heard. */
  readonly serialSent: number;
  readonly e9Tail: string;
  readonly watched: readonly PortValues[];
  readonly phases: PathObserverState | null;
}

/** Values written to a port, in order. */
export interface PortValues {
  readonly port: number;
  readonly values: readonly number[];
}

/** A Multiboot kernel or a bzImage, loaded without a disk once the firmware has come to INT 19h. */
export type BootKernel = KernelContent;

export type BootStop = 'until' | 'hlt' | 'insns' | 'cycles' | 'exit' | 'shutdown' | 'power-off' | 'cancelled';

/** How a boot ended. Plain data. */
export interface BootReport {
  readonly stop: BootStop;
  /** Null unless the exit port was written. */
  readonly exitCode: number | null;
  readonly instructions: number;
  readonly cycles: number;
  readonly cpuHz: number;
  /** Values written to the watched ports, in order, by port. */
  readonly ports: readonly PortValues[];
  /** Registers by name, unsigned. */
  readonly registers: Readonly<Record<string, number>>;
  /** The instruction at CS:EIP; null where it cannot be fetched. */
  readonly instruction: string | null;
  /** Lines of the text screen; null in a graphics mode. */
  readonly screen: readonly string[] | null;
  /** The screen in any mode. */
  readonly picture: VgaPicture;
  /** Null unless phases were watched. */
  readonly phases: PhaseRecord | null;
}

/** What the caller hears while the machine runs, about a hundred times per emulated second. */
export interface BootHooks {
  onSerial?(text: string): void;
  onPortBytes?(port: number, bytes: Uint8Array): void;
  /** Told for each of `saveAtCycles`, behind the instruction in which it fell. What was heard before is not in it. */
  onSnapshot?(cycle: number, snapshot: BootSnapshot): void;
  shouldStop?(): boolean;
}
