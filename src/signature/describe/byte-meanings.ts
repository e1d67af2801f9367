// What bytes mean at their place in well-known protocols, as a table.
import { bytesOfHex, type ByteCondition } from '../../filter/byte-condition.ts'

export const servicePorts = {
  dns: [53, 5353],
  ntp: [123],
  ssdp: [1900],
  memcached: [11_211],
  snmp: [161],
  cldap: [389],
  ike: [500],
  nat_ike: [4500],
  chargen: [19],
  quic: [443],
  sip: [5060, 5061],
  stun: [3478],
} as const
export type ByteService = keyof typeof servicePorts

interface ByteMeaning {
  /** `any`: of the payload, whatever the ports. `tcp`, `udp`: of the transport header. */
  readonly of: ByteService | 'any' | 'tcp' | 'udp'
  readonly at: number
  readonly value: string
  /** Bits of the value that count; all without it. */
  readonly mask?: string
  readonly text: string
}

// One meaning a line: this is a table to be read down its columns.
// prettier-ignore
const meanings: readonly ByteMeaning[] = [
  // DNS, RFC 1035 §4.1.1
  { of: 'dns', at: 2, value: '80', mask: '80', text: 'DNS answer' },
  { of: 'dns', at: 2, value: '00', mask: '80', text: 'DNS query' },
  { of: 'dns', at: 2, value: '04', mask: '04', text: 'authoritative' },
  { of: 'dns', at: 2, value: '02', mask: '02', text: 'truncated' },
  { of: 'dns', at: 2, value: '01', mask: '01', text: 'recursion desired' },
  { of: 'dns', at: 3, value: '80', mask: '80', text: 'recursion available' },
  { of: 'dns', at: 3, value: '02', mask: '0f', text: 'server failure' },
  { of: 'dns', at: 3, value: '03', mask: '0f', text: 'no such name' },
  { of: 'dns', at: 3, value: '05', mask: '0f', text: 'refused' },
  { of: 'dns', at: 4, value: '0001', text: 'one question' },
  { of: 'dns', at: 6, value: '0000', text: 'no answers' },
  { of: 'dns', at: 8, value: '0000', text: 'no authorities' },
  { of: 'dns', at: 10, value: '0001', text: 'one additional record (EDNS)' },
  // NTP, RFC 5905 §7.3; mode 6 and 7 RFC 9327 and ntpd
  { of: 'ntp', at: 0, value: '07', mask: '07', text: 'NTP private mode (7), as of monlist' },
  { of: 'ntp', at: 0, value: '06', mask: '07', text: 'NTP control mode (6)' },
  { of: 'ntp', at: 0, value: '04', mask: '07', text: 'NTP answer of a server' },
  { of: 'ntp', at: 0, value: '03', mask: '07', text: 'NTP request of a client' },
  { of: 'ntp', at: 3, value: '2a', text: 'monlist (MON_GETLIST_1)' },
  // SSDP, UPnP Device Architecture 2.0 §1
  { of: 'any', at: 0, value: '485454502f312e3120323030', text: 'HTTP answer 200' },
  { of: 'any', at: 0, value: '485454502f', text: 'HTTP answer' },
  { of: 'any', at: 0, value: '4d2d534541524348', text: 'SSDP search' },
  { of: 'any', at: 0, value: '4e4f54494659', text: 'NOTIFY' },
  // memcached protocol.txt, UDP: request id, sequence number, datagrams, reserved; 2 bytes each
  { of: 'memcached', at: 6, value: '0000', text: 'memcached frame' },
  { of: 'memcached', at: 8, value: '56414c554520', text: 'memcached value' },
  { of: 'memcached', at: 8, value: '5354415420', text: 'memcached statistics' },
  // SNMP, RFC 3416, in BER
  { of: 'snmp', at: 0, value: '30', text: 'SNMP message' },
  { of: 'snmp', at: 2, value: '020100', text: 'SNMPv1' },
  { of: 'snmp', at: 2, value: '020101', text: 'SNMPv2c' },
  { of: 'snmp', at: 4, value: '020101', text: 'SNMPv2c' },
  { of: 'snmp', at: 5, value: '04067075626c6963', text: 'community public' },
  { of: 'snmp', at: 7, value: '04067075626c6963', text: 'community public' },
  { of: 'snmp', at: 13, value: 'a2', text: 'answer (GetResponse)' },
  { of: 'snmp', at: 15, value: 'a2', text: 'answer (GetResponse)' },
  // CLDAP, RFC 4511 in BER
  { of: 'cldap', at: 0, value: '30', text: 'LDAP message' },
  // IKE, RFC 7296 §3.1 and RFC 2408 §3.1; on 4500 behind four zero bytes (RFC 3948 §2.2)
  { of: 'ike', at: 8, value: '0000000000000000', text: 'no responder cookie' },
  { of: 'ike', at: 17, value: '10', text: 'IKEv1' },
  { of: 'ike', at: 17, value: '20', text: 'IKEv2' },
  { of: 'ike', at: 18, value: '02', text: 'identity protection (main mode)' },
  { of: 'ike', at: 18, value: '04', text: 'aggressive mode' },
  { of: 'ike', at: 18, value: '05', text: 'informational' },
  { of: 'ike', at: 18, value: '22', text: 'IKE_SA_INIT' },
  { of: 'nat_ike', at: 0, value: '00000000', text: 'IKE and not ESP' },
  { of: 'nat_ike', at: 12, value: '0000000000000000', text: 'no responder cookie' },
  { of: 'nat_ike', at: 21, value: '10', text: 'IKEv1' },
  { of: 'nat_ike', at: 21, value: '20', text: 'IKEv2' },
  { of: 'nat_ike', at: 22, value: '02', text: 'identity protection (main mode)' },
  { of: 'nat_ike', at: 22, value: '04', text: 'aggressive mode' },
  { of: 'nat_ike', at: 22, value: '05', text: 'informational' },
  { of: 'nat_ike', at: 22, value: '22', text: 'IKE_SA_INIT' },
  // QUIC, RFC 9000 §17
  { of: 'quic', at: 0, value: 'c0', mask: 'f0', text: 'QUIC initial packet' },
  { of: 'quic', at: 0, value: '80', mask: '80', text: 'QUIC long header' },
  { of: 'quic', at: 0, value: '40', mask: 'c0', text: 'QUIC short header' },
  { of: 'quic', at: 1, value: '00000001', text: 'QUIC version 1' },
  { of: 'quic', at: 1, value: '00000000', text: 'version negotiation' },
  // STUN, RFC 8489 §5
  { of: 'stun', at: 0, value: '0101', text: 'STUN binding answer' },
  { of: 'any', at: 4, value: '2112a442', text: 'STUN' },
  // SIP, RFC 3261 §7
  { of: 'sip', at: 0, value: '5349502f322e30', text: 'SIP answer' },
  // Games: Source engine (A2S), Quake 3, RakNet
  { of: 'any', at: 0, value: 'ffffffff54', text: 'game query (A2S_INFO)' },
  { of: 'any', at: 0, value: 'ffffffff55', text: 'game query (A2S_PLAYER)' },
  { of: 'any', at: 0, value: 'ffffffff49', text: 'game answer (A2S_INFO)' },
  { of: 'any', at: 0, value: 'ffffffff676574737461747573', text: 'game query (getstatus)' },
  { of: 'any', at: 0, value: 'ffffffff737461747573526573', text: 'game answer (statusResponse)' },
  { of: 'any', at: 0, value: 'ffffffff', text: 'game packet without a connection' },
  // TLS, RFC 8446 §5.1; HTTP; BitTorrent DHT (BEP 5)
  { of: 'any', at: 0, value: '1603', text: 'TLS handshake' },
  { of: 'any', at: 0, value: '170303', text: 'TLS application data' },
  { of: 'any', at: 0, value: '47455420', text: 'HTTP GET' },
  { of: 'any', at: 0, value: '504f535420', text: 'HTTP POST' },
  { of: 'any', at: 0, value: '64313a', text: 'BitTorrent DHT' },
  // TCP, RFC 9293 §3.1 and §3.2, RFC 7323; UDP, RFC 768
  { of: 'tcp', at: 8, value: '00000000', text: 'acknowledges nothing' },
  { of: 'tcp', at: 20, value: '0101080a', text: 'time stamp option' },
  { of: 'udp', at: 6, value: '0000', text: 'without UDP checksum' },
]

