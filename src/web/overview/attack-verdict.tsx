// An open incident as the verdict tells it: what happens to whom, how strong, from where, what was done about it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Advertisement } from '../../contract/advertisement.ts'
import type { Incident, IncidentSummary } from '../../contract/incident.ts'
import { currentAdvertisementsQuery } from '../api/advertisement-queries.ts'
import type { Metric } from '../api/flow-groups.ts'
import { incidentQuery } from '../api/incident-queries.ts'
import { overviewMessages } from '../messages/overview.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { incidentSeconds, overviewOf, peakOf, shortHeadline, talkerLabel, targetsText } from '../view/incident-view.ts'
import { writeView } from '../view/search.ts'
import { formatDuration, formatRate, formatShare } from '../view/units.ts'
import { responseTo, sourcesOf } from '../view/worries.ts'

const text = overviewMessages.verdict
const link = 'rounded-sm font-medium text-kumo-link underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

/** The headline of an incident without known vectors is a sentence of the server: rule and targets say it in every language. */
export function attackWhat(incident: Pick<IncidentSummary, 'vectors' | 'targets' | 'headline' | 'rule_name'>): string {
  return incident.vectors.length > 0 ? shortHeadline(incident) : text.beyond(targetsText(incident.targets), incident.rule_name)
}

/** @param now milliseconds since 1970 */
export function attackTitle(incident: IncidentSummary, now: number): string {
  return text.since(attackWhat(incident), formatDuration(incidentSeconds(incident, now)))
}

/** In the unit of the limit that it broke, whichever the page shows. */
function strengthText(incident: IncidentSummary): string {
  const { metric, limit } = incident
  const rate = metric === 'bits' ? incident.bits_per_second : incident.packets_per_second
  return text.strength(formatRate(rate, metric), formatRate(peakOf(incident, metric), metric), formatRate(limit, metric))
}

function originText(incident: Incident): string {
  const { list, talkers } = sourcesOf(incident)
  if (talkers.length === 0) return ''
  const named = talkers.map((talker) => {
    const { value, name } = talkerLabel(list, talker, {})
    return text.share(name === '' ? value : `${value} ${name}`, formatShare(talker.share))
  })
  return text.from(messages.list(named))
}

function responseText(incident: string, advertisements: readonly Advertisement[]): string[] {
  const { announced, recorded, waiting, stuck } = responseTo(incident, advertisements)
  const prefixes = (list: readonly Advertisement[]) => messages.list([...new Set(list.map(({ route }) => route.prefix))])
  const sentences = [
    ...(announced.length > 0 ? [text.done(prefixes(announced))] : []),
    ...(waiting.length > 0 ? [text.waits(prefixes(waiting))] : []),
    ...(stuck.length > 0 ? [text.notAnnounced(prefixes(stuck))] : []),
    ...(recorded.length > 0 ? [text.recorded(prefixes(recorded))] : []),
  ]
  return sentences.length === 0 ? [text.nothing] : sentences
}

/** Strength at once; where from and what was done as soon as that is known. */
export function useAttackSentences(incident: IncidentSummary): string {
  const account = useAccount()
  const { data: whole } = useQuery(incidentQuery(account, incident.id))
  const { data: current } = useQuery(currentAdvertisementsQuery(account))
  const origin = whole === undefined ? '' : originText(whole)
  return messages.sentences([
    strengthText(incident),
    ...(origin === '' ? [] : [origin]),
    ...(current === undefined ? [] : responseText(incident.id, current.items)),
  ])
}

interface AttackLinksProps {
  readonly incident: IncidentSummary
  readonly metric: Metric
  readonly now: number
}

export function AttackLinks({ incident, metric, now }: AttackLinksProps) {
  const what = attackWhat(incident)
  // Whole minutes: a link that changes each second cannot be copied from.
  const minute = Math.ceil(now / 60_000) * 60_000
  return (
    <>
      <Link to="/incidents/$id" params={{ id: incident.id }} aria-label={`${text.show}: ${what}`} className={link}>
        {text.show}
      </Link>
      <Link to="/" search={writeView({ ...overviewOf(incident, minute), metric })} aria-label={`${text.flows}: ${what}`} className={link}>
        {text.flows}
      </Link>
    </>
  )
}
