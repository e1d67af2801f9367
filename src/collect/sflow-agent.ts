// The agent address of an sFlow datagram as address words, by which exporters are found.
import { sflowAgentAt, sflowAgentFamily } from '../wire/sflow-agent.ts'
import { wordsOfBytes, wordsOfIpv4, type AddressWords } from './address-words.ts'

/** null when it is cut or of no known type. */
export function sflowAgent(bytes: Uint8Array, length: number): AddressWords | null {
  const family = sflowAgentFamily(bytes, length)
  if (family === null) return null
  return family === 4 ? wordsOfIpv4(bytes, sflowAgentAt) : wordsOfBytes(bytes, sflowAgentAt)
}
