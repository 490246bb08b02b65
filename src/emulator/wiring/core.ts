// The chips every PC has around the CPU: interrupts, timer, clock, keyboard, ports 61h, 80h and 92h, COM1.
// IRQ and port assignments: IBM AT Technical Reference.
import { initialCmos } from '../cmos';
import { FpuErrorPort } from '../devices/fpu-error-port';
import { Kbc8042 } from '../devices/kbc-8042';
import { Ps2Mouse } from '../devices/mouse-ps2';
import type { PicPair } from '../devices/pic-8259';
import { Pit8254 } from '../devices/pit-8254';
import { Port61 } from '../devices/port-61';
import { Port92 } from '../devices/port-92';
import { PostPort80 } from '../devices/post-port-80';
import { RtcMc146818 } from '../devices/rtc-mc146818';
import { Uart16550 } from '../devices/uart-16550';
import { floppyTypeOf } from './floppy';
import type { NamedChips, Wiring } from './wiring';

/** The battery-backed clock starts at a fixed date: that of the article the lab begins with. */
const START_DATE = { year: 2002, month: 11, date: 13, hours: 12, minutes: 0, seconds: 0 };

/** Wires them; `pic` exists already, since every other chip needs it. */
export function wireCore(wiring: Wiring, pic: PicPair) {
  const { clock, cpu, noteUnstable, irq, claim, profile, requestReset, start } = wiring;
  const fpuErrors = new FpuErrorPort({ irq: irq(13), ignoreErrors: () => cpu.ignoreFpuErrors() });
  const irq0 = irq(0);
  const driveIrq0 = (isHigh: boolean) => (isHigh ? irq0.raise() : irq0.lower());
  const pit = new Pit8254(
    { clock, noteUnstable, outputs: [driveIrq0, null, null] },
    { phaseNs: start.timerPhaseNs, gates: [true, true, false] },
  );
  const port61 = new Port61({ pit, noteUnstable }, { refreshSource: 'fixed' });
  const rtc = new RtcMc146818(
    { clock, irq: irq(8), noteUnstable },
    { start: START_DATE, phaseNs: start.rtcPhaseNs, cmos: initialCmos(profile, floppyTypeOf(wiring.drives)) },
  );

  // A20 opens when either gate does; resets end at the machine
  const a20 = { keyboardController: false, port92: false };
  const moveGate = (gate: keyof typeof a20) => (isOpen: boolean) => {
    a20[gate] = isOpen;
    cpu.setA20(a20.keyboardController || a20.port92);
  };
  const { keyboard } = profile;
  const deviceTiming = { batNs: keyboard.batNs.value, answerNs: keyboard.answerNs.value };
  const mouse = profile.hasPci ? new Ps2Mouse(clock, deviceTiming, () => keyboardController.auxByteReady()) : null;
  const keyboardController: Kbc8042 = new Kbc8042(
    {
      clock,
      noteUnstable,
      irq1: irq(1),
      irq12: irq(12),
      onA20: moveGate('keyboardController'),
      onReset: () => requestReset('cpu-init', '8042'),
      auxDevice: mouse,
    },
    {
      byteNs: keyboard.byteNs.value,
      timeoutNs: keyboard.timeoutNs.value,
      commandNs: keyboard.commandNs.value,
      selfTestNs: keyboard.selfTestNs.value,
      hasAuxPort: profile.hasPci,
      keyboard: deviceTiming,
    },
  );
  const port92 = new Port92({
    onA20: moveGate('port92'),
    onFastReset: () => requestReset('cpu-init', 'port-92'),
  });
  const post = new PostPort80();
  const serial = new Uart16550(
    clock,
    irq(4),
    noteUnstable,
    {
      basePort: 0x3f8,
      modemInputs: { cts: true, dsr: true, ri: false, dcd: true },
      isGatedByOut2: true,
    },
    { byteSent: wiring.serialByteSent },
  );

  const isa8Ns = profile.ports.isa8Ns.value;
  claim('8259A master', 0x20, 0x21, pic.master, isa8Ns);
  claim('8254', 0x40, 0x43, pit, isa8Ns);
  claim('8042 data', 0x60, 0x60, keyboardController, isa8Ns);
  claim('port 61h', 0x61, 0x61, port61, isa8Ns);
  claim('8042 command', 0x64, 0x64, keyboardController, isa8Ns);
  claim('RTC', 0x70, 0x71, rtc, isa8Ns);
  claim('POST', 0x80, 0x80, post, isa8Ns);
  claim('port 92h', 0x92, 0x92, port92, isa8Ns);
  claim('8259A slave', 0xa0, 0xa1, pic.slave, isa8Ns);
  claim('x87 errors', 0xf0, 0xf1, fpuErrors, isa8Ns);
  claim('COM1', 0x3f8, 0x3ff, serial, isa8Ns);
  if (profile.hasPci) claim('ELCR', 0x4d0, 0x4d1, pic.elcr, isa8Ns);
  const chips = { pic, fpuErrors, pit, port61, rtc, keyboardController, port92, post, serial } satisfies NamedChips;
  return { fpuErrors, pit, rtc, keyboardController, mouse, serial, chips: { ...chips, ...(mouse && { mouse }) } };
}
