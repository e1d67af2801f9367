// The shapes that an IP packet can have for BPF, which has no loops: IPv4, and IPv6 with so many extension headers. Within
// a shape every header has its place.
import { allTerms, anyTerm, notTerm, type BpfTerm } from './bpf-terms.ts'
import { passedHeaders } from './ip-headers.ts'

export interface BpfShape {
  readonly version: 4 | 6
  /** Which packets have the shape. */
  readonly guard: BpfTerm
  /** Expression of the protocol number; null where the chain of headers is broken or too long. */
  readonly protocol: string | null
  /** Expression of `length` bytes at an offset of the transport header. */
  readonly transport: (offset: number, length: 1 | 2) => string
  /** Whether so many bytes of the transport header are there. */
  readonly hasTransport: (bytes: number) => BpfTerm
  readonly fragments: Readonly<Record<'any' | 'first' | 'later', BpfTerm>>
}

/** IPv6 extension headers that are looked past: options before a fragment header. More are rare, and the text grows with each. */
const extensionsAtMost = 2

const headerLength4 = '((ip[0] & 15) << 2)'

export const shape4: BpfShape = {
  version: 4,
  guard: 'ip',
  protocol: 'ip[9]',
  transport: (offset, length) => `ip[${headerLength4} + ${offset}${length === 2 ? ':2' : ''}]`,
  // The length that the packet gives itself counts, not that of the frame, which may be padded.
  hasTransport: (bytes) => allTerms('(ip[6:2] & 0x1fff) = 0', `ip[2:2] >= ${headerLength4} + ${bytes}`),
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

const sum = (number: number, lengths: readonly string[]) => [number, ...lengths].join(' + ')

/** Expression of bytes at an offset from a place. */
function at({ bytes, lengths }: Place, offset: number, length: 1 | 2 = 1): string {
  return `ip6[${sum(40 + bytes + offset, lengths)}${length === 2 ? ':2' : ''}]`
}

/** Whether so many bytes are there from a place on, by the length that the packet gives itself. */
function reaches({ bytes, lengths }: Place, count: number): string {
  return `ip6[4:2] >= ${sum(bytes + count, lengths)}`
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

function isPassed(index: number): BpfTerm {
  return anyTerm(...Object.values(passedHeaders).map((number) => `${kind(index)} = ${number}`))
}

/** Whether the header at the index is that of a fragment with such bits of offset and flag. */
function isFragment(index: number, bits: string): BpfTerm {
  return allTerms(`${kind(index)} = ${passedHeaders.fragment}`, `(${at(place(index), 2, 2)} & ${bits}`)
}

const isLater = (index: number) => isFragment(index, '0xfff8) != 0')
const indexes = places.map((_, index) => index).slice(0, extensionsAtMost)

/** All headers before the index are passed over, and the first bytes of each are there. */
function isReached(index: number): BpfTerm {
  return allTerms(...indexes.slice(0, index).flatMap((before) => [isPassed(before), reaches(place(before), 4)]))
}

function anyFragment(bits: string): BpfTerm {
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
    fragments: fragments6,
  }
}

const shapes6 = [...indexes, extensionsAtMost].map(shape6)

const unknown = { protocol: null, transport: () => '0', hasTransport: () => false, fragments: fragments6 } as const

/** Whatever none of the others is. */
const broken6: BpfShape = { ...unknown, version: 6, guard: allTerms('ip6', notTerm(anyTerm(...shapes6.map(({ guard }) => guard)))) }

/** For filters that ask for nothing behind the IPv6 header but fragments: one shape does. */
export const plain6: BpfShape = { ...unknown, version: 6, guard: 'ip6' }

/** Every IPv6 packet has exactly one of them. */
export const chained6: readonly BpfShape[] = [...shapes6, broken6]
