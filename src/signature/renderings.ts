// A signature as other systems take it: rules, expressions, announcements. What a format cannot say is left out, so that it
// holds more and never less, and that is told.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { Rendering, RenderingFormat } from '../contract/signature.ts'
import { bpfText } from '../filter/bpf-filter.ts'
import { FilterError } from '../filter/filter-error.ts'
import { filterText } from '../filter/filter-text.ts'
import { wiresharkOptions, wiresharkText } from '../filter/wireshark-filter.ts'
import { cloudflareAbility, cloudflareRendering } from './render/cloudflare.ts'
import { fingerprintAbility, fingerprintRendering } from './render/fingerprint.ts'
import { flowspecAbility, flowspecRendering } from './render/flowspec.ts'
import { nftablesRendering } from './render/nftables.ts'
import { nothing, type Rendered, type RenderingFacts } from './render/rendered.ts'
import { suricataAbility, suricataRendering } from './render/suricata.ts'
import { widenedFilter, type Ability } from './render/widening.ts'

export type { RenderingFacts } from './render/rendered.ts'

interface Format {
  readonly title: string
  /** What it can say; null for all of it. */
  readonly ability: Ability | null
  readonly render: (filter: PacketFilter, facts: RenderingFacts) => Rendered
}

const bpfNotes = [
  "Use it as one argument: tcpdump -r FILE 'EXPRESSION'.",
  'It looks past two IPv6 extension headers; packets with more are not held by what asks for a header behind them.',
]

const formats: Readonly<Record<RenderingFormat, Format>> = {
  filter: {
    title: 'Drawbridge filter',
    ability: null,
    render: (filter) => ({ text: filterText(filter), exact: true, notes: ['For captures, firewall rules and drawbridge signature.'] }),
  },
  nftables: { title: 'nftables rules', ability: null, render: nftablesRendering },
  bpf: { title: 'tcpdump expression', ability: null, render: (filter) => exactly(() => bpfText(filter), bpfNotes) },
  flowspec: { title: 'FlowSpec rules', ability: flowspecAbility, render: flowspecRendering },
  wireshark: {
    title: 'Wireshark display filter',
    ability: null,
    render: (filter) =>
      exactly(
        () => wiresharkText(filter),
        [
          `Run as tshark ${wiresharkOptions.map((option) => `-o ${option}`).join(' ')} -r FILE -Y 'FILTER'; in Wireshark set the same preferences.`,
        ],
      ),
  },
  cloudflare: { title: 'Cloudflare Network Firewall expression', ability: cloudflareAbility, render: cloudflareRendering },
  suricata: { title: 'Suricata rules', ability: suricataAbility, render: suricataRendering },
  json: { title: 'Fingerprint', ability: fingerprintAbility, render: fingerprintRendering },
}

/** Never throws for a filter that was read: what a format cannot take is told in its notes. */
export function renderSignature(filter: PacketFilter, format: RenderingFormat, facts: RenderingFacts): Rendering {
  const { title, render } = formats[format]
  return { format, title, ...render(filter, facts) }
}

/**
 * What the rendering holds, as a filter, to be measured: that of the signature where the format can say all of it, every
 * packet where it can say nothing.
 */
export function wideFilter(filter: PacketFilter, format: RenderingFormat): PacketFilter {
  const { ability } = formats[format]
  return ability === null ? filter : widenedFilter(filter, ability)
}

function exactly(text: () => string, notes: readonly string[]): Rendered {
  try {
    return { text: text(), exact: true, notes }
  } catch (error) {
    if (error instanceof FilterError) return nothing(error.message)
    throw error
  }
}
