// A filter as canonical text of the language: what is read from it is the same filter.
import {
  numberFields,
  tcpFlagBits,
  type FilterSide,
  type NumberFieldName,
  type NumberSpan,
  type PacketFilter,
} from '../contract/packet-filter.ts'
import { bytesOfHex, type ByteCondition } from './byte-condition.ts'
import { isQuotable } from './filter-tokens.ts'
import { shortName } from './filter-names.ts'
import { normalSpans } from './number-spans.ts'

const addressNames: Readonly<Record<FilterSide, string>> = { source: 'src', destination: 'dst', either: 'host' }
const portNames: Readonly<Record<FilterSide, string>> = { source: 'src port', destination: 'dst port', either: 'port' }

/** `dst 203.0.113.7 and (udp or tcp)`: one line, lower case, no needless parentheses. */
export function filterText(filter: PacketFilter): string {
  if (filter.kind === 'number') return numberText(filter.field, normalSpans(filter.spans))
  if (filter.kind === 'not') return `not ${innerText(filter.of)}`
  if (filter.kind === 'address') return addressText(filter)
  if (filter.kind === 'port') return `${portNames[filter.side]} ${listText(normalSpans(filter.spans).map(spanText))}`
  if (filter.kind === 'tcp_flags') return `flags ${flagsText(filter.set, filter.unset)}`
  if (filter.kind === 'fragment') return filter.part === 'any' ? 'fragment' : `fragment ${filter.part}`
  if (filter.kind === 'bytes') return bytesText(filter)
  return joinedText(filter)
}

/** All of nothing is every packet, one of nothing is none: the language says so by the length, which every packet has. */
function joinedText({ kind, of }: Extract<PacketFilter, { kind: 'all' | 'any' }>): string {
  const [only] = of
  if (only === undefined) return kind === 'all' ? 'len >= 0' : 'not len >= 0'
  return of.length === 1 ? filterText(only) : of.map(innerText).join(kind === 'all' ? ' and ' : ' or ')
}

/** As part of something larger. */
function innerText(filter: PacketFilter): string {
  if (filter.kind !== 'all' && filter.kind !== 'any') return filterText(filter)
  const [only] = filter.of
  if (filter.of.length === 1 && only !== undefined) return innerText(only)
  return only === undefined ? filterText(filter) : `(${filterText(filter)})`
}

function addressText({ side, prefixes }: Extract<PacketFilter, { kind: 'address' }>): string {
  return `${addressNames[side]} ${listText(prefixes.map((prefix) => prefix.replace(prefix.includes(':') ? /\/128$/ : /\/32$/, '')))}`
}

function listText(items: readonly string[]): string {
  const [only = ''] = items
  return items.length === 1 ? only : `in {${items.join(', ')}}`
}

const spanText = ([from, to]: NumberSpan) => (from === to ? String(from) : `${from}-${to}`)

function numberText(field: NumberFieldName, spans: readonly NumberSpan[]): string {
  const { names, least, most } = numberFields[field]
  const [[from, to] = [least, most]] = spans
  if (spans.length === 1 && from === to) return shortName(field, from) ?? `${names[0]} ${from}`
  if (spans.length === 1 && from === least) return to === most ? `${names[0]} >= ${least}` : `${names[0]} < ${to + 1}`
  if (spans.length === 1 && to === most) return `${names[0]} > ${from - 1}`
  return `${names[0]} ${listText(spans.map(spanText))}`
}

/** Text where it is some and no more is asked; two or three bytes are more often numbers that look like it. */
function bytesText({ base, offset, value, mask }: ByteCondition): string {
  const bytes = bytesOfHex(value)
  const place = `${base}[${bytes.length === 1 ? offset : `${offset}:${bytes.length}`}]`
  if (mask !== null) return `${place} & 0x${mask} == 0x${value}`
  const text = String.fromCharCode(...bytes)
  return `${place} ${bytes.length > 3 && isQuotable(text) ? `"${text}"` : `0x${value}`}`
}

function flagsText(set: number, unset: number): string {
  const names: string[] = []
  for (const [name, bit] of Object.entries(tcpFlagBits)) {
    if ((set & bit) !== 0) names.push(name)
    if ((unset & bit) !== 0) names.push(`!${name}`)
  }
  return names.join(',') || 'any'
}
