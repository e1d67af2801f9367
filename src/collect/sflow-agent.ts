// The agent address of an sFlow datagram, which names the router whatever address the datagram came from.
import { wordsOfBytes, wordsOfIpv4, type AddressWords } from './address-words.ts'

/** Type at byte 4, address at 8; null when it is cut or of no known type. */
export function sflowAgent(bytes: Uint8Array, length: number): AddressWords | null {
  if (length >= 12 && bytes[7] === 1) return wordsOfIpv4(bytes, 8)
  return length >= 24 && bytes[7] === 2 ? wordsOfBytes(bytes, 8) : null
}
