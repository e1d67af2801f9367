// Step 9: is the source address that of the router, and of one router only?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { counted, listText, sameFamily, spanText } from '../wording.ts'

export const addressStep: StepJudge = (facts, around) => {
  if (facts.datagrams === 0) {
    const translated = expectedTranslated(around)
    return translated === undefined ? waiting('address', 'Waits for datagrams.') : judged('address', '', [translated])
  }
  const found = [...ownTranslation(facts, around), ...agentDiffers(facts, around), ...manyBehindOne(facts)]
  return judged('address', `${facts.address} is the router's own address, as far as can be seen.`, found)
}

/** The router that is expected is silent, and another address began to send: somebody rewrote its source. */
function expectedTranslated({ expected, newSenders }: Surroundings): CheckFinding | undefined {
  if (expected === null) return undefined
  const candidates = newSenders.filter(({ address }) => sameFamily(address, expected))
  const sender = candidates.find(({ agent }) => agent === expected) ?? candidates[0]
  if (sender === undefined) return undefined
  const proof = sender.agent === expected ? ` It says of itself that it is ${expected}.` : ''
  return finding('address_translated', 'warning', {
    text: `${expected} was expected, and ${sender.address} came: a NAT on the way may have rewritten the source.${proof}`,
    advice: `If ${sender.address} stands for the router, look at it and register it. Better exempt UDP to this machine from the NAT, or let the router send from the address that leaves untranslated.`,
    values: { expected, sender: sender.address },
    action: { kind: 'look_at', address: sender.address },
  })
}

/** The source is an address that stands in for others: this machine's, or the way out of its container. */
function ownTranslation({ address, agents }: SenderFacts, { host, expected }: Surroundings): CheckFinding[] {
  if (address === expected || agents.exporter.includes(address) || agents.sflow.includes(address)) return []
  const own = host.own.find((candidate) => candidate.address === address)
  const isGateway = host.isContainer && host.gateway === address
  if (own === undefined && !isGateway) return []
  const place = isGateway ? 'the gateway of this container' : `this machine's own address on ${own?.interface ?? ''}`
  const isContainer = isGateway || own?.isBridge === true
  return [
    finding('address_translated', 'warning', {
      text: `The datagrams come from ${address}, ${place}: ${isContainer ? 'the container network rewrites the source' : 'an exporter on this machine, or something on it that rewrites the source'}.`,
      advice: isContainer
        ? 'Routers cannot be told apart so. Run the container with the host’s network (docker run --network host), or publish the port without the userland proxy.'
        : 'If the exporter runs on this machine, all is well: register this address. Otherwise look for a masquerade rule or a relay for the port.',
      command: isContainer ? '' : 'nft list ruleset',
      values: { sender: address, interface: own?.interface ?? '' },
    }),
  ]
}

function agentDiffers({ address, agents }: SenderFacts, { registration }: Surroundings): CheckFinding[] {
  const sflow = agents.sflow.filter((agent) => agent !== address)
  const exporter = agents.exporter.filter((told) => told !== address && sameFamily(told, address))
  const [told] = [...sflow, ...exporter]
  // Registered by its agent address, everything is where it belongs.
  if (told === undefined || (registration === 'agent' && sflow.length > 0)) return []
  const isAgent = sflow.length > 0
  return [
    finding('agent_differs', 'warning', {
      text: `The router says that it is ${told}, and its datagrams come from ${address}.`,
      advice: isAgent
        ? `Flows are kept under ${told} once that is registered, under ${address} otherwise. Set the agent address on the router to the address that it sends from, or register ${told} and stay with it.`
        : `Flows are kept under ${address}. If a NAT stands between, exempt UDP to this machine from it; otherwise set the source of the export to ${told} on the router.`,
      values: { sender: address, agent: told },
      action: isAgent ? { kind: 'register', address: told } : null,
    }),
  ]
}

function manyBehindOne({ address, devices, agents }: SenderFacts): CheckFinding[] {
  const { boots, ports } = devices
  if (boots.length < 2 && ports.length < 2 && agents.sflow.length < 2) return []
  return [
    finding('many_behind_one', 'warning', {
      text: `More than one exporter sends from ${address}: ${signs(boots, ports, agents.sflow)}.`,
      advice:
        'Their flows are kept as those of one router, and their templates may overwrite each other. Let each send from an address of its own; where they must share one, give each an observation domain (source id) of its own.',
      values: { sender: address, ports: ports.map(String), agents: agents.sflow },
    }),
  ]
}

function signs(boots: readonly number[], ports: readonly number[], agents: readonly string[]): string {
  const apart = Math.max(...boots) - Math.min(...boots)
  return listText([
    ...(boots.length > 1 ? [`it tells ${counted(boots.length, 'boot time')} in turns, ${spanText(apart)} apart`] : []),
    ...(ports.length > 1 ? [`source ports ${listText(ports.map(String))} each number their datagrams on their own`] : []),
    ...(agents.length > 1 ? [`it carries the sFlow agents ${listText(agents)}`] : []),
  ])
}
