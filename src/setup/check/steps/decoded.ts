// Step 3: is what arrives flow export, in a version that is understood, and whole?
import type { CheckFinding } from '../../../contract/router-check.ts'
import { wireErrorTexts, type WireErrorCode } from '../../../contract/wire-errors.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge } from '../surroundings.ts'
import { counted, listText, protocolTitle, shareText } from '../wording.ts'

export const decodedStep: StepJudge = (facts) => {
  if (facts.datagrams === 0) return waiting('decoded', 'Waits for datagrams.')
  const found = [...notExport(facts), ...unsupported(facts), ...malformed(facts)]
  if (found.length === 0 && decodedDatagrams(facts) === 0) return waiting('decoded', 'Datagrams are counted; none has been looked at yet.')
  return judged('decoded', `It is ${listText(facts.protocols.map(({ protocol }) => protocolTitle(protocol)))}.`, found)
}

function decodedDatagrams({ protocols }: SenderFacts): number {
  return protocols.reduce((sum, { datagrams }) => sum + datagrams, 0)
}

/** Failed where nothing can be decoded, a warning where it is only some. */
function stateOf(facts: SenderFacts): 'failed' | 'warning' {
  return decodedDatagrams(facts) === 0 ? 'failed' : 'warning'
}

function notExport(facts: SenderFacts): CheckFinding[] {
  const { notExport: count, notExportLooks: looks, address } = facts
  if (count === 0) return []
  return [
    finding('not_flow_export', stateOf(facts), {
      text: `${counted(count, 'datagram')} from ${address} ${count === 1 ? 'is' : 'are'} no flow export: ${looks === 'something else' ? 'another protocol' : `the first looks like ${looks}`}.`,
      advice: 'Find what sends it to this port, and send it elsewhere. Here belong NetFlow v5, v9, IPFIX and sFlow v5, without encryption.',
      command: `tcpdump -ni any -X -c 5 'udp and host ${address}'`,
      values: { datagrams: count, looks },
    }),
  ]
}

function unsupported(facts: SenderFacts): CheckFinding[] {
  const versions = Object.entries(facts.unsupported)
  if (versions.length === 0) return []
  const names = versions.map(([name]) => name)
  const isSflow = names.some((name) => name.startsWith('sFlow'))
  return [
    finding('unsupported_version', stateOf(facts), {
      text: `${facts.address} sends ${listText(names)}, which nobody decodes any more.`,
      advice: isSflow ? 'Set the agent to sFlow version 5.' : 'Set the export version to 9 or IPFIX; 5 where the router has nothing newer.',
      values: { versions: names, datagrams: versions.reduce((sum, [, count]) => sum + count, 0) },
    }),
  ]
}

function malformed(facts: SenderFacts): CheckFinding[] {
  // The keys of the counts are codes.
  const codes = Object.entries(facts.faults) as [WireErrorCode, number][]
  if (codes.length === 0) return []
  const faults = codes.reduce((sum, [, count]) => sum + count, 0)
  const [worst] = codes.toSorted(([, a], [, b]) => b - a)
  const what = worst === undefined ? '' : wireErrorTexts[worst[0]]
  return [
    finding('malformed', stateOf(facts), {
      text: `${counted(faults, 'damaged part')} in ${counted(facts.datagrams, 'datagram')} (${shareText(faults, facts.datagrams)}): ${what}.`,
      advice:
        'What stood before the damage was kept. Look for a packet size limit on the way that cuts datagrams; otherwise it is a fault of the exporter: update it, and keep the pcap of this check for its maker.',
      values: { faults, codes: codes.map(([code]) => code) },
    }),
  ]
}
