// Of all targets that an attack vector is found in, the narrowest that explain it: hosts, networks, or the whole prefix.
import type { AttackFinding } from './advanced-ddos-judge.ts'
import type { NormalLevel } from './advanced-ddos-normal.ts'
import type { AttackWindow } from './advanced-ddos-window.ts'

/** A target and what was found in it. */
export interface FoundTarget {
  readonly level: NormalLevel
  /** CIDR text. */
  readonly target: string
  /** Network around a host, and a network itself. */
  readonly network: string
  readonly window: AttackWindow
  /** Hosts whose traffic is not in the finding: they were judged by themselves. */
  readonly without: readonly AttackWindow[]
  readonly finding: AttackFinding
  /** Of the target's traffic, 0 to 1. */
  readonly share: number
}

/** What is named explains this part of what a wider target gets. */
const explainingPart = 0.5

/** Puts a wide target in the place of the narrow ones inside it, unless these explain it. */
function widen(chosen: readonly FoundTarget[], wide: FoundTarget, holds: (narrow: FoundTarget) => boolean): readonly FoundTarget[] {
  const inside = chosen.filter((narrow) => holds(narrow) && !wide.without.includes(narrow.window))
  const { metric } = wide.finding
  const explained = inside.reduce((total, { finding }) => total + finding[metric], 0)
  return explained >= wide.finding[metric] * explainingPart ? chosen : [...chosen.filter((narrow) => !inside.includes(narrow)), wide]
}

/** Heaviest first. */
export function narrowestTargets(found: readonly FoundTarget[]): FoundTarget[] {
  let chosen: readonly FoundTarget[] = found.filter(({ level }) => level === 'host')
  for (const wide of found.filter(({ level }) => level === 'network'))
    chosen = widen(chosen, wide, ({ network }) => network === wide.network)
  for (const wide of found.filter(({ level }) => level === 'prefix')) chosen = widen(chosen, wide, () => true)
  return chosen.toSorted((a, b) => b.finding.packets - a.finding.packets)
}
