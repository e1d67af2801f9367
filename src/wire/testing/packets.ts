// Packets for tests: each header as a function of what goes inside.
import { hex, join, u16, u32 } from './bytes.ts'

/** From 02:00:00:00:00:01 to 02:00:00:00:00:02. */
export function ethernet(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return join(hex('020000000002 020000000001'), u16(type), payload)
}

/** The bytes behind a tag's EtherType: tag control and the next EtherType. */
export function tagged(vlan: number, type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return join(u16(0x6000 | vlan, type), payload)
}

interface Ipv4Fields {
  readonly options?: Uint8Array
  readonly fragment?: number
  readonly totalLength?: number
}

/** From 192.0.2.1 to 198.51.100.2, type of service 0x28, identification 0x1234, time to live 63. */
export function ipv4(
  protocol: number,
  payload: Uint8Array,
  { options = new Uint8Array(0), fragment = 0x4000, totalLength }: Ipv4Fields = {},
): Uint8Array<ArrayBuffer> {
  const words = 5 + options.length / 4
  const total = totalLength ?? words * 4 + payload.length
  return join(
    Uint8Array.of(0x40 | words, 0x28),
    u16(total, 0x1234, fragment),
    Uint8Array.of(63, protocol, 0, 0),
    hex('c0000201 c6336402'),
    options,
    payload,
  )
}

/** From 2001:db8::1 to 2001:db8::2, traffic class 0x28, flow label 0x12345, hop limit 61. */
export function ipv6(next: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const addresses = hex('20010db8000000000000000000000001 20010db8000000000000000000000002')
  return join(u32(0x62812345), u16(payload.length), Uint8Array.of(next, 61), addresses, payload)
}

/** From port 40000 to 443 with the flags; 20 bytes of header. */
export function tcp(flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  return join(u16(40000, 443), u32(1, 2), u16(0x5000 | flags, 1024, 0, 0), payload)
}

export function udp(source: number, destination: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  return join(u16(source, destination, 8 + payload.length, 0), payload)
}
