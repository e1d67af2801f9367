// Tells when a router that used to send has fallen silent, and when it sends again. Who is silent is kept in the state, so
// that a restart tells nothing twice and forgets no END.
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { alertTypes, type AlertEvent } from '../../contract/alert.ts'
import type { CollectorTelemetry, RouterStatus } from '../../contract/collector-status.ts'
import { enqueueAlert } from '../../notify/enqueue-alert.ts'
import type { AlertLinks } from '../../notify/incident-alert.ts'
import { spanText } from '../../notify/rate-text.ts'
import { timeText, type State } from '../context.ts'
import { registeredRouters } from '../router/publish.ts'
import { newId } from '../../base/secret.ts'

export interface RouterSilenceWatchDependencies {
  readonly state: State
  readonly telemetry: Pick<CollectorTelemetry, 'routers'>
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** Asked at every alert: the address may not be known before the server listens. */
  readonly links: () => AlertLinks
}

/** Nobody counts as silent before a minute, so a quarter of one is soon enough; statuses of many routers take a while. */
const everyMs = 15_000

interface SilentRouter {
  readonly account: number
  readonly address: string
  readonly correlation_id: string
  /** RFC 3339: when it sent last. */
  readonly since: string
}

/** Component. */
export class RouterSilenceWatch {
  readonly #deps: RouterSilenceWatchDependencies
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: RouterSilenceWatchDependencies) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#running = this.#running
        .then(() => this.look())
        .catch((error: unknown) => this.#deps.log.error({ err: error }, 'silent routers could not be looked for; it is tried again'))
    }, everyMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Looks once at all routers and writes down what has changed. */
  async look(): Promise<void> {
    const { state } = this.#deps
    const statuses = await this.#statuses()
    const silent = await state.selectFrom('alert_router_silence').selectAll().execute()
    const known = new Map(silent.map((row) => [key(row.account, row.address), row]))
    for (const [router, { account, status }] of statuses) {
      if (status.silent && status.last_seen !== null && !known.has(router)) {
        await this.#began({ account, address: status.address, correlation_id: newId(), since: status.last_seen })
      }
    }
    for (const [router, row] of known) {
      const status = statuses.get(router)?.status
      if (!status) await this.#ended(row, 'is not registered any more')
      // After a restart nothing has been heard of anybody yet: that is no sign of life.
      else if (!status.silent && status.last_seen !== null && status.last_seen > row.since) await this.#ended(row, 'sends flows again')
    }
  }

  /** Of every registered router, by account and address. */
  async #statuses(): Promise<Map<string, { readonly account: number; readonly status: RouterStatus }>> {
    const accounts = new Set((await registeredRouters(this.#deps.state)).map(({ account }) => account))
    const all = [...accounts].flatMap((account) => this.#deps.telemetry.routers(account).map((status) => ({ account, status })))
    return new Map(all.map((entry) => [key(entry.account, entry.status.address), entry]))
  }

  async #began(row: SilentRouter): Promise<void> {
    const title = await this.#titleOf(row)
    const text = `Router ${title} used to send flows and has sent none since ${row.since}. Its traffic is not seen, so no rule can fire on it.`
    await this.#deps.state.transaction().execute(async (transaction) => {
      await transaction.insertInto('alert_router_silence').values(row).execute()
      await enqueueAlert(
        transaction,
        this.#event(row, { phase: 'ALERT_STATE_EVENT_START', text, data: { router: title, severity: 'WARNING' } }),
      )
    })
  }

  async #ended(row: SilentRouter, what: string): Promise<void> {
    const title = await this.#titleOf(row)
    const now = this.#deps.clock.now()
    const duration = spanText(now - Date.parse(row.since))
    const text = `Router ${title} ${what}, after ${duration} of silence.`
    const data = { router: title, severity: 'INFO', end_time: timeText(now), duration }
    await this.#deps.state.transaction().execute(async (transaction) => {
      const { account, address } = row
      await transaction.deleteFrom('alert_router_silence').where('account', '=', account).where('address', '=', address).execute()
      await enqueueAlert(transaction, this.#event(row, { phase: 'ALERT_STATE_EVENT_END', text, data }))
    })
  }

  #event(row: SilentRouter, rest: Pick<AlertEvent, 'phase' | 'text' | 'data'>): AlertEvent {
    const link = `${this.#deps.links().base}/routers/${row.address}`
    return {
      account: row.account,
      type: 'drawbridge_router_silent',
      correlation_id: row.correlation_id,
      at: this.#deps.clock.now(),
      name: alertTypes.drawbridge_router_silent.display_name,
      ...rest,
      text: `${rest.text} Details: ${link}`,
      data: { ...rest.data, router_address: row.address, start_time: row.since, link },
      link,
    }
  }

  async #titleOf({ account, address }: SilentRouter): Promise<string> {
    const named = this.#deps.state.selectFrom('router').select('name').where('account', '=', account).where('address', '=', address)
    const name = (await named.executeTakeFirst())?.name ?? ''
    return name === '' ? address : `${name} (${address})`
  }
}

const key = (account: number, address: string): string => `${account} ${address}`
