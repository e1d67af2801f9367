// Step 8: is it known how many packets each flow stands for?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts, ToldBy } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { counted, listText, shareText, spanText } from '../wording.ts'

/** Options data comes with the templates or shortly after them. */
const optionsMs = 10_000
/** Sampler tables are repeated every ten minutes by default. */
const tableMs = 600_000
/** Share of flows without a factor from which on it is told, where others have one. */
const toldUntold = 0.05

const places: Readonly<Record<ToldBy, string>> = {
  record: 'in each record',
  options: 'in its options data',
  header: 'in the headers',
}

export const samplingStep: StepJudge = (facts, around) => {
  const { sampling } = facts
  if (sampling.examined === 0) return waiting('sampling', 'Waits for flows.')
  const { status } = around
  if (sampling.untold / sampling.examined < toldUntold) return judged('sampling', toldText(sampling))
  if (status?.sampling_override !== null && status?.sampling_override !== undefined)
    return judged('sampling', `${factorText([status.sampling_override])}, as set for this router in Drawbridge.`)
  if (sampling.unknownSamplers.length > 0) return judged('sampling', '', [tableMissing(facts, around)])
  // What the collectors learnt before the check began.
  if (status?.sampling_source === 'options' && status.sampling_rate !== null)
    return judged('sampling', `${factorText([status.sampling_rate])}, told ${places.options} before the check began.`)
  return judged('sampling', '', [untold(facts, around)])
}

function factorText(rates: readonly number[]): string {
  if (rates.length === 1 && rates[0] === 1) return 'Every packet'
  return `One packet in ${listText(rates.map((rate) => rate.toLocaleString('en-US')))}`
}

function toldText({ told, rates }: SenderFacts['sampling']): string {
  const from = (Object.keys(places) as ToldBy[]).filter((place) => told[place] > 0).map((place) => places[place])
  return `${factorText(rates)}, told by the router ${listText(from)}.`
}

function untold({ sampling, flowsSince }: SenderFacts, { now, status }: Surroundings): CheckFinding {
  const used = status?.sampling_rate ?? null
  return finding('sampling_untold', now - flowsSince < optionsMs ? 'waiting' : 'warning', {
    text: `The router does not tell its sampling rate (${counted(sampling.untold, 'flow')} without).${used === null ? '' : ` The account's default of 1 in ${used.toLocaleString('en-US')} is used.`}`,
    advice:
      'If it looks at every packet, set 1 for this router, as the command does. If it samples, set the N of its "1 in N" in the same way, or let it send its sampler table: otherwise volumes are wrong by that factor.',
    command: status === null ? '' : `drawbridge routers edit ${status.address} --sampling 1`,
    values: { flows: sampling.untold, used: used ?? 0 },
    action: status === null ? null : { kind: 'set_sampling', address: status.address, rate: null },
  })
}

function tableMissing({ address, sampling }: SenderFacts, { now, status }: Surroundings): CheckFinding {
  const waited = now - sampling.unknownSince
  return finding('sampler_table_missing', waited < tableMs ? 'waiting' : 'failed', {
    text: `${shareText(sampling.untold, sampling.examined)} of the flows name sampler ${listText(sampling.unknownSamplers.map(String))}, whose rate ${address} has not told for ${spanText(waited)}.`,
    advice:
      'Let the router send its sampler table ("option sampler-table" in the flow exporter, timeout 60), or set the N of its "1 in N" for this router here. Until then volumes are too low by that factor.',
    values: { samplers: sampling.unknownSamplers.map(String), flows: sampling.untold },
    action: status === null ? null : { kind: 'set_sampling', address: status.address, rate: null },
  })
}
