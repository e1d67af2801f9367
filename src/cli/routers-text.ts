// Routers as text for a terminal, and below them who sends without being registered.
import type { RouterStatus, UnregisteredSender } from '../contract/collector-status.ts'
import { agoText } from './agent-text.ts'
import { printable } from './capture-text.ts'
import { tableText } from './rule-text.ts'

/** @param now ms since 1970 */
export function routersText(routers: readonly RouterStatus[], senders: readonly UnregisteredSender[], now: number): string {
  const listed =
    routers.length === 0
      ? 'No router is registered.\nNext: drawbridge router-config\n'
      : tableText([heading, ...routers.map((router) => cells(router, now))])
  return listed + sendersText(senders, now)
}

const heading = ['ADDRESS', 'NAME', 'STATE', 'SEEN', 'PROTOCOLS', 'FLOWS/S', 'SAMPLING', 'LOSS']

function cells(router: RouterStatus, now: number): string[] {
  const { address, name, last_seen: seen, protocols, flows_per_second: flows, loss } = router
  return [
    address,
    printable(name),
    stateText(router),
    seen === null ? 'never' : agoText(now - Date.parse(seen)),
    protocols.join(' '),
    flows.toFixed(flows < 10 ? 1 : 0),
    samplingText(router),
    loss === null ? '' : `${(loss * 100).toFixed(1)} %`,
  ]
}

function stateText({ silent, last_seen: seen }: RouterStatus): string {
  if (seen === null) return 'waiting'
  return silent ? 'silent' : 'sending'
}

/** What is used, and where it was learnt: the router's own word goes before what was set here. */
function samplingText({ sampling_rate: used, sampling_source: source, sampling_override: set }: RouterStatus): string {
  if (used !== null) return `1 in ${used}, by ${source}`
  return set === null ? '' : `1 in ${set}, by router`
}

function sendersText(senders: readonly UnregisteredSender[], now: number): string {
  if (senders.length === 0) return ''
  const lines = senders.map(({ address, agent_address: agent, protocols, datagrams, last_seen: seen }) => {
    const facts = [
      ...(agent === null ? [] : [`agent ${agent}`]),
      protocols.join(' '),
      `${datagrams} datagrams`,
      agoText(now - Date.parse(seen)),
    ]
    return `  ${address} (${facts.join(', ')})\n`
  })
  return `\nThese send and are not registered: their flows are counted and not stored.\n${lines.join('')}Next: drawbridge routers add ADDRESS\n`
}
