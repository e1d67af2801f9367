// Titles of the parts of a signature, in the words of the table of attack vectors where one fits.
import { attackVectors, type AttackVectorRow } from '../../contract/attack-vectors.ts'
import { protocolSpelling, protocolWords, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'
import { flagsOf, numberSpans, onlyValue, portSpans, protocolOf, reflectorOf } from './leaves.ts'
import { meaningOf } from './meaning.ts'

/** `DNS amplification, 1400 bytes and longer`. @param conditions of one part */
export function titleOf(conditions: readonly PacketFilter[]): string {
  const from = portSpans(conditions, 'source')
  const to = portSpans(conditions, 'destination')
  const length = numberSpans(conditions, 'length')
  const bytes = conditions.find((condition) => condition.kind === 'bytes')
  const meaning = bytes === undefined ? '' : meaningOf(bytes, conditions)
  const details = [
    from !== undefined && reflectorOf(conditions) === undefined ? `from ${portsText(from)}` : '',
    to === undefined ? '' : `to ${portsText(to)}`,
  ].filter((text) => text !== '')
  const rest = [length === undefined ? '' : lengthText(length), meaning].filter((text) => text !== '')
  return [[kindOf(conditions), ...details].join(' '), ...rest].join(', ')
}

const vectors: readonly AttackVectorRow[] = attackVectors

function kindOf(conditions: readonly PacketFilter[]): string {
  const reflector = reflectorOf(conditions)
  const fragment = conditions.find((condition) => condition.kind === 'fragment')
  if (reflector !== undefined) return fragment?.part === 'later' ? 'Fragment flood' : reflector.title
  const protocol = protocolOf(conditions)
  if (fragment !== undefined) return `Fragment flood${protocol === undefined ? '' : ` of ${protocolName(protocol)}`}`
  if (protocol === undefined) return 'Packets of any protocol'
  const flags = flagsOf(conditions)
  if (protocol === protocolWords.tcp) return flags === undefined ? 'TCP flood' : (flagVector(flags)?.title ?? 'TCP flood')
  return vectors.find((vector) => vector.protocol === protocol && vector.ports === undefined)?.title ?? `Flood of ${protocolName(protocol)}`
}

/** The first vector whose flags these are: all that it asks for is asked for, and nothing that it excludes. */
function flagVector({ set, unset }: { readonly set: number; readonly unset: number }): AttackVectorRow | undefined {
  return vectors.find(({ flags }) =>
    flags?.some(([wanted, clear]) => (set & wanted) === wanted && (set & clear) === 0 && (wanted !== 0 || (unset & clear) === clear)),
  )
}

function protocolName(protocol: number): string {
  const [name] = Object.entries(protocolWords).find(([, number]) => number === protocol) ?? []
  return name === undefined ? `IP protocol ${protocol}` : protocolSpelling(name)
}

function portsText(spans: readonly NumberSpan[]): string {
  return `${onlyValue(spans) === undefined ? 'ports' : 'port'} ${spans.slice(0, 4).map(spanText).join(', ')}${spans.length > 4 ? ' …' : ''}`
}

const spanText = ([from, to]: NumberSpan) => (from === to ? String(from) : `${from}–${to}`)

function lengthText(spans: readonly NumberSpan[]): string {
  const [[from, to] = [0, 0]] = spans
  if (spans.length === 1 && to >= 65_535) return `${from} bytes and longer`
  if (spans.length === 1 && from === 0) return `up to ${to} bytes`
  return `${spans.slice(0, 4).map(spanText).join(', ')}${spans.length > 4 ? ' …' : ''} bytes`
}
