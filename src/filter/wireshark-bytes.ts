// Conditions on bytes for Wireshark. Its layers begin with their header, and most of them go on to the end of the packet; that
// of UDP ends with its header.
import { endOf, payloadProtocols, type ByteCondition } from './byte-condition.ts'
import { wholeFault } from './filter-error.ts'
import { allTerms, anyTerm, type FilterTerm } from './filter-terms.ts'
import { leastTcpWords, udpHeaderBytes } from './transport-bytes.ts'
import type { WiresharkShape } from './wireshark-shape.ts'
import { carriedTerm, colonHex, wiresharkProtocols } from './wireshark-transport.ts'

export function bytesTerm(filter: ByteCondition, shape: WiresharkShape): FilterTerm {
  if (filter.base === 'transport') {
    return anyTerm(...shape.protocols.map((protocol) => carriedTerm(protocol, shape, transportTerm(filter, protocol))))
  }
  const terms = payloadProtocols.map((protocol) => {
    return carriedTerm(protocol, shape, protocol === 17 ? sliceTerm('udp.payload#1', filter) : tcpPayloadTerm(filter, shape.words))
  })
  return anyTerm(...terms)
}

function transportTerm(filter: ByteCondition, protocol: number): FilterTerm {
  const name = wiresharkProtocols.get(protocol)?.name
  if (name === undefined || name === 'udplite') {
    throw wholeFault(
      'Wireshark has no name for these bytes: name the protocol beside them, one of tcp, udp, icmp, icmp6, gre, esp, sctp and dccp',
    )
  }
  if (name !== 'udp') return sliceTerm(`${name}#1`, filter)
  const [header, payload] = cutAt(filter, udpHeaderBytes)
  return allTerms(header === null || sliceTerm('udp#1', header), payload === null || sliceTerm('udp.payload#1', payload))
}

/** By each length that the header can have: the field for the payload leaves out what Wireshark takes for something else. */
function tcpPayloadTerm(filter: ByteCondition, words: readonly number[]): FilterTerm {
  const terms = words
    .filter((count) => count >= leastTcpWords)
    .map((count) => {
      const bytes = sliceTerm('tcp#1', { ...filter, offset: count * 4 + filter.offset })
      return allTerms(words.length === 1 || `tcp.hdr_len#1 == ${count * 4}`, bytes)
    })
  return anyTerm(...terms)
}

/** What stands before a place and what stands behind it, counted from there. */
function cutAt(filter: ByteCondition, place: number): readonly [before: ByteCondition | null, behind: ByteCondition | null] {
  if (endOf(filter) <= place) return [filter, null]
  if (filter.offset >= place) return [null, { ...filter, offset: filter.offset - place }]
  const digits = (place - filter.offset) * 2
  const { value, mask } = filter
  return [
    { ...filter, value: value.slice(0, digits), mask: mask?.slice(0, digits) ?? null },
    { ...filter, offset: 0, value: value.slice(digits), mask: mask?.slice(digits) ?? null },
  ]
}

function sliceTerm(layer: string, { offset, value, mask }: ByteCondition): FilterTerm {
  const length = value.length / 2
  const slice = `${layer}[${offset}${length === 1 ? '' : `:${length}`}]`
  return mask === null ? `${slice} == ${colonHex(value)}` : `${slice} & ${colonHex(mask)} == ${colonHex(value)}`
}
