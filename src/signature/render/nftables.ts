// A signature as a script for nft: a table of its own that counts and drops.
import { FilterError } from '../../filter/filter-error.ts'
import { filterText } from '../../filter/filter-text.ts'
import { nftText } from '../../filter/nft-filter.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { partsOf } from '../describe/leaves.ts'
import { percentText } from '../share-text.ts'
import { lineText, nothing, type Rendered, type RenderingFacts } from './rendered.ts'

const table = 'inet drawbridge_signature'

/** Before connection tracking puts fragments together, at −400: ports and lengths are those on the wire. */
const priority = -450

const notes = [
  'It drops whatever it holds, also what manages this host. `drawbridge firewall add` deploys the same filter with a guard, a lifetime and counters.',
  'Conditions on a payload need Linux 5.16 and nft 1.0.1.',
]

export function nftablesRendering(filter: PacketFilter, facts: RenderingFacts): Rendered {
  try {
    return { text: script(filter, facts), exact: true, notes }
  } catch (error) {
    if (error instanceof FilterError) return nothing(error.message)
    throw error
  }
}

function script(filter: PacketFilter, { name, report }: RenderingFacts): string {
  const parts = partsOf(filter).map((part, index) => ({
    rules: nftText(part).map((rule) => rule.replace(/goto capture$/, `goto held_${index + 1}`)),
    comments: [report?.parts[index]?.title, filterText(part)].filter((line) => line !== undefined),
  }))
  const measured =
    report === null ? [] : [`# Held ${percentText(report.held.share)} of the attack${falseText(report.false?.share)} when it was measured.`]
  return `${[
    '#!/usr/sbin/nft -f',
    `# ${lineText(name)}: a signature by Drawbridge.`,
    ...measured,
    `# Look at the counters: nft list table ${table}`,
    `# Remove: nft delete table ${table}`,
    '# To count only, take out the words drop.',
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...parts.flatMap(({ comments }, index) => [
      `\tchain held_${index + 1} {`,
      ...comments.map((line) => `\t\t# ${line.replaceAll(/\p{Cc}+/gu, ' ')}`),
      '\t\tcounter drop',
      '\t}',
    ]),
    '\tchain prerouting {',
    `\t\ttype filter hook prerouting priority ${priority}; policy accept;`,
    ...parts.flatMap(({ rules }) => rules.map((rule) => `\t\t${rule}`)),
    '\t}',
    '}',
  ].join('\n')}\n`
}

const falseText = (share: number | undefined) => (share === undefined ? '' : ` and ${percentText(share)} of normal traffic`)
