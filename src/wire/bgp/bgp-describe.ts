// An UPDATE in lines for people: its routes and attributes, one a line, read from its bytes.
import { ipText } from '../address-text.ts'
import type { ReceivedAttributes } from './bgp-attributes-decode.ts'
import type { UpdateForm } from './bgp-attributes.ts'
import { communityText, extendedCommunityText } from './bgp-communities.ts'
import { addressLength, isFlowSpec, type BgpFamily } from './bgp-family.ts'
import { decodeFlowSpec } from './bgp-flowspec-decode.ts'
import { componentType, type BitmaskOperand, type FlowSpecComponent, type NumericOperand, type PrefixComponent } from './bgp-flowspec.ts'
import { headerLength } from './bgp-framer.ts'
import { prefixOfNlri, type BgpPrefix, type Nlri } from './bgp-nlri.ts'
import { decodeUpdate, type ReachableRoutes } from './bgp-update-decode.ts'

/**
 * @param message a whole UPDATE with its header
 * @throws BgpError when it is none
 */
export function describeUpdate(message: Uint8Array, form: UpdateForm): string[] {
  const { reach, unreach, endOfRib, attributes, malformed } = decodeUpdate(message.subarray(headerLength), form)
  if (endOfRib !== null) return [`end of all routes of ${endOfRib}`]
  return [
    ...unreach.flatMap(({ family, nlri }) => nlri.map((route) => `withdraw ${nlriText(route, family)}`)),
    ...reach.flatMap(({ family, nlri }) => nlri.map((route) => `announce ${nlriText(route, family)}`)),
    ...reach.flatMap(nextHopLine),
    ...attributeLines(attributes),
    ...malformed.map((type) => `attribute ${type} is malformed`),
  ]
}

/** A prefix in CIDR form, or what a FlowSpec rule matches. @throws BgpError for a rule that cannot be read */
export function nlriText(nlri: Nlri, family: BgpFamily): string {
  const version = addressLength(family) === 4 ? 4 : 6
  if (!isFlowSpec(family)) return prefixText(prefixOfNlri(nlri, version))
  return decodeFlowSpec(nlri, version).map(componentText).join(', ')
}

function prefixText({ bytes, length }: BgpPrefix): string {
  return `${addressText(bytes)}/${length}`
}

/** @param bytes 4 or 16 */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const text = ipText(new Uint32Array(bytes.slice().buffer), 0)
  return text.includes(':') ? text : `::ffff:${text}`
}

function nextHopLine({ nextHop }: ReachableRoutes): string[] {
  if (nextHop === null) return []
  if (nextHop.length < 32) return [`NEXT_HOP ${addressText(nextHop)}`]
  return [`NEXT_HOP ${addressText(nextHop.subarray(0, 16))} ${addressText(nextHop.subarray(16))}`]
}

function attributeLines(attributes: ReceivedAttributes): string[] {
  const { origin, asPath, med, localPref, communities, largeCommunities, extendedCommunities } = attributes
  return [
    ...line('ORIGIN', origin),
    ...line('AS_PATH', asPath === undefined ? undefined : asPath.join(' ') || 'empty'),
    ...line('MULTI_EXIT_DISC', med),
    ...line('LOCAL_PREF', localPref),
    ...line('COMMUNITIES', communities?.map(communityText).join(', ')),
    ...line('EXTENDED_COMMUNITIES', extendedCommunities?.map(extendedCommunityText).join(', ')),
    ...line('LARGE_COMMUNITIES', largeCommunities?.map((parts) => parts.join(':')).join(', ')),
  ]
}

function line(name: string, value: string | number | null | undefined): string[] {
  return value === undefined || value === null ? [] : [`${name} ${value}`]
}

/** By the type of a component. */
const componentNames: Readonly<Record<number, string>> = {
  [componentType.destination]: 'destination',
  [componentType.source]: 'source',
  [componentType.protocol]: 'protocol',
  [componentType.port]: 'port',
  [componentType.destinationPort]: 'destination port',
  [componentType.sourcePort]: 'source port',
  [componentType.icmpType]: 'ICMP type',
  [componentType.icmpCode]: 'ICMP code',
  [componentType.tcpFlags]: 'TCP flags',
  [componentType.packetLength]: 'packet length',
  [componentType.dscp]: 'DSCP',
  [componentType.fragment]: 'fragment',
  [componentType.flowLabel]: 'flow label',
}

function componentText(component: FlowSpecComponent): string {
  const name = componentNames[component.type]
  if (component.kind === 'prefix') return `${name} ${patternText(component)}`
  const texts = component.kind === 'numeric' ? component.operands.map(numericText) : component.operands.map(bitmaskText(component.type))
  return `${name} ${texts.map((text, index) => (index === 0 ? text : `${component.operands[index].and ? 'and' : 'or'} ${text}`)).join(' ')}`
}

function patternText({ prefix, offset }: PrefixComponent): string {
  return offset === 0 ? prefixText(prefix) : `${prefixText(prefix)} from bit ${offset}`
}

/** By less, greater and equal as bits 4, 2 and 1. */
const comparisons = ['never', '=', '>', '>=', '<', '<=', '!=', 'always'] as const

function numericText({ less, greater, equal, value }: NumericOperand): string {
  const comparison = comparisons[(less ? 4 : 0) | (greater ? 2 : 0) | (equal ? 1 : 0)]
  return comparison === 'never' || comparison === 'always' ? comparison : `${comparison} ${value}`
}

/** Names of bits, the lowest first (RFC 9293 §3.1, RFC 8955 §4.2.2.12). */
const bitNames: Readonly<Record<number, readonly string[]>> = {
  [componentType.tcpFlags]: ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'],
  [componentType.fragment]: ['do not fragment', 'not the first', 'first', 'last'],
}

function bitmaskText(type: number): (operand: BitmaskOperand) => string {
  return ({ not, all, value }) => {
    const names = bitNames[type] ?? []
    const set = names.filter((_, bit) => (value & (1 << bit)) !== 0)
    const text = value < 2 ** names.length && set.length > 0 ? set.join('+') : `0x${value.toString(16)}`
    return `${all ? (not ? 'not all of' : 'all of') : not ? 'none of' : 'any of'} ${text}`
  }
}
