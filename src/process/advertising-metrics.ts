// What is announced and how drivers and BGP neighbours do, under its Prometheus names.
import type { Metrics, Reading } from '../base/metrics.ts'
import { advertisementStates } from '../contract/advertisement.ts'
import type { Advertiser } from '../mitigate/advertiser.ts'
import type { BgpDriver } from '../mitigate/bgp/bgp-driver.ts'
import type { AdvertisementDriver } from '../mitigate/driver.ts'
import type { CloudflareDriver } from '../mitigate/drivers/cloudflare-driver.ts'
import type { WebhookDriver } from '../mitigate/drivers/webhook-driver.ts'

export interface AdvertisingMetricSources {
  readonly advertiser: Advertiser
  readonly drivers: readonly AdvertisementDriver[]
  readonly bgp: BgpDriver | undefined
  readonly cloudflare: CloudflareDriver | undefined
  readonly webhook: WebhookDriver | undefined
}

export function registerAdvertisingMetrics(metrics: Metrics, sources: AdvertisingMetricSources): void {
  const { advertiser, drivers, bgp } = sources
  const changes = metrics.counter('drawbridge_advertisement_changes_total', 'Changes of state of advertisements', ['driver', 'state'])
  advertiser.onChange(({ advertisement, change }) => changes.add(1, { driver: advertisement.driver, state: change.to }))
  metrics.gaugeFrom('drawbridge_advertisements', 'Advertisements that are not withdrawn, dry runs apart', ['state'], async () => {
    const live = await advertiser.liveStates()
    return advertisementStates.filter((state) => state !== 'withdrawn').map((state) => ({ value: live.get(state) ?? 0, labels: { state } }))
  })
  metrics.gaugeFrom('drawbridge_advertising_stopped', 'Whether advertising is stopped, 1 or 0', [], async () => [
    { value: Number(await advertiser.isStopped()) },
  ])
  metrics.gaugeFrom('drawbridge_advertisement_driver_ready', 'Whether a driver can announce now, 1 or 0', ['driver'], () =>
    drivers.map((driver) => ({ value: Number(driver.status().ready), labels: { driver: driver.name } })),
  )
  registerCallMetrics(metrics, sources)
  if (bgp !== undefined) registerNeighborMetrics(metrics, bgp)
}

function registerCallMetrics(metrics: Metrics, { cloudflare, webhook }: AdvertisingMetricSources): void {
  const readings = (pick: 'calls' | 'failures') => () => {
    const counts = [
      cloudflare && { driver: cloudflare.name, ...cloudflare.counts },
      webhook && { driver: webhook.name, calls: webhook.counts.requests, failures: webhook.counts.failures },
    ]
    return counts.filter((count) => count !== undefined).map((count) => ({ value: count[pick], labels: { driver: count.driver } }))
  }
  const names = ['driver']
  metrics.counterFrom('drawbridge_advertisement_calls_total', 'Requests that a driver has sent', names, readings('calls'))
  metrics.counterFrom('drawbridge_advertisement_call_failures_total', 'Requests of a driver that failed', names, readings('failures'))
}

function registerNeighborMetrics(metrics: Metrics, bgp: BgpDriver): void {
  const counts = {
    sessions: { help: 'BGP sessions that were established', of: 'established' },
    updates_sent: { help: 'UPDATE messages sent to a BGP neighbour', of: 'updatesSent' },
    updates_ignored: { help: 'UPDATE messages of a BGP neighbour, whose routes are not accepted', of: 'updatesIgnored' },
    notifications_sent: { help: 'NOTIFICATION messages sent to a BGP neighbour', of: 'notificationsSent' },
    notifications_received: { help: 'NOTIFICATION messages of a BGP neighbour', of: 'notificationsReceived' },
  } as const
  for (const [name, { help, of }] of Object.entries(counts)) {
    metrics.counterFrom(`drawbridge_bgp_${name}_total`, help, ['neighbor'], () =>
      bgp.counts().map((neighbor) => ({ value: neighbor[of], labels: { neighbor: neighbor.name } })),
    )
  }
  const neighbors = (value: (neighbor: ReturnType<BgpDriver['status']>['neighbors'][number]) => number) => (): Reading[] =>
    bgp.status().neighbors.map((neighbor) => ({ value: value(neighbor), labels: { neighbor: neighbor.name } }))
  const isEstablished = neighbors(({ state }) => Number(state === 'Established'))
  metrics.gaugeFrom(
    'drawbridge_bgp_established',
    'Whether the session with a BGP neighbour is established, 1 or 0',
    ['neighbor'],
    isEstablished,
  )
  const routes = neighbors(({ routes_sent }) => routes_sent)
  metrics.gaugeFrom('drawbridge_bgp_routes_sent', 'Routes that a BGP neighbour has of us', ['neighbor'], routes)
}
