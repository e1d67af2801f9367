// How dimensions and the values of a key are written. Pure.
import type { FlowGroupView } from '../../contract/flow-question.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import type { KeyValue } from './explore-filter.ts'
import { dimensionNames, dimensions, type Dimension } from './filter.ts'
import { labelOf, type KnownNames, type Label } from './labels.ts'
import { formatDayTime, formatTime } from './units.ts'

// Abbreviations keep their capitals, whatever stands around them in the name of a dimension.
const abbreviations: Readonly<Record<string, string>> = {
  as: 'AS',
  icmp: 'ICMP',
  id: 'ID',
  ids: 'IDs',
  ip: 'IP',
  mac: 'MAC',
  mpls: 'MPLS',
  nat: 'NAT',
  tcp: 'TCP',
  tos: 'ToS',
  ttl: 'TTL',
  vlan: 'VLAN',
  vni: 'VNI',
}

function isKnown(name: string): name is Dimension {
  return dimensionNames.some((known) => known === name)
}

/** `inputInterface` is `Input interface`, `ipTtl` is `IP TTL`. */
export function dimensionLabel(name: string): string {
  if (isKnown(name)) return messages.filter.names[name]
  if (name === 'date' || name === 'datetime') return exploreMessages.by[name]
  const words = name
    .replace(/^datetime/, '')
    .replaceAll('ToS', 'Tos')
    .split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/)
  const written = words.map((word) => abbreviations[word.toLowerCase()] ?? word.toLowerCase()).join(' ')
  return written.charAt(0).toUpperCase() + written.slice(1)
}

const isTime = (name: string) => /^date(?:time|$)/.test(name)

function timeText(name: string, value: string): string {
  const time = Date.parse(value)
  if (Number.isNaN(time)) return value
  return name === 'datetime' || name === 'datetimeTenSeconds' ? formatTime(time) : formatDayTime(time)
}

/** The name that the server tells stands where the page would look it up itself. */
function namesWith(dimension: Dimension, value: string, name: string): KnownNames {
  const one = name === '' ? {} : { [value]: name }
  const kind = dimensions[dimension]
  return {
    as: kind === 'as' ? one : {},
    routers: kind === 'router' ? one : {},
    interfaces: kind === 'interface' ? one : {},
    rules: kind === 'rule' ? one : {},
  }
}

/** @param name of the value, as the server tells it; empty where it knows none */
export function valueLabel(dimension: string, value: KeyValue, name: string): Label {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return { value: value.length === 0 ? messages.none : value.map((item) => item.slice(0, 8)).join(', '), name }
  }
  const text = String(value)
  if (isTime(dimension)) return { value: timeText(dimension, text), name: '' }
  if (isKnown(dimension)) return labelOf(dimension, text, namesWith(dimension, text, name))
  return text === '' ? { value: messages.top.unknown, name: '' } : { value: text, name: name === text ? '' : name }
}

/** One value of the key of a group. */
export interface KeyPart extends Label {
  /** Name of the dimension. */
  readonly dimension: string
  readonly raw: KeyValue
}

/** @param by the order in which the dimensions stand */
export function keyParts({ key, labels }: Pick<FlowGroupView, 'key' | 'labels'>, by: readonly string[]): KeyPart[] {
  return by.flatMap((dimension) => {
    const raw = key[dimension]
    return raw === undefined ? [] : [{ dimension, raw, ...valueLabel(dimension, raw, labels[dimension] ?? '') }]
  })
}

/** `AS64500 Example · 443 https`. */
export function keyText(parts: readonly KeyPart[]): string {
  return parts.map(({ value, name }) => (name === '' ? value : `${value} ${name}`)).join(' · ')
}
