// The agent address of an sFlow v5 datagram, by which collectors attribute it.
import { exportProtocol } from '../../contract/flow-columns.ts'
import { ipText } from '../../wire/address-text.ts'
import { writeIpv4, writeIpv6 } from '../../wire/address-columns.ts'
import { recognise } from '../../wire/flow-datagram.ts'
import { sflowAgentAt, sflowAgentFamily } from '../../wire/sflow-agent.ts'

/** @returns canonical text, null where there is none */
export function sflowAgent(bytes: Uint8Array): string | null {
  if (recognise(bytes, bytes.length) !== exportProtocol.sflow5) return null
  const family = sflowAgentFamily(bytes, bytes.length)
  if (family === null) return null
  const words = new Uint32Array(4)
  const write = family === 4 ? writeIpv4 : writeIpv6
  write(words, 0, bytes, sflowAgentAt)
  return ipText(words, 0)
}
