// A signature as Suricata rules, one for each conjunction, protocol and IP version that need their own words. Keywords as
// documented in the Suricata user guide, "IP keywords", "TCP keywords" and "Payload keywords".
import { createHash } from 'node:crypto'
import { filterText } from '../../filter/filter-text.ts'
import { normalSpans } from '../../filter/number-spans.ts'
import {
  numberFields,
  tcpFlagBits,
  type FilterSide,
  type NumberFieldName,
  type NumberSpan,
  type PacketFilter,
} from '../../contract/packet-filter.ts'
import { filterOf, protocolsOf, spansOf, versionOf, type Conjunction, type Leaf, type Literal } from './conjunctions.ts'
import { lineText, nothing, tooMany, type Rendered, type RenderingFacts } from './rendered.ts'
import { byteTests, numberTests, type BufferNumber } from './suricata-bytes.ts'
import { widened, type Ability, type Refusal } from './widening.ts'

const rulesAtMost = 128
/** The first of a million numbers that the community leaves to local rules, and how many are used. */
const [firstSid, sidCount] = [1_000_000, 1_000_000]

const notes = [
  'The text was not run here. Check it with `suricata -T -S FILE`, then with `suricata -r CAPTURE -S FILE -k none`.',
  'Suricata looks at packets that it has put together from their fragments, and by default at none with a wrong checksum: set checksum-checks to no for attacks that have them.',
  'Replace alert by drop where Suricata stands in the way of the packets.',
]

const withPorts: ReadonlySet<number> = new Set([6, 17])

/** Asked of a conjunction whose version and protocol split() has told apart. */
function refuses({ leaf, negated }: Literal, conjunction: Conjunction): Refusal {
  if (negated) return 'rules do not say that a header is not there'
  const [protocol, other] = protocolsOf(conjunction) ?? []
  const isOne = protocol !== undefined && other === undefined
  if (leaf.kind === 'port') return isOne && withPorts.has(protocol) ? null : 'Suricata has ports of TCP and UDP only'
  if (leaf.kind === 'fragment') return 'Suricata puts fragments together before it looks at them'
  if (leaf.kind === 'bytes')
    return isOne && canReach(leaf, protocol, conjunction) ? null : 'there is no buffer that has these bytes for certain'
  if (leaf.kind === 'address')
    return prefixesOf(conjunction, leaf.side)[0] === leaf.prefixes ? null : 'a rule has one list of addresses for each end'
  if (leaf.kind !== 'number') return null
  if (leaf.field === 'protocol') return isOne ? null : 'a rule has one protocol'
  return leaf.field === 'version' || isOneRange(leaf.spans) ? null : 'a rule compares with one range'
}

const isOneRange = (spans: readonly NumberSpan[]) => normalSpans(spans).length === 1

/** Bytes of a header are in its buffer, those behind it in the payload. */
function canReach({ base, offset, value }: Extract<Leaf, { kind: 'bytes' }>, protocol: number, conjunction: Conjunction): boolean {
  if (base === 'payload') return true
  const end = offset + value.length / 2
  if (protocol === 17) return end <= 8 || offset >= 8
  if (protocol !== 6) return false
  const [[words] = [5]] = spansOf(conjunction, 'tcp_header') ?? []
  return end <= words * 4
}

/** Fields that stand in different places of the two versions, or in one only. */
const versionFields: ReadonlySet<NumberFieldName> = new Set<NumberFieldName>(['length', 'dscp', 'version'])

function split(conjunction: Conjunction): readonly Conjunction[] {
  const version = versionOf(conjunction)
  const needsVersion = conjunction.some(({ leaf }) => leaf.kind === 'number' && versionFields.has(leaf.field))
  const versions: readonly (4 | 6)[] = version === null ? [4, 6] : [version]
  const told = needsVersion || version !== null ? versions.map((each) => withNumber(conjunction, 'version', each)) : [conjunction]
  return told.flatMap((one) => {
    const protocols = protocolsOf(one)?.filter((number) => fitsVersion(number, versionOf(one)))
    return protocols === undefined ? [one] : protocols.map((number) => withNumber(one, 'protocol', number))
  })
}

const fitsVersion = (protocol: number, version: 4 | 6 | null) => !((protocol === 1 && version === 6) || (protocol === 58 && version === 4))

function withNumber(conjunction: Conjunction, field: NumberFieldName, value: number): Conjunction {
  const rest = conjunction.filter(({ leaf, negated }) => negated || leaf.kind !== 'number' || leaf.field !== field)
  return [{ leaf: { kind: 'number', field, spans: [[value, value]] }, negated: false }, ...rest]
}

