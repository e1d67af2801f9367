// Names what a datagram is that no decoder takes: an old version of flow export, or something else altogether.
import { read16, read32 } from '../../wire/big-endian.ts'

/** Versions that existed and are not decoded. NetFlow has its number in 16 bits, sFlow in 32. */
const netflowVersions: ReadonlySet<number> = new Set([6, 8])
const sflowVersions: ReadonlySet<number> = new Set([2, 4])

/** The version of flow export by name, undefined when it is none that is known. */
export function unsupportedVersion(bytes: Uint8Array): string | undefined {
  if (bytes.length < 16) return undefined
  const version = read16(bytes, 0)
  const count = read16(bytes, 2)
  // NetFlow's second word counts its records, of which a datagram holds 51 of the smallest.
  if (netflowVersions.has(version) && count >= 1 && count <= 51) return `NetFlow v${version}`
  const word = read32(bytes, 0)
  // sFlow's next word is the type of the agent's address.
  return sflowVersions.has(word) && [1, 2].includes(read32(bytes, 4)) ? `sFlow v${word}` : undefined
}

/** What else is sent to a wrong port now and then, in words; `something else` where that is not known. */
export function otherContent(bytes: Uint8Array): string {
  // RFC 5424 §6.2.1: a message begins with its priority in angle brackets.
  if (/^<\d{1,3}>/.test(Buffer.from(bytes.subarray(0, 5)).toString('latin1'))) return 'syslog'
  // RFC 1157: a sequence that begins with an integer of one byte, the version.
  if (bytes[0] === 0x30 && (bytes[2] === 0x02 || bytes[3] === 0x02 || bytes[4] === 0x02)) return 'SNMP'
  return 'something else'
}
