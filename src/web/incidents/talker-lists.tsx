// Who and what took part in an incident: sources, networks, countries, ports and more, each with its share.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { incidentLists, type Incident, type IncidentList, type IncidentTalker } from '../../contract/incident.ts'
import type { Metric } from '../api/flow-groups.ts'
import { routersQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { routerNames } from '../overview/router-names.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { overviewOf, talkerCondition, talkerLabel } from '../view/incident-view.ts'
import { writeView } from '../view/search.ts'
import { formatRate, formatShare, formatTime } from '../view/units.ts'

const text = incidentMessages.page
// As in the top lists of the overview.
const tinyShare = 0.001
const mono: ReadonlySet<IncidentList> = new Set(['sources', 'destinations'])

interface RowProps {
  readonly incident: Incident
  readonly list: IncidentList
  readonly talker: IncidentTalker
  readonly metric: Metric
  readonly routers: Readonly<Record<string, string>>
  readonly now: number
}

function TalkerName({ incident, list, talker, routers, now }: Omit<RowProps, 'metric'>) {
  const { value, name } = talkerLabel(list, talker, routers)
  const condition = talkerCondition(list, talker)
  const content = (
    <>
      <span className={mono.has(list) ? 'font-mono text-sm break-all' : 'shrink-0'}>{value}</span>
      {name !== '' && <span className="min-w-0 truncate text-sm text-kumo-subtle">{name}</span>}
    </>
  )
  const layout = 'flex min-w-0 items-baseline gap-2 text-base text-kumo-default'
  if (condition === undefined) return <span className={layout}>{content}</span>
  return (
    <Link
      to="/"
      search={writeView(overviewOf(incident, now, [condition]))}
      title={text.filterBy(value)}
      className={`${layout} rounded-sm hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand`}
    >
      {content}
    </Link>
  )
}

function Row(row: RowProps) {
  const { talker, metric } = row
  const rate = metric === 'bits' ? talker.bits_per_second : talker.packets_per_second
  return (
    <tr>
      <td className="w-full max-w-0 py-1 pl-4">
        <TalkerName {...row} />
        <span aria-hidden className="mt-1 block h-1 w-full overflow-hidden rounded-full bg-kumo-recessed">
          <span className="block h-full rounded-full bg-kumo-info" style={{ width: `${Math.max(talker.share * 100, 0.5)}%` }} />
        </span>
      </td>
      <td className="py-1 pl-3 text-right align-top text-base whitespace-nowrap text-kumo-default tabular-nums">
        {formatRate(rate, metric)}
      </td>
      <td className="py-1 pr-4 pl-3 text-right align-top text-base whitespace-nowrap text-kumo-subtle tabular-nums">
        {talker.share > 0 && talker.share < tinyShare ? messages.top.tinyShare : formatShare(talker.share)}
      </td>
    </tr>
  )
}

export interface TalkerListsProps {
  readonly incident: Incident
  readonly metric: Metric
}

export function TalkerLists({ incident, metric }: TalkerListsProps) {
  const { data } = useQuery(routersQuery(useAccount()))
  const routers = routerNames(data ?? [])
  const now = useNow(10)
  const { facts, state } = incident
  const lists = incidentLists.filter((list) => facts[list].length > 0)
  if (lists.length === 0) {
    return (
      <Card title={text.talkers} flush>
        <Nothing>{state === 'open' ? text.noFacts : text.noFactsClosed}</Nothing>
      </Card>
    )
  }
  return (
    <section aria-label={text.talkers} className="flex flex-col gap-2">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 md:grid-cols-2">
        {lists.map((list) => (
          <Card key={list} title={text.lists[list]} flush>
            <table className="my-2 w-full">
              <tbody>
                {facts[list].slice(0, 10).map((talker) => (
                  <Row key={talker.value} incident={incident} list={list} talker={talker} metric={metric} routers={routers} now={now} />
                ))}
              </tbody>
            </table>
          </Card>
        ))}
      </div>
      {facts.as_of !== null && <p className="px-1 text-sm text-kumo-subtle">{text.asOf(formatTime(Date.parse(facts.as_of)))}</p>}
    </section>
  )
}