export const suricataAbility: Ability = { refuses, split }

export function suricataRendering(filter: PacketFilter, { name }: RenderingFacts): Rendered {
  const found = widened(filter, suricataAbility)
  if (found === null || found.conjunctions.length > rulesAtMost) return tooMany
  if (found.conjunctions.length === 0) return nothing('No packet matches the filter.')
  if (found.conjunctions.some((conjunction) => conjunction.length === 0)) {
    return nothing(['There is nothing in it that a rule can say.', ...found.notes].join(' '))
  }
  const sids = new Set<number>()
  const rules = found.conjunctions.map((conjunction, index) => ruleText(conjunction, `${lineText(name)} (${index + 1})`, sids))
  // What it does with a packet is decided elsewhere too: never said to be exact.
  return { text: `${rules.join('\n')}\n`, exact: false, notes: [...found.notes, ...notes] }
}

/** @param sids those that are taken; the rule's own is added */
function ruleText(conjunction: Conjunction, message: string, sids: Set<number>): string {
  const sid = sidOf(conjunction, sids)
  sids.add(sid)
  const [protocol] = protocolsOf(conjunction) ?? []
  const ends = (['source', 'destination'] as const).map((side) => `${addressText(conjunction, side)} ${portText(conjunction, side)}`)
  const options = [`msg:"${message}";`, ...headerOptions(conjunction), ...bufferOptions(conjunction), `sid:${sid};`, 'rev:1;']
  return `alert ${protocolName(protocol, conjunction)} ${ends.join(' -> ')} (${options.join(' ')})`
}

/** The same for the same conditions, so that a rule that is loaded again takes the place of its like. */
function sidOf(conjunction: Conjunction, taken: ReadonlySet<number>): number {
  const hash = createHash('sha256')
    .update(filterText(filterOf([conjunction])))
    .digest()
  let number = hash.readUInt32BE(0) % sidCount
  while (taken.has(firstSid + number)) number = (number + 1) % sidCount
  return firstSid + number
}

/** `tcp-pkt` looks at single packets, `tcp` at what the stream has put together. */
function protocolName(protocol: number | undefined, conjunction: Conjunction): string {
  if (protocol === 17) return 'udp'
  if (protocol === 6) return conjunction.some(({ leaf }) => leaf.kind === 'bytes') ? 'tcp-pkt' : 'tcp'
  return protocol === 1 || protocol === 58 ? 'icmp' : 'ip'
}

const prefixesOf = (conjunction: Conjunction, side: FilterSide) =>
  conjunction.flatMap(({ leaf, negated }) => (leaf.kind === 'address' && leaf.side === side && !negated ? [leaf.prefixes] : []))

/** The header has no word for the IP version of TCP and UDP; their sources tell it. */
const everySource = { 4: '0.0.0.0/0', 6: '::/0' } as const

function addressText(conjunction: Conjunction, side: 'source' | 'destination'): string {
  const [prefixes] = prefixesOf(conjunction, side)
  if (prefixes !== undefined) return `[${prefixes.join(',')}]`
  const version = side === 'source' ? versionOf(conjunction) : null
  return version === null ? 'any' : everySource[version]
}

function portText(conjunction: Conjunction, side: 'source' | 'destination'): string {
  for (const { leaf } of conjunction) {
    if (leaf.kind !== 'port' || leaf.side !== side) continue
    const ranges = normalSpans(leaf.spans).map(([from, to]) => (from === to ? String(from) : `${from}:${to}`))
    return ranges.length === 1 ? ranges.join('') : `[${ranges.join(',')}]`
  }
  return 'any'
}

/** Keywords that look at headers by themselves. */
function headerOptions(conjunction: Conjunction): string[] {
  return conjunction.flatMap(({ leaf }): string[] => {
    if (leaf.kind === 'tcp_flags') return flagsOption(leaf.set, leaf.unset)
    if (leaf.kind !== 'number') return []
    const [from, to] = normalSpans(leaf.spans)[0] ?? [0, 0]
    if (leaf.field === 'protocol') return withPorts.has(from) ? [] : [`ip_proto:${from};`]
    if (leaf.field === 'dont_fragment') return from === to ? [`fragbits:${from === 1 ? '+' : '!'}D;`] : []
    const keyword = keywords[leaf.field]
    return keyword === undefined || (onlyEqual.has(leaf.field) && from !== to)
      ? []
      : comparisons(keyword, [from, to], numberFields[leaf.field].most)
  })
}

