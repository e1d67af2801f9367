// Whether the firewall of this machine lets flow datagrams in, by the rules of nftables.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { familiesOf, isLoopback, type Endpoint } from '../endpoint.ts'
import { fine, found } from '../finding.ts'
import { nameKey, type NftChain, type NftRuleset } from '../nft-ruleset.ts'
import { fateIn, type Datagram, type Fate } from '../nft-walk.ts'

export interface FirewallReading {
  readonly listeners: readonly Endpoint[]
  readonly rules:
    | { readonly kind: 'nft'; readonly ruleset: NftRuleset }
    /** nft is not installed, may not be used by this user, or failed. */
    | { readonly kind: 'missing' }
    | { readonly kind: 'refused' }
    | { readonly kind: 'failed'; readonly reason: string }
    /** No Linux: another packet filter. */
    | { readonly kind: 'foreign' }
  /** Rules of the older iptables are loaded, which nft does not show. */
  readonly legacy: boolean
}

export function checkFirewall({ listeners, rules, legacy }: FirewallReading): DoctorFinding[] {
  const ports = [...new Set(listeners.filter(({ host }) => !isLoopback(host)).map(({ port }) => port))]
  const udp = `UDP ${ports.join(', ')}`
  if (ports.length === 0) return [fine('firewall', 'Flows are taken on loopback only, which firewalls leave alone.')]
  if (rules.kind !== 'nft') return [unseen(rules, udp)]
  const findings = legacy ? [legacyRules(ports)] : []
  const stopped = listeners.flatMap((listener) => judged(listener, rules.ruleset))
  const worst = stopped.filter(({ fate }) => fate === 'dropped')
  const doubtful = stopped.filter(({ fate, datagram }) => fate === 'some' && !worst.some((one) => one.datagram.port === datagram.port))
  if (worst.length > 0) findings.push(blocked(worst, rules.ruleset))
  if (doubtful.length > 0) findings.push(conditional(doubtful))
  if (stopped.length === 0) findings.push(fine('firewall', `No rule of nftables on this machine stops ${udp}.`))
  return findings
}

interface Stopped {
  readonly fate: Exclude<Fate, 'passes'>
  readonly chain: NftChain
  readonly datagram: Datagram
}

/** What of a listener's datagrams is stopped; nothing when all is let in. */
function judged({ host, port }: Endpoint, ruleset: NftRuleset): Stopped[] {
  if (isLoopback(host)) return []
  return familiesOf(host).flatMap((family) => {
    const datagram = { family, port }
    return baseChains(ruleset, family).flatMap((chain) => {
      const fate = fateIn(chain, ruleset, datagram)
      // Before the input hook there are special rules, as against forged sources: only a certain drop counts there.
      return fate === 'passes' || (fate === 'some' && chain.hook !== 'input') ? [] : [{ fate, chain, datagram }]
    })
  })
}

function baseChains({ chains }: NftRuleset, family: 4 | 6): NftChain[] {
  const families = new Set(['inet', family === 4 ? 'ip' : 'ip6'])
  return [...chains.values()]
    .filter((chain) => families.has(chain.family) && (chain.hook === 'input' || chain.hook === 'prerouting'))
    .sort((a, b) => a.priority - b.priority)
}

const chainText = ({ family, table, name }: NftChain) => `${family} ${table} ${name}`
const plain = /^[\w./-]+$/

/** `UDP 2055, 6343 (IPv4)`. */
function whatText(stopped: readonly Stopped[]): string {
  const ports = [...new Set(stopped.map(({ datagram }) => datagram.port))]
  const families = [...new Set(stopped.map(({ datagram }) => datagram.family))]
  return `UDP ${ports.join(', ')}${families.length === 1 ? ` over IPv${families[0]}` : ''}`
}

function blocked(stopped: readonly Stopped[], ruleset: NftRuleset): DoctorFinding {
  const chains = [...new Map(stopped.map(({ chain }) => [chainText(chain), chain])).values()]
  const [chain] = chains
  const why = chain?.policy === 'drop' ? 'drops by default, and no rule was found that accepts' : 'has a rule that stops'
  const text = `The chain ${chains.map(chainText).join(' and ')} ${why} ${whatText(stopped)}.`
  const ports = [...new Set(stopped.map(({ datagram }) => datagram.port))]
  return found('firewall', 'warning', text, {
    advice: 'Let flow datagrams in, at best from your routers only.',
    command: opening(chain, ports, ruleset),
  })
}

/** The command that lets ports in, of whatever keeps the rules. */
function opening(chain: NftChain | undefined, ports: readonly number[], ruleset: NftRuleset): string {
  const has = (family: string, table: string, name: string) => ruleset.chains.has(nameKey(family, table, name))
  if (has('ip', 'filter', 'ufw-user-input')) return ports.map((port) => `sudo ufw allow ${port}/udp`).join(' && ')
  if (has('inet', 'firewalld', 'filter_INPUT')) {
    const added = ports.map((port) => `--add-port=${port}/udp`).join(' ')
    return `sudo firewall-cmd --permanent ${added} && sudo firewall-cmd --reload`
  }
  if (chain === undefined || !plain.test(chain.table) || !plain.test(chain.name)) return 'sudo nft list ruleset'
  const { family, table, name } = chain
  // Such a chain is the one of iptables, which would not show a rule that nft has put there as its own.
  if (family !== 'inet' && table === 'filter' && name === 'INPUT') {
    const program = family === 'ip' ? 'iptables' : 'ip6tables'
    return ports.map((port) => `sudo ${program} -I INPUT -p udp --dport ${port} -j ACCEPT`).join(' && ')
  }
  return `sudo nft insert rule ${family} ${table} ${name} udp dport '{ ${ports.join(', ')} }' accept`
}

function conditional(doubtful: readonly Stopped[]): DoctorFinding {
  const chains = [...new Map(doubtful.map(({ chain }) => [chainText(chain), chain])).values()]
  const text = `The chain ${chains.map(chainText).join(' and ')} lets ${whatText(doubtful)} in under conditions that could not be judged, as from certain sources.`
  const [chain] = chains
  const named = chain !== undefined && plain.test(chain.table) && plain.test(chain.name)
  return found('firewall', 'unknown', text, {
    advice: 'See whether your routers are among them.',
    command: named ? `sudo nft list chain ${chainText(chain)}` : 'sudo nft list ruleset',
  })
}

function legacyRules(ports: readonly number[]): DoctorFinding {
  return found('firewall', 'unknown', 'There are rules of the older iptables (iptables-legacy), which were not looked at.', {
    advice: `See whether they accept UDP ${ports.join(', ')}.`,
    command: 'sudo iptables-legacy -S INPUT',
  })
}

function unseen(rules: Exclude<FirewallReading['rules'], { kind: 'nft' }>, udp: string): DoctorFinding {
  if (rules.kind === 'foreign') {
    return found('firewall', 'unknown', 'The packet filter of this system was not looked at.', { advice: `See whether it lets ${udp} in.` })
  }
  if (rules.kind === 'missing') {
    return found('firewall', 'unknown', 'The rules of the firewall could not be read: nft is not installed.', {
      advice: `See whether there are rules, and whether they let ${udp} in.`,
      command: 'sudo apt-get install nftables && sudo nft list ruleset',
    })
  }
  const why = rules.kind === 'refused' ? 'only root may read them' : rules.reason
  return found('firewall', 'unknown', `The rules of the firewall could not be read: ${why}.`, {
    advice: `See whether a chain with "hook input" stops ${udp}.`,
    command: 'sudo nft list ruleset',
  })
}
