// Step 6: can the times of the flows be right?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, skipped, waiting } from '../step.ts'
import type { StepJudge } from '../surroundings.ts'
import { counted, shareText, spanText } from '../wording.ts'

/** Share of flows from which on a fault is told. */
const told1970 = 0.05
const toldReversed = 0.01
const toldFar = 0.05

export const timestampsStep: StepJudge = (facts) => {
  if (facts.datagrams === 0) return waiting('timestamps', 'Waits for datagrams.')
  if (facts.protocols.length > 0 && facts.protocols.every(({ protocol }) => protocol === 'sflow5'))
    return skipped('timestamps', 'sFlow tells no times: its samples have that of their arrival.')
  const { examined } = facts.times
  if (examined > 0) return judged('timestamps', `Start and end of ${counted(examined, 'flow')} can be right.`, findings(facts))
  if (facts.flows === 0) return waiting('timestamps', 'Waits for flows.')
  return skipped('timestamps', 'The records tell no times: that of export stands in for them.')
}

function findings({ times }: SenderFacts): CheckFinding[] {
  const { examined, before2000, reversed, far } = times
  return [
    ...(before2000 / examined >= told1970 ? [before1970(before2000, examined)] : []),
    ...(reversed / examined >= toldReversed ? [backwards(reversed, examined)] : []),
    ...(far / examined >= toldFar ? [farAway(far, examined, times.farthestMs)] : []),
  ]
}

function before1970(count: number, examined: number): CheckFinding {
  return finding('times_1970', 'failed', {
    text: `${shareText(count, examined)} of ${counted(examined, 'flow')} begin or end before the year 2000, most likely in 1970: the router sends no real times.`,
    advice:
      'Set the clock of the router (NTP), and let it export times that it has: with pmacct "timestamps_secs: true" or no timestamps in the aggregate at all, elsewhere first and last switched, or flow start and end in milliseconds.',
    values: { flows: examined, wrong: count },
  })
}

function backwards(count: number, examined: number): CheckFinding {
  return finding('times_reversed', 'warning', {
    text: `${shareText(count, examined)} of ${counted(examined, 'flow')} end before they begin.`,
    advice: 'Look whether first and last are exchanged in the flow record; otherwise it is a fault of the exporter: update it.',
    values: { flows: examined, wrong: count },
  })
}

function farAway(count: number, examined: number, farthestMs: number): CheckFinding {
  return finding('times_far', 'warning', {
    text: `${shareText(count, examined)} of ${counted(examined, 'flow')} are far from the time of their export, one by ${spanText(farthestMs)} ${farthestMs > 0 ? 'ahead' : 'behind'}.`,
    advice:
      'Shorten the active timeout to 60 s and the inactive one to 30 s. If they are short, the router has two clocks that disagree: set its time by NTP and restart its export.',
    values: { flows: examined, wrong: count, seconds: Math.round(farthestMs / 1000) },
  })
}
