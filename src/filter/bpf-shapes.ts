// The shapes that an IP packet can have for BPF, which has no loops: IPv4, and IPv6 with so many extension headers. Within
// a shape every header has its place.
import { allTerms, anyTerm, notTerm, type FilterTerm } from './filter-terms.ts'
import { payloadProtocols, type PayloadProtocol } from './byte-condition.ts'
import { passedHeaders } from './ip-headers.ts'

/** Bytes that one load can take. */
export type BpfLoad = 1 | 2 | 4

export interface BpfShape {
  readonly version: 4 | 6
  /** Which packets have the shape. */
  readonly guard: FilterTerm
  /** Expression of the protocol number; null where the chain of headers is broken or too long. */
  readonly protocol: string | null
  /** Expression of `length` bytes at an offset of the transport header. */
  readonly transport: (offset: number | string, length: BpfLoad) => string
  /** Whether there is a transport header, and so many bytes from its start on. */
  readonly hasTransport: (bytes: number | string) => FilterTerm
  /** Protocols that a payload is looked for behind. */
  readonly payload: readonly PayloadProtocol[]
  readonly fragments: Readonly<Record<'any' | 'first' | 'later', FilterTerm>>
}

/** IPv6 extension headers that are looked past: options before a fragment header. More are rare, and the text grows with each. */
const extensionsAtMost = 2

const width = (length: BpfLoad) => (length === 1 ? '' : `:${length}`)

const headerLength4 = '((ip[0] & 15) << 2)'

export const shape4: BpfShape = {
  version: 4,
  guard: 'ip',
  protocol: 'ip[9]',
  transport: (offset, length) => `ip[${headerLength4} + ${offset}${width(length)}]`,
  // The length that the packet gives itself counts, not that of the frame, which may be padded.
  hasTransport: (bytes) => allTerms('(ip[6:2] & 0x1fff) = 0', `ip[2:2] >= ${headerLength4} + ${bytes}`),
  payload: payloadProtocols,
  fragments: {
    any: '(ip[6:2] & 0x3fff) != 0',
    first: '(ip[6:2] & 0x3fff) = 0x2000',
    later: '(ip[6:2] & 0x1fff) != 0',
  },
}

/** Where an extension header begins: bytes behind the IPv6 header, as a number and lengths that packets tell. */
interface Place {
  readonly bytes: number
  readonly lengths: readonly string[]
}

/** A number of bytes, lengths that packets tell, and what is behind them. */
function behindAll(bytes: number, lengths: readonly string[], more: number | string): string {
  return (typeof more === 'number' ? [bytes + more, ...lengths] : [bytes, ...lengths, more]).join(' + ')
}

/** Expression of bytes at an offset from a place. */
function at({ bytes, lengths }: Place, offset: number | string, length: BpfLoad = 1): string {
  return `ip6[${behindAll(40 + bytes, lengths, offset)}${width(length)}]`
}

/**
 * Whether so many bytes are there from a place on, by the length that the packet gives itself. The sum stands first: with the
 * load first, the optimiser of libpcap 1.10 can keep it in a register that it then never sets.
 */
function reaches({ bytes, lengths }: Place, count: number | string): string {
  return `${behindAll(bytes, lengths, count)} <= ip6[4:2]`
}

/** Behind the extension header at a place. The byte for the length is reserved in a fragment header, and zero. */
function behind(place: Place): Place {
  return { bytes: place.bytes + 8, lengths: [...place.lengths, `(${at(place, 1)} << 3)`] }
}

/** The first extension header, the second … as many as are looked past, and the place behind them. */
const places: readonly Place[] = Array.from({ length: extensionsAtMost }).reduce<Place[]>(
  (known) => [...known, behind(known.at(-1) as Place)],
  [{ bytes: 0, lengths: [] }],
)

function place(index: number): Place {
  // Asked for up to extensionsAtMost only.
  return places[index]
}

/** Expression of what kind of header stands at the index. */
function kind(index: number): string {
  return index === 0 ? 'ip6[6]' : at(place(index - 1), 0)
}

function isPassed(index: number): FilterTerm {
  return anyTerm(...Object.values(passedHeaders).map((number) => `${kind(index)} = ${number}`))
}

/** Whether the header at the index is that of a fragment with such bits of offset and flag. */
function isFragment(index: number, bits: string): FilterTerm {
  return allTerms(`${kind(index)} = ${passedHeaders.fragment}`, `(${at(place(index), 2, 2)} & ${bits}`)
}

const isLater = (index: number) => isFragment(index, '0xfff8) != 0')
const indexes = places.map((_, index) => index).slice(0, extensionsAtMost)

/** All headers before the index are passed over, and the first bytes of each are there. */
function isReached(index: number): FilterTerm {
  return allTerms(...indexes.slice(0, index).flatMap((before) => [isPassed(before), reaches(place(before), 4)]))
}

function anyFragment(bits: string): FilterTerm {
  return anyTerm(...indexes.map((index) => allTerms(isReached(index), reaches(place(index), 4), isFragment(index, bits))))
}

const fragments6 = { any: anyFragment('0xfff9) != 0'), first: anyFragment('0xfff9) = 1'), later: anyFragment('0xfff8) != 0') }

/** So many extension headers before the protocol. */
function shape6(count: number): BpfShape {
  const start = place(count)
  const middle = indexes.slice(0, Math.max(0, count - 1)).map((index) => notTerm(isLater(index)))
  return {
    version: 6,
    guard: allTerms('ip6', isReached(count), ...middle, notTerm(isPassed(count))),
    protocol: kind(count),
    transport: (offset, length) => at(start, offset, length),
    hasTransport: (bytes) => allTerms(count === 0 || notTerm(isLater(count - 1)), reaches(start, bytes)),
    payload: payloadProtocols,
    fragments: fragments6,
  }
}

const shapes6 = [...indexes, extensionsAtMost].map(shape6)

const unknown = { protocol: null, transport: () => '0', hasTransport: () => false, payload: [], fragments: fragments6 } as const

/** Whatever none of the others is. */
const broken6: BpfShape = { ...unknown, version: 6, guard: allTerms('ip6', notTerm(anyTerm(...shapes6.map(({ guard }) => guard)))) }

/** For filters that ask for nothing behind the IPv6 header but fragments: one shape does. */
export const plain6: BpfShape = { ...unknown, version: 6, guard: 'ip6' }

/** Every IPv6 packet has exactly one of them. */
export const chained6: readonly BpfShape[] = [...shapes6, broken6]
