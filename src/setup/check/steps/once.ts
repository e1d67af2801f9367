// Step 10: is every flow told once?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge } from '../surroundings.ts'
import { counted, listText, protocolTitle, shareText } from '../wording.ts'

/** Fewer repeats, or a smaller share of all flows, are chance. */
const tellingFlows = 5
const tellingShare = 0.2

export const onceStep: StepJudge = (facts) => {
  if (facts.flows === 0) return waiting('once', 'Waits for flows.')
  return judged('once', 'No flow has come twice.', [...twoProtocols(facts), ...toldTwice(facts), ...twoSenders(facts)])
}

function isTelling(repeats: number, compared: number): boolean {
  return repeats >= tellingFlows && repeats / compared >= tellingShare
}

function twoProtocols({ protocols, repeats, address }: SenderFacts): CheckFinding[] {
  const telling = protocols.filter(({ flows }) => flows > 0).map(({ protocol }) => protocol)
  if (telling.length < 2) return []
  const same = repeats.otherProtocols.reduce((sum, { flows }) => sum + flows, 0)
  // Samples of packets cannot be compared with flows: that both come says it.
  const isCertain = telling.includes('sflow5') || isTelling(same, repeats.compared)
  const names = listText(telling.map(protocolTitle))
  return [
    finding('two_protocols', isCertain ? 'failed' : 'warning', {
      text: `${address} tells its flows by ${names}${same > 0 ? `; ${counted(same, 'flow')} came by both` : ''}: traffic is counted ${telling.length === 2 ? 'twice' : `${telling.length} times`}.`,
      advice: `Turn off all but one on the router; ${telling.includes('ipfix') ? 'IPFIX' : protocolTitle(telling[0] ?? 'unknown')} is a good choice.`,
      values: { protocols: telling, flows: same },
    }),
  ]
}

function toldTwice({ repeats, address }: SenderFacts): CheckFinding[] {
  const { otherInterface, identical, compared } = repeats
  const same = otherInterface + identical
  if (!isTelling(same, compared)) return []
  const isWay = otherInterface >= identical
  return [
    finding('told_twice', 'failed', {
      text: `${counted(same, 'flow')} of ${counted(compared, 'flow')} (${shareText(same, compared)}) from ${address} came twice, ${isWay ? 'with another interface or direction' : 'exactly the same'}.`,
      advice: isWay
        ? 'The router meters the same packet on its way in and on its way out. Watch one direction only, the way in (ingress) on every interface.'
        : 'The same export is set twice: look for two exporters, monitors or destinations that lead to this machine, and take one away.',
      values: { flows: same, compared },
    }),
  ]
}

function twoSenders({ repeats, address }: SenderFacts): CheckFinding[] {
  const others = repeats.otherSenders.filter(({ flows }) => isTelling(flows, repeats.compared))
  const [other] = others
  if (other === undefined) return []
  const names = listText(others.map((sender) => sender.address))
  return [
    finding('two_senders', 'failed', {
      text: `${counted(other.flows, 'flow')} of ${counted(repeats.compared, 'flow')} came from ${address} and from ${other.address} alike.`,
      advice: `Let one of ${address} and ${names} export them: a relay or a second address of the same router sends copies. Traffic is counted once for each.`,
      values: { senders: others.map((sender) => sender.address), flows: other.flows },
    }),
  ]
}
