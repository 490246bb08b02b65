// Debug console of virtual machines: SeaBIOS writes to 402h (QEMU's isa-debugcon), Bochs's to E9h. A read tells that it listens.
// Who reads along listens on the bus; the device itself keeps nothing.
import type { AccessSize, PortDevice } from '../bus';
import type { Resettable } from '../reset';

const PRESENT = 0xe9;

/** The device, the same at each of its ports. */
export class DebugConsole implements PortDevice, Resettable {
  readPort(_port: number, _sizeBytes: AccessSize): number {
    return PRESENT;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    return PRESENT;
  }

  writePort(): void {}

  enterReset(): void {}

  saveState(): Record<string, never> {
    return {};
  }

  restoreState(): void {}
}