const keywords: Partial<Record<NumberFieldName, string>> = {
  ttl: 'ttl',
  ip_id: 'id',
  window: 'window',
  icmp_type: 'itype',
  icmp_code: 'icode',
}
/** Their keyword compares with one value; ranges go by the buffer of the header. */
const onlyEqual: ReadonlySet<NumberFieldName> = new Set<NumberFieldName>(['ip_id', 'window'])

function comparisons(keyword: string, [from, to]: NumberSpan, most: number): string[] {
  if (from === to) return [`${keyword}:${from};`]
  return [...(from > 0 ? [`${keyword}:>${from - 1};`] : []), ...(to < most ? [`${keyword}:<${to + 1};`] : [])]
}

const flagLetters = { fin: 'F', syn: 'S', rst: 'R', psh: 'P', ack: 'A', urg: 'U', ece: 'E', cwr: 'C' } as const

/** Exactly the first flags, of those that are not named behind the comma. */
function flagsOption(set: number, unset: number): string[] {
  const letters = (bits: number) =>
    Object.entries(flagLetters)
      .filter(([name]) => (bits & tcpFlagBits[name as keyof typeof tcpFlagBits]) !== 0)
      .map(([, letter]) => letter)
      .join('')
  const ignored = 0xff & ~(set | unset)
  if (ignored === 0xff) return []
  return [`flags:${set === 0 ? '0' : letters(set)}${ignored === 0 ? '' : `,${letters(ignored)}`};`]
}

/** A field as a number in the buffer of a header, for what no keyword of its own says. */
function bufferNumber(
  field: NumberFieldName,
  version: 4 | 6 | null,
): { readonly buffer: string; readonly number: BufferNumber; readonly less: number } | null {
  const word = (buffer: string, offset: number, less = 0) => ({ buffer, number: { bytes: 2, offset, most: 65_535 } as const, less })
  // The length of IPv6 does not count its header of 40 bytes.
  if (field === 'length') return version === 4 ? word('ipv4.hdr', 2) : word('ipv6.hdr', 4, 40)
  if (field === 'dscp') {
    const [buffer, bitmask] = version === 4 ? ['ipv4.hdr', '00fc'] : ['ipv6.hdr', '0fc0']
    return { buffer, number: { bytes: 2, offset: 0, bitmask, most: 63 }, less: 0 }
  }
  if (field === 'ip_id') return word('ipv4.hdr', 4)
  if (field === 'window') return word('tcp.hdr', 14)
  if (field === 'udp_length') return word('udp.hdr', 4)
  return field === 'tcp_header' ? { buffer: 'tcp.hdr', number: { bytes: 1, offset: 12, bitmask: 'f0', most: 15 }, less: 0 } : null
}

/** The payload first: behind the name of a buffer all looks at that. */
function bufferOptions(conjunction: Conjunction): string[] {
  const version = versionOf(conjunction)
  const [protocol] = protocolsOf(conjunction) ?? []
  const tests = conjunction.flatMap(({ leaf }) => bufferTests(leaf, protocol, version))
  const buffers = [...new Set(['', ...tests.map(({ buffer }) => buffer)])]
  return buffers.flatMap((buffer) => {
    const options = tests.filter((test) => test.buffer === buffer).flatMap((test) => test.options)
    return buffer === '' ? options : [`${buffer};`].concat(options)
  })
}

interface BufferTest {
  /** Empty: the payload. */
  readonly buffer: string
  readonly options: readonly string[]
}

function bufferTests(leaf: Leaf, protocol: number | undefined, version: 4 | 6 | null): BufferTest[] {
  if (leaf.kind === 'bytes') {
    const header = protocol === 6 ? 'tcp.hdr' : 'udp.hdr'
    const isPayload = leaf.base === 'payload' || (protocol === 17 && leaf.offset >= 8)
    const offset = leaf.base === 'transport' && isPayload ? leaf.offset - 8 : leaf.offset
    return [{ buffer: isPayload ? '' : header, options: byteTests(offset, leaf.value, leaf.mask) }]
  }
  if (leaf.kind !== 'number') return []
  const [[from, to] = [0, 0]] = normalSpans(leaf.spans)
  if (keywords[leaf.field] !== undefined && !(onlyEqual.has(leaf.field) && from !== to)) return []
  const found = bufferNumber(leaf.field, version)
  if (found === null) return []
  const options = numberTests(found.number, [Math.max(0, from - found.less), to === 65_535 ? to : Math.max(0, to - found.less)])
  return options.length === 0 ? [] : [{ buffer: found.buffer, options }]
}
