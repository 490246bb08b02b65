// Each option of the kernel changes exactly the phases it should: docs/facts.md, "Experiments", what a kexec and a kernel have of them.
// Each row: what it is about on either path, in seconds where a formula gives them. The figures of a machine: parameters.test.ts.
import { describe, expect, it } from 'vitest';
import { readBzImageHeader, growLabKernel } from '../../src/emulator/boot/bzimage';
import type { PathRecord } from '../../src/emulator/phases';
import { RUN_OPTIONS } from '../../src/lab/run-options';
import type { RunOptions } from '../../src/lab/run-options';
import type { Setting } from '../exercises/measured';
import { measure, MIB } from '../exercises/measured';
import { testNetwork } from '../support/cards';
import { readGuestImages } from '../support/guest-images';
import type { Changes, Row } from '../support/parameter-table';
import { BIOS_TICK, CARDS, expectRow, morePages, moveSeconds, PLAIN, withMore } from '../support/parameter-table';

/** A kernel of some size on a machine where it finds free memory from 4 MiB on. */
const FILLER_BYTES = 384 * 1024;
const ROOMY = withMore(PLAIN, { set: { 'memory.ramBytes': 8 * MIB, 'kernel.fillerBytes': FILLER_BYTES } });
const TESTED = withMore(PLAIN, { set: { 'firmware.memoryTest': 2 } });
const BIG = withMore(PLAIN, { set: { 'memory.ramBytes': 208 * MIB } });
function row(option: RunOptions, warm: Changes, kexec: Changes, base: Setting = PLAIN): Row {
  const parameter = Object.entries(option)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return { parameter, base, setting: withMore(base, { option }), warm, kexec };
}

/** A network of 1000 frames a second. */
const NETWORK: Setting = { ...CARDS, profile: { ...CARDS.profile!, network: testNetwork(1000) } };

/** Beside a word of the same length that names no driver: looking it up costs the same. */
function leaving(driver: string, warm: Changes, kexec: Changes, base: Setting): Row {
  const word = (name: string) => withMore(base, { words: `lab.noshutdown=${name}` });
  return {
    parameter: `noshutdown=${driver}`,
    base: word('x'.repeat(driver.length)),
    setting: word(driver),
    warm,
    kexec,
    causes: [],
  };
}

const REBUILD: Changes = { 'device-shutdown': 'longer', 'driver-probe': [0, 60e-6] };
const QUICKER: Changes = { 'device-shutdown': 'shorter' };
const CHARACTER = 10 / 9600;
const LOUDER: Changes = { 'device-shutdown': [21 * CHARACTER, 23 * CHARACTER], 'machine-shutdown': [0, 2 * CHARACTER] };

/** The purgatory moves the kernel down from where it was loaded. */
const kernelDwords = () => {
  const image = growLabKernel(readGuestImages().kernel, FILLER_BYTES);
  return (image.length - readBzImageHeader(image).protectedModeOffset) / 4;
};

const PAGE_SECONDS = moveSeconds(1024);

/** To within a tenth: parked pages and the search for conflicts take their instructions, too. */
const exchanges = (before: PathRecord, after: PathRecord) => {
  const countOf = ({ serialText }: PathRecord) => Number(/(\d+) exchanged/.exec(serialText)![1]);
  expect(countOf(after)).not.toBe(countOf(before));
  const seconds = (countOf(after) - countOf(before)) * PAGE_SECONDS;
  return [seconds - 0.1 * Math.abs(seconds), seconds + 0.1 * Math.abs(seconds)] as const;
};

/** Three words more, which the next kernel gets too. */
const KEPT: Changes = { 'userspace-shutdown': [0, 200e-6], userspace: [0, 200e-6] };

/** Init's last words of a boot. */
const UP = 'init: services are up\r\n';

const TALK: Changes = {
  'userspace-shutdown': 'longer',
  'device-shutdown': 'longer',
  'machine-shutdown': 'longer',
  'start-kernel': 'longer',
  'driver-probe': 'longer',
  userspace: 'longer',
};

