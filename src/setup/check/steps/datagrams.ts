// Step 1: does anything arrive from the router?
import type { CheckFinding, StrayDatagrams } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { counted, listText, portsOf, protocolTitle, sizeText, spanText } from '../wording.ts'

/** Exporters tell flows after a minute when they are set as advised; nothing for three times that is wrong. */
const patienceMs = 180_000
/** Whoever has just begun to paste is told nothing of what might be wrong. */
const calmMs = 10_000

export const datagramsStep: StepJudge = (facts, around) => {
  if (facts.datagrams > 0) return judged('datagrams', arrivedText(facts, around), kernelDrops(around))
  const strays = relevantStrays(around).map((stray) => strayFinding(stray, around))
  const others = strays.length === 0 ? otherSender(around) : []
  const found = [...strays, ...others, ...kernelDrops(around)]
  if (found.length === 0 && around.now - around.opened < calmMs)
    return waiting('datagrams', `Waits for the first datagram of ${awaited(around)}.`)
  return judged('datagrams', '', strays.length + others.length === 0 ? [nothingArrives(around), ...found] : found)
}

function awaited({ expected }: Surroundings): string {
  return expected ?? 'any new sender'
}

function arrivedText({ address, datagrams, bytes, lastAt }: SenderFacts, { now }: Surroundings): string {
  return `${counted(datagrams, 'datagram')} (${sizeText(bytes)}) from ${address}, the last ${spanText(Math.max(0, now - lastAt))} ago.`
}

function nothingArrives(around: Surroundings): CheckFinding {
  const { expected, listeners, now, opened, strayMethod } = around
  const ports = portsOf(listeners)
  const waited = now - opened
  const unseen = strayMethod === 'tcpdump' ? '' : ' Datagrams that a firewall of this machine drops cannot be seen without root rights.'
  return finding('nothing_arrives', waited < patienceMs ? 'waiting' : 'failed', {
    text: `Nothing has come from ${awaited(around)} for ${spanText(waited)}.`,
    advice: `Export must be on, to an address of this machine and to UDP port ${ports.join(' or ')}. Flows are told when they end or their active timeout is over, so the watched interface needs traffic; with timeouts as advised the first come within a minute. If the command shows no packet, the router does not send, or a firewall on the way drops it.${unseen}`,
    command: `tcpdump -ni any '${portFilter(ports)}${expected === null ? '' : ` and host ${expected}`}'`,
    values: { expected: expected ?? '', ports: ports.map(String), seconds: Math.round(waited / 1000) },
  })
}

function portFilter(ports: readonly number[]): string {
  const filter = ports.map((port) => `udp port ${port}`).join(' or ')
  return ports.length > 1 ? `(${filter})` : filter
}

/** Those of the router that is expected; where it sends none, of anybody: it may have another address than was thought. */
function relevantStrays({ strays, expected }: Surroundings): StrayDatagrams[] {
  const exact = strays.filter(({ source }) => source === expected)
  return (exact.length > 0 ? exact : strays).slice(0, maxNamed)
}

/** Strays and senders that are named. */
const maxNamed = 3

function strayFinding(stray: StrayDatagrams, around: Surroundings): CheckFinding {
  if (stray.reason === 'blocked') return blocked(stray)
  if (stray.reason === 'family' && stray.address.includes(':')) return ipv6NotListened(stray, around)
  return wrongPort(stray, around)
}

function strayValues({ source, address, port, protocol, datagrams }: StrayDatagrams): CheckFinding['values'] {
  return { source, address, port, protocol, datagrams }
}

function wrongPort(stray: StrayDatagrams, { listeners }: Surroundings): CheckFinding {
  const { source, port, protocol, datagrams } = stray
  const isPort = stray.reason === 'port'
  const sent = `${source} sends ${protocolTitle(protocol)} to ${isPort ? `port ${port}` : `${stray.address} port ${port}`}`
  return finding('wrong_port', 'failed', {
    text: `${sent}, where nobody listens (${counted(datagrams, 'datagram')}). Drawbridge listens at ${listText(listeners)}.`,
    advice: isPort
      ? `Set the collector's port on the router to ${portsOf(listeners).join(' or ')}, or let Drawbridge listen there: add [::]:${port} to collect.listen in its configuration and restart it.`
      : `Send to one of those addresses, or let Drawbridge listen at all: set collect.listen to [::]:${port} in its configuration and restart it.`,
    values: strayValues(stray),
  })
}

function blocked(stray: StrayDatagrams): CheckFinding {
  const { source, port, datagrams } = stray
  return finding('blocked_by_firewall', 'failed', {
    text: `${counted(datagrams, 'datagram')} from ${source} to port ${port} reached this machine, and none its socket: this machine's firewall drops them.`,
    advice: `Let UDP port ${port} in: with ufw by "ufw allow ${port}/udp", with firewalld by "firewall-cmd --add-port=${port}/udp", with nftables by the command. Where no rule drops them, it is the reverse path filter: the way back to ${source} leads out by another interface (sysctl net.ipv4.conf.all.rp_filter=2).`,
    command: `nft insert rule inet filter input udp dport ${port} accept`,
    values: strayValues(stray),
  })
}

function ipv6NotListened(stray: StrayDatagrams, { listeners }: Surroundings): CheckFinding {
  const { source, port, datagrams } = stray
  return finding('ipv6_not_listened', 'failed', {
    text: `${source} sends by IPv6 to port ${port} (${counted(datagrams, 'datagram')}), and Drawbridge listens for IPv4 only: ${listText(listeners)}.`,
    advice: `Set collect.listen to [::]:${port}, which takes IPv4 too, in Drawbridge's configuration and restart it; or let the router send to an IPv4 address of this machine.`,
    values: strayValues(stray),
  })
}

function otherSender({ expected, newSenders }: Surroundings): CheckFinding[] {
  if (expected === null) return []
  return newSenders.slice(0, maxNamed).map(({ address }) =>
    finding('other_sender', 'warning', {
      text: `Nothing comes from ${expected}, but ${address} has begun to send.`,
      advice: `If that is the router, look at ${address} instead. Routers have several addresses and mostly send from that of the interface towards the collector, unless told otherwise.`,
      values: { expected, sender: address },
      action: { kind: 'look_at', address },
    }),
  )
}

function kernelDrops({ drops }: Surroundings): CheckFinding[] {
  return drops
    .filter(({ dropped }) => dropped > 0)
    .map(({ address, dropped, receiveBuffer, receiveBufferAsked }) => {
      const isSmall = receiveBuffer < receiveBufferAsked
      return finding('kernel_drops', 'warning', {
        text: `The kernel dropped ${counted(dropped, 'datagram')} at ${address} since the check began: the receive buffer of ${sizeText(receiveBuffer)} was full.`,
        advice: isSmall
          ? 'Allow larger receive buffers by the command, put it into /etc/sysctl.d to keep it, and restart Drawbridge.'
          : 'Give Drawbridge more threads (collect.workers) or let routers sample: more comes than it can take.',
        command: isSmall ? `sysctl -w net.core.rmem_max=${receiveBufferAsked}` : '',
        values: { address, dropped },
      })
    })
}
