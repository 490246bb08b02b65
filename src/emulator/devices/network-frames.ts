// Broadcast frames as an office network of 2002 was full of: ARP requests and NetBIOS over UDP.
// RFC 826, RFC 791, RFC 768, RFC 1001/1002. Without the check sequence; checksums in them are right.

const TYPE_IPV4 = 0x0800;
const TYPE_ARP = 0x0806;
const LEAST_FRAME_BYTES = 60;
const IP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const PROTOCOL_UDP = 17;
const PORT_NAME_SERVICE = 137;
const PORT_DATAGRAM_SERVICE = 138;
/** Bytes of UDP data: a name query; a host announcement to the browser's mail slot. */
const NAME_QUERY_BYTES = 50;
const ANNOUNCEMENT_BYTES = 201;

/** Stations are 10.0.0.1 to 10.0.0.254; their hardware addresses follow from that. */
export type StationNumber = number;

/** "Who has 10.0.0.<target>? Tell 10.0.0.<sender>." */
export function arpRequest(sender: StationNumber, target: StationNumber): Uint8Array {
  const frame = broadcast(sender, TYPE_ARP, LEAST_FRAME_BYTES);
  frame.set([0, 1, 0x08, 0, 6, 4, 0, 1], 14); // Ethernet, IPv4, request
  frame.set(hardwareAddress(sender), 22);
  frame.set(internetAddress(sender), 28);
  frame.set(internetAddress(target), 38);
  return frame;
}

/** A NetBIOS name query for a workstation of that number. */
export function nameQuery(sender: StationNumber, target: StationNumber, transaction: number): Uint8Array {
  const { frame, data } = udpBroadcast(sender, PORT_NAME_SERVICE, NAME_QUERY_BYTES);
  data.set([transaction >>> 8, transaction, 0x01, 0x10, 0, 1, 0, 0, 0, 0, 0, 0]); // broadcast query, one question
  data.set(encodedName(stationName(target)), 12);
  data.set([0, 0x20, 0, 1], 46); // NB, IN
  return frame;
}

/** A workstation's announcement to the network's browser; its mail slot data are zeros. */
export function hostAnnouncement(sender: StationNumber, transaction: number): Uint8Array {
  const { frame, data } = udpBroadcast(sender, PORT_DATAGRAM_SERVICE, ANNOUNCEMENT_BYTES);
  data.set([0x11, 0x02, transaction >>> 8, transaction, ...internetAddress(sender), 0, PORT_DATAGRAM_SERVICE]);
  data.set([0, ANNOUNCEMENT_BYTES - 14, 0, 0], 10);
  data.set(encodedName(stationName(sender)), 14);
  data.set(encodedName('WORKGROUP'), 48);
  return frame;
}

function broadcast(sender: StationNumber, type: number, sizeBytes: number): Uint8Array {
  const frame = new Uint8Array(Math.max(sizeBytes, LEAST_FRAME_BYTES));
  frame.fill(0xff, 0, 6);
  frame.set(hardwareAddress(sender), 6);
  frame.set([type >>> 8, type], 12);
  return frame;
}

function udpBroadcast(sender: StationNumber, port: number, dataBytes: number) {
  const packetBytes = IP_HEADER_BYTES + UDP_HEADER_BYTES + dataBytes;
  const frame = broadcast(sender, TYPE_IPV4, 14 + packetBytes);
  const header = frame.subarray(14, 14 + IP_HEADER_BYTES);
  header.set([0x45, 0, packetBytes >>> 8, packetBytes, 0, 0, 0, 0, 64, PROTOCOL_UDP]);
  header.set(internetAddress(sender), 12);
  header.set(internetAddress(255), 16);
  const sum = internetChecksum(header);
  header.set([sum >>> 8, sum], 10);
  const udpBytes = UDP_HEADER_BYTES + dataBytes;
  // A UDP checksum of zero: none was made.
  frame.set([port >>> 8, port, port >>> 8, port, udpBytes >>> 8, udpBytes], 14 + IP_HEADER_BYTES);
  return { frame, data: frame.subarray(14 + IP_HEADER_BYTES + UDP_HEADER_BYTES) };
}

/** Intel's prefix, then the station. */
function hardwareAddress(station: StationNumber): number[] {
  return [0x00, 0x02, 0xb3, 0x0a, 0x00, station];
}

function internetAddress(station: StationNumber): number[] {
  return [10, 0, 0, station];
}

function stationName(station: StationNumber): string {
  return `PC${String(station).padStart(3, '0')}`;
}

/** First-level encoding (RFC 1001 14.1): 16 characters padded with blanks, half a byte to a letter. */
function encodedName(name: string): number[] {
  const letters = Array.from(name.padEnd(16), (character) => character.charCodeAt(0));
  return [32, ...letters.flatMap((code) => [0x41 + (code >>> 4), 0x41 + (code & 0xf)]), 0];
}

/** RFC 1071, with the checksum field zero. */
function internetChecksum(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += (header[at] << 8) | header[at + 1];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
