// The agent address of an sFlow v5 datagram, by which collectors attribute it.
import { exportProtocol } from '../../contract/flow-columns.ts'
import { ipText } from '../../wire/address-text.ts'
import { writeIpv4, writeIpv6 } from '../../wire/address-columns.ts'
import { read32 } from '../../wire/big-endian.ts'
import { recognise } from '../../wire/flow-datagram.ts'

/** Version, type of the address (1 IPv4, 2 IPv6), address. @returns canonical text, null where there is none */
export function sflowAgent(bytes: Uint8Array): string | null {
  if (bytes.length < 12 || recognise(bytes, bytes.length) !== exportProtocol.sflow5) return null
  const type = read32(bytes, 4)
  const words = new Uint32Array(4)
  if (type === 1) writeIpv4(words, 0, bytes, 8)
  else if (type === 2 && bytes.length >= 24) writeIpv6(words, 0, bytes, 8)
  else return null
  return ipText(words, 0)
}
