// Step 4: have the templates come that data cannot be read without?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts, TemplateFacts } from '../sender-facts.ts'
import { finding, judged, skipped, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { counted, listText, protocolTitle, shortList, spanText, templatesText } from '../wording.ts'

/** Routers repeat templates every minute to every half hour, as they are set. */
const unusualMs = 300_000
const longestMs = 1_800_000
/** One change may be that of the router's owner just now. */
const ownerChanges = 1

export const templatesStep: StepJudge = (facts, around) => {
  const data = facts.templates.filter(({ kind }) => kind === 'data')
  if (facts.datagrams === 0) return waiting('templates', 'Waits for datagrams.')
  const templated = facts.protocols.filter(({ protocol }) => protocol === 'netflow9' || protocol === 'ipfix')
  if (templated.length === 0 && facts.protocols.length > 0)
    return skipped('templates', `${listText(facts.protocols.map(({ protocol }) => protocolTitle(protocol)))} needs no templates.`)
  const found = [...noTemplate(facts, around), ...templateChanges(data)]
  if (found.length === 0 && data.length === 0)
    return waiting('templates', 'Waits for a template; routers repeat them every minute to every half hour.')
  return judged('templates', knownText(data), found)
}

function knownText(data: readonly TemplateFacts[]): string {
  const remembered = data.every((template) => template.remembered) ? ', known from before' : ''
  return `${counted(data.length, 'data template')}${remembered}: ${shortList(data.map(({ id, fields }) => `${id} with ${counted(fields.length, 'field')}`))}.`
}

function noTemplate({ withoutTemplate }: SenderFacts, { now }: Surroundings): CheckFinding[] {
  const { waiting: sets, since, ids } = withoutTemplate
  if (sets === 0) return []
  const waited = now - since
  const state = waited < unusualMs ? 'waiting' : waited < longestMs ? 'warning' : 'failed'
  return [
    finding('no_template', state, {
      text: `${counted(sets, 'set')} of flows ${sets === 1 ? 'waits' : 'wait'}. ${templatesText(ids.map(String))} ${ids.length === 1 ? 'has' : 'have'} not come for ${spanText(waited)}.`,
      advice:
        'The flows are kept until it comes: every minute on some routers, every 30 minutes on others. Let the router repeat its templates every minute (template refresh or timeout); turning its export off and on sends them at once.',
      values: { sets, ids: ids.map(String), seconds: Math.round(waited / 1000) },
    }),
  ]
}

function templateChanges(data: readonly TemplateFacts[]): CheckFinding[] {
  const changing = data.filter(({ changes }) => changes > ownerChanges)
  if (changing.length === 0) return []
  const times = Math.max(...changing.map(({ changes }) => changes))
  return [
    finding('template_changes', 'warning', {
      text: `${templatesText(changing.map(({ id }) => String(id)))} changed ${changing.length === 1 ? 'its' : 'their'} fields ${times} times since the check began.`,
      advice:
        'Two exporters use the same template number and observation domain: give each an observation domain (source id) of its own, or an address of its own. Until then records may be read by the wrong template.',
      values: { ids: changing.map(({ id }) => String(id)), times },
    }),
  ]
}
