// Step 11: are the flows in the store, where graphs are drawn from?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { counted, shareText, spanText } from '../wording.ts'

/** Flows are written every few seconds; what takes longer than this is stuck. */
const storedWithinMs = 60_000
/** Loss from which on it is told. */
const toldLoss = 0.01
/** Sequences shorter than this say nothing of a share. */
const tellingUnits = 20

export const graphStep: StepJudge = (facts, around) => {
  const { status, before, registration } = around
  const lost = exportLost(facts, around)
  if (facts.flows === 0) return judgedOr('Waits for flows.', lost)
  if (status === null || registration === 'none' || registration === 'foreign')
    return judgedOr('Waits until the router is registered: until then its flows are not kept.', lost)
  const stored = status.ledger.records_stored - before.stored
  const stuck = notStored(facts, around)
  if (stored > 0)
    return judged('graph', `${counted(stored, 'flow')} of ${status.address} ${stored === 1 ? 'is' : 'are'} on the graph.`, [
      ...stuck,
      ...lost,
    ])
  if (stuck.length > 0) return judged('graph', '', [...stuck, ...lost])
  const decoded = status.ledger.records_decoded - before.decoded
  return judgedOr(decoded > 0 ? 'Flows are decoded; they are on the graph within seconds.' : tooEarly(facts), lost)
}

function tooEarly({ flows }: SenderFacts): string {
  return `What came before it was registered (${counted(flows, 'flow')}) is not kept; waits for its next flows.`
}

function judgedOr(text: string, found: readonly CheckFinding[]) {
  return found.length > 0 ? judged('graph', text, found) : waiting('graph', text)
}

function notStored({ flowsSince }: SenderFacts, { status, before, now }: Surroundings): CheckFinding[] {
  if (status === null) return []
  const { records_stored, records_decoded, records_dropped_spool_full } = status.ledger
  const dropped = records_dropped_spool_full - before.dropped
  const decoded = records_decoded - before.decoded
  const isStuck = decoded > 0 && records_stored === before.stored && now - flowsSince > storedWithinMs
  if (dropped <= 0 && !isStuck) return []
  return [
    finding('not_stored', 'failed', {
      text:
        dropped > 0
          ? `${counted(dropped, 'flow')} were thrown away because the disk buffer is full: the store does not take them.`
          : `${counted(decoded, 'flow')} were decoded ${spanText(now - flowsSince)} ago, and the store has none of them.`,
      advice: 'The store is down, too slow, or its disk is full. The command looks at it.',
      command: 'drawbridge doctor',
      values: { dropped, decoded },
    }),
  ]
}

function exportLost({ sequence, address }: SenderFacts, { status, isPartial }: Surroundings): CheckFinding[] {
  const { seen, lost } = sequence
  const ownShare = isPartial || seen < tellingUnits ? 0 : lost / (seen + lost)
  const share = Math.max(ownShare, status?.loss ?? 0)
  if (share < toldLoss) return []
  return [
    finding('export_lost', 'warning', {
      text: `${shareText(share, 1)} of what ${address} sent never arrived, by its own numbering.`,
      advice:
        'UDP was lost on the way or at this machine: look for a full link, a rate limit on the way, and for datagrams that the kernel dropped (drawbridge doctor). Datagrams larger than the MTU are lost whole when a fragment is.',
      command: 'drawbridge doctor',
      values: { share: Number(share.toFixed(4)), lost },
    }),
  ]
}
