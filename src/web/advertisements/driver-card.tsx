// Who is told: the configured drivers, and of BGP each neighbour with its session.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { AdvertisingStatus, DriverStatus, NeighborStatus } from '../../contract/advertisement.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { formatCount, formatDuration } from '../view/units.ts'

const text = advertisingMessages.driver

function Session({ neighbor, now }: { readonly neighbor: NeighborStatus; readonly now: number }) {
  const up = neighbor.state === 'Established'
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Badge appearance="dot" variant={up ? 'success' : 'warning'}>
        {text.sessionStates[neighbor.state]}
      </Badge>
      <span className="text-sm text-kumo-subtle tabular-nums">
        {advertisingMessages.since(formatDuration((now - Date.parse(neighbor.since)) / 1000))}
      </span>
    </span>
  )
}

function factsOf(neighbor: NeighborStatus): readonly (readonly [string, string])[] {
  const { families, hold_seconds, graceful_restart_seconds: restart, routes_sent } = neighbor
  if (neighbor.state !== 'Established') return []
  return [
    [text.sent, formatCount(routes_sent)],
    [text.families, messages.list(families)],
    [text.hold, formatDuration(hold_seconds)],
    [text.restart, restart === null ? text.restartNone : formatDuration(restart)],
  ]
}

function Neighbor({ neighbor, now }: { readonly neighbor: NeighborStatus; readonly now: number }) {
  return (
    <li className="flex flex-col gap-1.5 border-t border-kumo-hairline px-4 py-3 text-base">
      <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="min-w-0 font-medium break-words text-kumo-default">{neighbor.name}</span>
        <span className="text-sm text-kumo-subtle">
          <span className="font-mono break-all">{neighbor.address}</span> {text.as(neighbor.remote_as)}
        </span>
        <Session neighbor={neighbor} now={now} />
      </span>
      <dl className="flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
        {factsOf(neighbor).map(([name, value]) => (
          <div key={name} className="flex gap-1.5">
            <dt className="text-kumo-subtle">{name}</dt>
            <dd className="text-kumo-default tabular-nums">{value}</dd>
          </div>
        ))}
        <div className="flex gap-1.5">
          <dt className="sr-only">{text.session}</dt>
          <dd className="text-kumo-subtle tabular-nums">{text.sessions(neighbor.sessions)}</dd>
        </div>
      </dl>
      {neighbor.last_error !== '' && (
        <p className="text-sm break-words text-kumo-subtle">{text.lastError(serverText(neighbor.last_error))}</p>
      )}
    </li>
  )
}

function Driver({ driver, now }: { readonly driver: DriverStatus; readonly now: number }) {
  return (
    <li className="border-t border-kumo-hairline first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-base">
        <span className="font-semibold text-kumo-default">{advertisingMessages.drivers[driver.driver]}</span>
        <Badge appearance="dot" variant={driver.ready ? 'success' : 'warning'}>
          {driver.ready ? text.ready : text.notReady}
        </Badge>
        <span className="min-w-0 text-sm break-words text-kumo-subtle">{serverText(driver.detail)}</span>
      </div>
      {driver.neighbors.length > 0 && (
        <ul aria-label={text.configured}>
          {driver.neighbors.map((neighbor) => (
            <Neighbor key={neighbor.name} neighbor={neighbor} now={now} />
          ))}
        </ul>
      )}
    </li>
  )
}

export function DriverCard({ status, now }: { readonly status: AdvertisingStatus; readonly now: number }) {
  const configured = status.drivers.filter((driver) => driver.configured)
  return (
    <Card title={text.title} flush>
      {configured.length === 0 ? (
        <Nothing>
          <span className="block font-medium text-kumo-default">{text.none}</span>
          {text.noneDetail}
        </Nothing>
      ) : (
        <ul>
          {configured.map((driver) => (
            <Driver key={driver.driver} driver={driver} now={now} />
          ))}
        </ul>
      )}
    </Card>
  )
}
