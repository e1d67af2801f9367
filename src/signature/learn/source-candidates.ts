// Conditions on source prefixes: where a few networks send much of the attack.
import { formatIpPrefix, ipPrefix } from '../../base/ip-prefix.ts'
import { addressBytes } from '../features/selection.ts'
import { counted, type Candidate, type Contest } from './contest.ts'
import type { Population } from './population.ts'

/** The longest first: of those that hold the same it is the one that holds fewest others. */
const lengths = { 4: [32, 24, 16, 8], 6: [64, 48, 32] } as const
const leastMember = 0.02
const mostMembers = 16

/** For each length of prefixes the list of those that hold much of the attack. */
export function sourceCandidates(contest: Contest): Candidate[] {
  const { attack } = contest
  return ([4, 6] as const).flatMap((version) =>
    lengths[version].flatMap((length) => {
      const prefixes = commonPrefixes(attack, version, length)
      return prefixes.length === 0 ? [] : [counted({ kind: 'address', side: 'source', prefixes }, contest)]
    }),
  )
}

function commonPrefixes({ rows, selection, weight }: Population, version: 4 | 6, length: number): string[] {
  const weights = new Map<string, number>()
  for (const row of rows) {
    if (selection.columns.version[row] !== version) continue
    const key = String.fromCharCode(...selection.sources.subarray(row * addressBytes, row * addressBytes + length / 8))
    weights.set(key, (weights.get(key) ?? 0) + selection.weights[row])
  }
  const common = [...weights].filter(([, sum]) => sum >= leastMember * weight).toSorted(([, one], [, other]) => other - one)
  return common.slice(0, mostMembers).map(([key]) => {
    const bytes = new Uint8Array(version === 4 ? 4 : addressBytes)
    bytes.set(Array.from(key, (character) => character.charCodeAt(0)))
    return formatIpPrefix(ipPrefix(bytes, length))
  })
}
