// IP packets with numbers in them, as a source gives them to a sink, and what a pcap file has of them.
import { setTimeout as delay } from 'node:timers/promises'
import { join, u16, u32 } from '../../wire/testing/bytes.ts'
import { ethernet, ipv4 } from '../../wire/testing/packets.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'

const udp = 17

/** The bytes of packet `number`, `size` long as an IP packet. */
export function numberedPacket(number: number, size: number): Uint8Array {
  const payload = new Uint8Array(size - 28).fill(number)
  payload.set(u32(number))
  return ipv4(udp, join(u16(1000, 2000, size - 20, 0), payload))
}

/** As a source gives it: somewhere within a larger buffer, one millisecond after the one before. */
export function viewOf(number: number, size: number, withEthernet = false): PacketView {
  const packet = withEthernet ? ethernet(0x0800, numberedPacket(number, size)) : numberedPacket(number, size)
  return {
    seconds: 1_700_000_000 + Math.floor(number / 1000),
    nanoseconds: (number % 1000) * 1_000_000 + 7000,
    wireLength: packet.length,
    ethernet: withEthernet,
    superPacket: false,
    bytes: join(new Uint8Array(3), packet, new Uint8Array(2)),
    start: 3,
    end: 3 + packet.length,
  }
}

/** Numbers of the packets of a pcap file of raw IP, in its order. @throws when it ends within a packet */
export function numbersIn(file: Buffer): number[] {
  const numbers: number[] = []
  let at = 24
  while (at < file.length) {
    const captured = file.readUInt32LE(at + 8)
    if (at + 16 + captured > file.length) throw new Error(`the file ends within the packet at ${at}`)
    // Behind the headers of the record, IP and UDP.
    numbers.push(file.readUInt32BE(at + 16 + 28))
    at += 16 + captured
  }
  return numbers
}

/** Gives a sink the packets from one number to another, as fast as it takes them. */
export async function feed(sink: PacketSink, from: number, to: number, size: number): Promise<void> {
  const deadline = performance.now() + 60_000
  for (let number = from; number <= to; number++) {
    const packet = viewOf(number, size)
    while (!sink.take(packet)) {
      if (performance.now() > deadline) throw new Error(`the sink has not taken packet ${number} for 60 s`)
      await delay(1)
    }
  }
}
