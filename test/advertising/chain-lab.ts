// The whole chain with real parts: host A floods through router R towards host B; R exports flows to Drawbridge beside it,
// and BIRD on R is Drawbridge's neighbour.
import type { AdvertisementHistory, AdvertisingStatus } from '../../src/contract/advertisement.ts'
import type { IncidentEntry, IncidentSummary } from '../../src/contract/incident.ts'
import type { RouterConfigRequest } from '../../src/contract/router-config.ts'
import { collectorAddress, ExporterLab, hostB, routerAddress } from '../exporters/exporter-lab.ts'
import { labConfig } from '../exporters/generated-config.ts'
import { endPmacct, logGroup, pmacctFile, uacctdConf, type PmacctChanges } from '../exporters/pmacct.ts'
import type { DrawbridgeServer } from '../lab/drawbridge-server.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { until } from '../lab/poll.ts'
import { EdgeBird } from './edge-bird.ts'
import { Flood } from './flood.ts'

const ownAs = 64_500
const edgeAs = 64_501
/** Behind B, and registered as owned. */
const ownedPrefix = '203.0.113.0/24'
/** The part of it whose flows R exports by NetFlow v9; the rest goes by sFlow. */
const netflowPart = { addr: '203.0.113.128', len: 25 }
const netflowGroup = 3
/** Behind B, but nobody's: traffic that no rule watches. */
const restOfTheWorld = '198.51.100.1'

/** What a route to be diverted has in BIRD's table. */
export const divertAttributes = { nextHop: '10.66.3.77', asPath: [ownAs, ownAs], communities: ['64501:100'], origin: 'igp' } as const

/** Packets a second that R always has: exporters hand on full buffers, which single packets fill late. */
const backgroundRate = 1000

const config = {
  advertise: {
    max_announcements: 200,
    // Longer than any machine takes for what the tests do in the meantime.
    probe_seconds: 3600,
    bgp: {
      as: ownAs,
      router_id: collectorAddress,
      neighbors: [
        {
          name: 'edge',
          address: routerAddress,
          as: edgeAs,
          connect_seconds: 1,
          families: ['ipv4'],
          divert: { next_hop_ipv4: divertAttributes.nextHop, communities: divertAttributes.communities, prepend: 1 },
        },
      ],
    },
  },
}

/** An incident with its timeline. */
export type TimedIncident = IncidentSummary & { readonly timeline: readonly IncidentEntry[] }

export class ChainLab {
  readonly #exporters = new ExporterLab(config)
  #edge: EdgeBird | undefined
  #flood: Flood | undefined
  readonly #daemons: LabProcess[] = []

  get server(): DrawbridgeServer {
    return this.#exporters.server
  }

  get edge(): EdgeBird {
    if (this.#edge === undefined) throw new Error('the lab was not started')
    return this.#edge
  }

  get flood(): Flood {
    if (this.#flood === undefined) throw new Error('the lab was not started')
    return this.#flood
  }

  /** Everything runs, and the exporters have sent something. */
  async start(): Promise<void> {
    await this.#exporters.start()
    const { a, router } = this.#exporters.hosts
    for (const destination of [ownedPrefix, restOfTheWorld]) await router.run('ip', 'route', 'add', destination, 'via', hostB)
    this.#edge = new EdgeBird(router, this.#exporters.path('bird'))
    await this.#edge.start({ own: routerAddress, ownAs: edgeAs, drawbridge: collectorAddress, drawbridgeAs: ownAs })
    await Promise.all([this.#startSflow(), this.#startNetflow(), this.connected(0)])
    this.#flood = new Flood(a)
    await this.#flood.set({ [restOfTheWorld]: backgroundRate })
    await until('the first flows', async () => ((await this.server.ledger()).totals.records_stored > 0 ? true : undefined))
  }

  async stop(): Promise<void> {
    this.#flood?.stop()
    await Promise.all(this.#daemons.map(endPmacct))
    await this.#exporters.stop()
  }

  /** Waits until the session with BIRD is up and so many routes were sent to it. */
  async connected(routes: number): Promise<void> {
    await until(`${routes} routes to be sent to BIRD`, async () => {
      const { drivers } = await this.server.api<AdvertisingStatus>('GET', '/accounts/{account}/drawbridge/advertisements/status')
      const edge = drivers.flatMap(({ neighbors }) => neighbors).find(({ state }) => state === 'Established')
      return edge?.routes_sent === routes || undefined
    })
  }

  /** Registers the owned prefix. @param longest that may be announced inside it */
  async own(longest: number): Promise<void> {
    const fields = { cidr: ownedPrefix, origin_as: ownAs, divert_max_length: longest }
    await this.server.api('POST', '/accounts/{account}/drawbridge/prefixes', fields)
  }

  async incidents(): Promise<IncidentSummary[]> {
    return await this.server.api('GET', '/accounts/{account}/drawbridge/incidents?per_page=100')
  }

  async incident(id: string): Promise<TimedIncident> {
    return await this.server.api('GET', `/accounts/{account}/drawbridge/incidents/${id}`)
  }

  /** Of one prefix, newest first. */
  async advertisements(prefix: string): Promise<AdvertisementHistory[]> {
    const path = '/accounts/{account}/drawbridge/advertisements'
    const list = await this.server.api<{ id: string }[]>('GET', `${path}?prefix=${encodeURIComponent(prefix)}`)
    return await Promise.all(list.map(({ id }) => this.server.api<AdvertisementHistory>('GET', `${path}/${id}`)))
  }

  async #startSflow(): Promise<void> {
    await this.#logFor('sflow', '!=', logGroup(128))
    const uacctd = await this.#startUacctd({ protocol: 'sflow5', sampling: 10 }, { snaplen: '128' })
    await uacctd.waitFor(/Sampling at: 1\/10/)
  }

  async #startNetflow(): Promise<void> {
    await this.#logFor('netflow', '==', logGroup(128, netflowGroup))
    const uacctd = await this.#startUacctd({ protocol: 'netflow9' }, { uacctd_group: String(netflowGroup) })
    await uacctd.waitFor(/Exporting flows to/)
  }

  /** Hands an exporter the packets to the part of the network that it tells of. */
  async #logFor(exporter: string, op: '==' | '!=', log: object): Promise<void> {
    const destination = { payload: { protocol: 'ip', field: 'daddr' } }
    const part = { match: { op, left: destination, right: { prefix: netflowPart } } }
    await this.#exporters.loadRules(this.#exporters.hosts.router, exporter, [part, log])
  }

  async #startUacctd(request: Pick<RouterConfigRequest, 'protocol' | 'sampling'>, changes: PmacctChanges): Promise<LabProcess> {
    const config = labConfig({ guide: 'linux-uacctd', ...request })
    const file = await this.#exporters.file(`${config.protocol}.conf`, pmacctFile(config, uacctdConf, changes))
    const uacctd = this.#exporters.startOnRouter('uacctd', '-f', file)
    this.#daemons.push(uacctd)
    await uacctd.waitFor(/connected Netlink NFLOG socket/)
    return uacctd
  }
}
