// The network card and the cable it hangs on, from the profile.
import { I82559 } from '../devices/i82559/i82559';
import { NetworkWire } from '../devices/network-wire';
import type { MachineProfile } from '../profile';
import type { PciBoard } from './pci';
import { PCI_SLOT } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Intel's prefix; no station of the network has it (network-frames.ts). */
const MAC_ADDRESS = [0x00, 0x02, 0xb3, 0x0b, 0x1a, 0xb0];

/** @param bootRom expansion ROM of the card, null for an empty socket */
export function wireNetwork(
  { clock, busMaster, profile }: Wiring,
  pci: PciBoard,
  network: NonNullable<MachineProfile['network']>,
  bootRom: Uint8Array | null,
): NamedChips {
  const mbps = network.linkMbps.value === 100 ? 100 : 10;
  const networkCard = new I82559(
    {
      ...{ clock, busMaster, decoder: pci.decoder },
      interruptLine: pci.interruptLine(PCI_SLOT.NETWORK, 1),
      sendFrame: () => {}, // nobody on this network answers
    },
    {
      macAddress: MAC_ADDRESS,
      bootRom,
      bootPromptSeconds: profile.firmware.pxePromptSeconds.value,
      partnerMbps: mbps,
      timing: {
        acceptNs: network.acceptNs.value,
        commandNs: network.commandNs.value,
        resetNs: network.resetNs.value,
        selfTestNs: network.selfTestNs.value,
        mdiNs: network.mdiNs.value,
        eepromWriteNs: network.eepromWriteNs.value,
        autonegotiationNs: network.autonegotiationNs.value,
      },
    },
  );
  const networkWire = new NetworkWire(
    clock,
    { framesPerSecond: network.framesPerSecond.value, seed: network.trafficSeed.value, mbps },
    (frame) => networkCard.receiveFrame(frame),
  );
  pci.configuration.attach({ device: PCI_SLOT.NETWORK, function: 0 }, networkCard);
  return { networkCard, networkWire };
}
