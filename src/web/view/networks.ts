// Networks around addresses, to suggest as prefixes of a rule. Pure.
import type { FlowGroup } from '../api/flow-groups.ts'

const shownNetworks = 5

/** /24 of an IPv4 address, /48 of an IPv6 address; undefined for what is neither. */
export function networkOf(address: string): string | undefined {
  const ipv4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address)
  if (ipv4 !== null) return `${ipv4[1]}.0/24`
  if (!address.includes(':')) return undefined
  const [head = ''] = address.split('::', 1)
  const groups = head.split(':').filter((group) => group !== '')
  if (!address.includes('::') && groups.length < 8) return undefined
  const network = groups.slice(0, 3)
  // A zero before the :: belongs to it.
  while (network.at(-1) === '0') network.pop()
  return `${network.join(':')}::/48`
}

/** The networks with the most traffic among the addresses of a top list. */
export function busiestNetworks(groups: readonly FlowGroup[]): string[] {
  const sums = new Map<string, number>()
  for (const { key, bits } of groups) {
    const network = networkOf(String(key))
    if (network !== undefined) sums.set(network, (sums.get(network) ?? 0) + bits)
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a)
  return sorted.slice(0, shownNetworks).map(([network]) => network)
}