const ROWS: readonly Row[] = [
  row({ console: '115200' }, TALK, { 'kexec-load': 'longer', ...TALK }),
  row(
    { console: '9600' },
    TALK,
    { 'kexec-load': 'longer', ...TALK },
    withMore(PLAIN, { option: { console: '115200' } }),
  ),
  {
    ...row({ console: 'vga' }, TALK, { 'kexec-load': 'longer', ...TALK }),
    causes: ['line'],
  },
  {
    ...row(
      { compression: 'stored' },
      { 'loader-load': 'longer', decompress: 'shorter' },
      { 'kexec-load': 'longer', 'relocate-copy': morePages, decompress: 'shorter' },
    ),
    causes: ['disk'],
  },
  // The old kernel lies where the new one will: only pages for parameters, command line and purgatory can be in the way.
  row({ scatter: '7' }, {}, { 'kexec-load': [-6 * PAGE_SECONDS, 6 * PAGE_SECONDS] }),
  {
    ...row({ 'load-at': '0x400000' }, {}, { 'relocate-copy': () => moveSeconds(kernelDwords()) }, ROOMY),
    causes: ['word'],
  },
  // Destinations in free memory: every page that changes places with another is copied once more.
  row(
    { scatter: '7' },
    {},
    { 'kexec-load': exchanges },
    withMore(ROOMY, { option: { 'load-at': '0x400000', console: '115200' } }),
  ),
  { ...row({ invariant: 'off' }, {}, {}), causes: ['word'] },
  {
    ...row({ stub: 'three' }, {}, { 'relocate-copy': ({ pagesCopied }) => moveSeconds(2 * 1024 * pagesCopied) }),
    causes: ['word'],
  },
  { ...row({ hash: 'on' }, {}, { 'kexec-load': 'longer', 'purgatory-hash': 'longer' }), causes: ['word'] },
  // Init reads the file when services have stopped already, and the call comes behind.
  { ...row({ era: '2.5.44' }, {}, { 'kexec-load': 'shorter', 'userspace-shutdown': 'longer' }), causes: ['word'] },
  { ...row({ era: '2.6.13' }, {}, {}), causes: ['word'] },
  { ...row({ era: '2.6.13', crashkernel: '1M@3M' }, {}, {}), causes: ['word'] },
  {
    ...row({ keep: 'on' }, {}, { ...KEPT, 'kexec-load': 'shorter', 'relocate-copy': 'shorter' }, ROOMY),
    causes: ['word'],
  },
  { ...row({ entry: '16' }, {}, { 'relocate-copy': [0, 50e-6], 'setup-realmode': [10e-6, 100e-6] }), causes: ['word'] },
  {
    ...row(
      { biostest: 'on' },
      {},
      { 'setup-realmode': [0, BIOS_TICK + 1e-5] },
      withMore(PLAIN, { option: { entry: '16' } }),
    ),
    causes: ['word'],
  },
  { ...row({ picreset: 'off' }, {}, {}), causes: ['word'] },
  // 64 MB are taken for granted, of 208 that the kernel has entries to make for.
  { ...row({ e820: 'off' }, {}, { 'start-kernel': 'shorter' }, BIG), causes: ['word'] },
  leaving('ata', QUICKER, QUICKER, PLAIN),
  leaving('kbd', QUICKER, QUICKER, PLAIN),
  // It says so in 23 characters, and does not wait until the last one or two have left: what is printed next does.
  leaving('serial', LOUDER, LOUDER, withMore(PLAIN, { option: { console: '9600' } })),
  {
    ...leaving('net', QUICKER, QUICKER, NETWORK),
    warns: { warm: /^DMA by i82559 wrote/, kexec: /DMA by i82559 wrote/ },
  },
  leaving('scsi', QUICKER, QUICKER, CARDS),
  // A pause of 50 us before the pulse or the edge, or none.
  row({ reset: 'port92' }, { 'machine-shutdown': [-120e-6, -50e-6] }, {}),
  row({ reset: 'triple-fault' }, { 'machine-shutdown': [-120e-6, -50e-6] }, {}),
  row({ reset: 'cf9' }, { 'machine-shutdown': [-60e-6, 0], reset: 1e-3 - 1e-6 }, {}),
  { ...row({ warmword: 'on' }, { 'ram-test': 'shorter' }, {}, TESTED), causes: ['word'] },
  // The drive answers 50 ms after its reset, looked for at ticks of 10.
  {
    ...row({ ataprobe: 'reset' }, { 'driver-probe': [0.05, 0.07] }, { 'driver-probe': [0.05, 0.07] }),
    causes: ['word'],
  },
  // The command under way has to end, and behind the probe there is one to begin.
  { ...row({ scsirebuild: 'on' }, REBUILD, REBUILD, CARDS), causes: ['word'] },
];

describe.each(ROWS)('$parameter', (one) => {
  it.each(['warm', 'kexec'] as const)('on the path %s changes its phases and no other', (path) => expectRow(one, path));
});

it.each(['warm', 'kexec'] as const)('on the path %s a rate costs ten bits for each character', (path) => {
  const BAUDS = [9600, 115_200];
  const [slow, fast] = BAUDS.map((baud) => {
    const { serialText, totalCycles, cpuHz } = measure(path, withMore(PLAIN, { option: { console: String(baud) } }));
    const firstBootEnd = serialText.indexOf(UP) + UP.length;
    return { seconds: totalCycles / cpuHz, characters: serialText.length - firstBootEnd };
  });
  const sending = (slow.characters * 10) / BAUDS[0] - (fast.characters * 10) / BAUDS[1];
  expect(sending).toBeGreaterThan(1);
  // What is done while a character is on its way comes off; reading a file begins elsewhere on the platter.
  expect(Math.abs((slow.seconds - fast.seconds) / sending - 1)).toBeLessThan(0.01);
});

it('every option has a row', () => {
  const tested = new Set(ROWS.flatMap(({ parameter }) => parameter.match(/[a-z\d-]+(?==)/g)));
  expect(RUN_OPTIONS.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
});
