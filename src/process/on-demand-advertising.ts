// Wires what announces and withdraws: the advertiser with the drivers that the configuration has, and their metrics.
import { newId } from '../base/secret.ts'
import type { StateContext } from '../app/context.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Config } from '../contract/config.ts'
import { Advertiser } from '../mitigate/advertiser.ts'
import { BgpDriver } from '../mitigate/bgp/bgp-driver.ts'
import type { AdvertisementDriver, Settled } from '../mitigate/driver.ts'
import { CloudflareDriver } from '../mitigate/drivers/cloudflare-driver.ts'
import { WebhookDriver } from '../mitigate/drivers/webhook-driver.ts'
import { registerAdvertisingMetrics } from './advertising-metrics.ts'

export interface OnDemandAdvertisingConfig {
  readonly advertise: Config['advertise']
  /** Days that withdrawn advertisements are kept; asked each time. */
  readonly retentionDays: () => number
}

export interface OnDemandAdvertisingDependencies extends StateContext {
  readonly log: Log
  readonly metrics: Metrics
}

export class OnDemandAdvertising {
  readonly advertiser: Advertiser
  /** Nothing is known of rules until the detector runs. */
  #isBreaching: (rule: string) => boolean = () => false

  constructor({ advertise, retentionDays }: OnDemandAdvertisingConfig, { state, clock, log, metrics }: OnDemandAdvertisingDependencies) {
    const settled: Settled = (id, direction, outcome) => this.advertiser.settled(id, direction, outcome)
    const parts = { clock, log, settled }
    const bgp = advertise.bgp.neighbors.length > 0 ? new BgpDriver(advertise.bgp, parts) : undefined
    const cloudflare = advertise.cloudflare.account_id === '' ? undefined : new CloudflareDriver(advertise.cloudflare, parts)
    const webhook = advertise.webhook.url === '' ? undefined : new WebhookDriver(advertise.webhook, parts)
    const drivers = [bgp, cloudflare, webhook].filter((driver) => driver !== undefined) satisfies AdvertisementDriver[]
    this.advertiser = new Advertiser(
      { advertise, retentionDays },
      { state, clock, log, drivers, newId, isBreaching: (rule) => this.#isBreaching(rule) },
    )
    registerAdvertisingMetrics(metrics, { advertiser: this.advertiser, drivers, bgp, cloudflare, webhook })
  }

  /** @param isBreaching whether a rule is beyond its limit in the newest second */
  watch(isBreaching: (rule: string) => boolean): void {
    this.#isBreaching = isBreaching
  }

  async start(): Promise<void> {
    await this.advertiser.start()
  }

  async stop(): Promise<void> {
    await this.advertiser.stop()
  }
}
