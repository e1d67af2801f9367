// The way from what other pages show to the filter of a capture: chips of the overview, prefixes of an incident. Pure.
import { dimensions, type Dimension, type FlowCondition } from './filter.ts'

/** How a condition on a dimension is said in the filter language; undefined for what packets do not tell. */
const phrases: Partial<Readonly<Record<Dimension, string>>> = {
  sourceAddress: 'src',
  destinationAddress: 'dst',
  protocol: 'proto',
  sourcePort: 'src port',
  destinationPort: 'dst port',
}

export interface PacketConditions {
  /** Text in the filter language; empty where no condition is about packets. */
  readonly filter: string
  /** What packets do not tell. */
  readonly left: readonly Dimension[]
}

/** Several values of a dimension are alternatives, several dimensions must all match, as in the overview. */
export function packetConditions(conditions: readonly FlowCondition[]): PacketConditions {
  const parts: string[] = []
  const left: Dimension[] = []
  for (const dimension of Object.keys(dimensions) as Dimension[]) {
    const own = conditions.filter((condition) => condition.dimension === dimension)
    const phrase = phrases[dimension]
    if (own.length === 0) continue
    if (phrase === undefined) {
      left.push(dimension)
      continue
    }
    const wanted = own.filter(({ exclude }) => !exclude).map(({ value }) => `${phrase} ${value}`)
    if (wanted.length > 0) parts.push(wanted.length === 1 ? (wanted[0] ?? '') : `(${wanted.join(' or ')})`)
    parts.push(...own.filter(({ exclude }) => exclude).map(({ value }) => `not ${phrase} ${value}`))
  }
  return { filter: parts.join(' and '), left }
}

// The language takes more, but nobody reads them.
const mostTargets = 64

/** Packets to the attacked hosts and prefixes. */
export function targetFilter(targets: readonly string[]): string {
  const [first = ''] = targets
  return targets.length === 1 ? `dst in ${first}` : `dst in {${targets.slice(0, mostTargets).join(', ')}}`
}