/** Meanings of the bytes of a condition. @param services by the ports that are asked for with it */
export function byteMeanings(condition: ByteCondition, services: readonly ByteService[], protocol: number | undefined): string[] {
  const isOf = (of: ByteMeaning['of']) => {
    if (condition.base === 'transport') return (of === 'tcp' && protocol === 6) || (of === 'udp' && protocol === 17)
    return of === 'any' || services.some((service) => service === of)
  }
  const fitting = meanings.filter((meaning) => isOf(meaning.of) && says(condition, meaning))
  // Of two that begin alike the longer one says it all.
  const longest = fitting.filter((one) => !fitting.some((other) => other !== one && other.at === one.at && isLonger(other, one)))
  return [...new Set([...longest.map(({ text }) => text), ...maximumSegment(condition, protocol)])]
}

function isLonger(one: ByteMeaning, other: ByteMeaning): boolean {
  return one.mask === undefined && other.mask === undefined && one.value.length > other.value.length && one.value.startsWith(other.value)
}

function says(condition: ByteCondition, meaning: ByteMeaning): boolean {
  const asked = bytesOfHex(condition.value)
  const askedMask = condition.mask === null ? asked.map(() => 0xff) : bytesOfHex(condition.mask)
  const wanted = bytesOfHex(meaning.value)
  const wantedMask = meaning.mask === undefined ? wanted.map(() => 0xff) : bytesOfHex(meaning.mask)
  const from = meaning.at - condition.offset
  if (from < 0 || from + wanted.length > asked.length) return false
  return wanted.every((value, index) => {
    const bits = wantedMask[index]
    return (askedMask[from + index] & bits) === bits && (asked[from + index] & bits) === value
  })
}

/** Option 2 of TCP, where it stands first as it nearly always does. */
function maximumSegment({ base, offset, value, mask }: ByteCondition, protocol: number | undefined): string[] {
  if (protocol !== 6 || base !== 'transport' || offset !== 20 || mask !== null || !/^0204[\da-f]{4}/.test(value)) return []
  return [`maximum segment size ${Number.parseInt(value.slice(4, 8), 16)}`]
}
