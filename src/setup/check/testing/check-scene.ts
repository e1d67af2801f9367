// A live check with everything around it played: the collectors' tap, registrations, telemetry, strays, a clock.
import { silentRouter } from '../../../app/router/status.ts'
import type { RegisteredRouter, RouterStatus, UnregisteredSender } from '../../../contract/collector-status.ts'
import type { DatagramTap, TappedDatagram, TapWatch } from '../../../contract/datagram-tap.ts'
import type { CheckCode, CheckFinding, RouterCheck, StrayDatagrams, StrayMethod } from '../../../contract/router-check.ts'
import type { RememberedTemplate } from '../../../wire/session/flow-session.ts'
import type { HostFacts } from '../host-facts.ts'
import { RouterChecks, type RouterChecksConfig } from '../router-checks.ts'
import type { ToldByExporter } from '../told-by-exporter.ts'

export const account = 1
export const router = '192.0.2.1'
/** A whole second, so that clocks in headers that count seconds agree with it. */
export const begin = Date.UTC(2026, 5, 1, 12)

/** The tap as a test plays it. */
class PlayedTap implements DatagramTap {
  watch: TapWatch | null = null
  listener: (datagrams: readonly TappedDatagram[]) => void = () => undefined
  watchDatagrams(watch: TapWatch | null): void {
    this.watch = watch
  }
  onDatagrams(listener: (datagrams: readonly TappedDatagram[]) => void): void {
    this.listener = listener
  }
  datagramsNotTapped(): number {
    return 0
  }
}

class PlayedStrays {
  seen: StrayDatagrams[] = []
  method: StrayMethod = 'tcpdump'
  runs = 0
  async start(): Promise<void> {
    this.runs++
  }
  async stop(): Promise<void> {
    this.runs--
  }
  strays(): StrayDatagrams[] {
    return this.seen
  }
}

interface SentDatagram {
  readonly from?: string
  readonly port?: number
  readonly missed?: number
  readonly listener?: number
}

export class CheckScene {
  now = begin
  readonly tap = new PlayedTap()
  readonly strays = new PlayedStrays()
  registered: RegisteredRouter[] = []
  statuses: RouterStatus[] = []
  unregistered: UnregisteredSender[] = []
  known: RememberedTemplate[] = []
  kernelDrops = 0
  host: HostFacts = {
    reachable: ['192.0.2.100'],
    own: [{ address: '192.0.2.100', interface: 'eth0', isBridge: false }],
    isContainer: false,
    gateway: '192.0.2.254',
  }
  readonly taught: ToldByExporter[] = []
  readonly warnings: unknown[] = []
  readonly checks: RouterChecks

  constructor(config: Partial<RouterChecksConfig> = {}) {
    const listeners = ['[::]:2055', '[::]:6343']
    this.checks = new RouterChecks(config, {
      tap: this.tap,
      strays: this.strays,
      telemetry: {
        routers: (of) =>
          this.statuses.filter(({ address }) => this.registered.some((known) => known.account === of && known.address === address)),
        unregistered: () => this.unregistered,
        listeners: () =>
          listeners.map((address, index) => ({
            address,
            receive_buffer: 212_992,
            receive_buffer_asked: 67_108_864,
            kernel_drops: index === 0 ? this.kernelDrops : 0,
          })),
      },
      registered: async () => this.registered,
      recall: async () => this.known,
      teach: (told) => void this.taught.push(...told),
      listeners: () => listeners,
      clock: { now: () => this.now },
      log: { warn: (...words: unknown[]) => void this.warnings.push(words) },
      host: () => this.host,
    })
  }

  register(address: string, of = account, figures: Partial<RouterStatus> = {}): void {
    this.registered.push({ account: of, address, samplingOverride: null, accountSampling: 1 })
    this.statuses.push(routerStatus(address, figures))
  }

  /** Figures of a registered router change. */
  status(address: string, figures: Partial<RouterStatus>): void {
    this.statuses = this.statuses.map((status) => (status.address === address ? { ...status, ...figures } : status))
  }

  /** The router's flows are in the store. */
  store(address: string, flows: number): void {
    const { ledger } = routerStatus(address)
    this.status(address, { ledger: { ...ledger, records_decoded: flows, records_stored: flows } })
  }

  send(datagrams: readonly Uint8Array[], { from = router, port = 40_000, missed = 0, listener = 0 }: SentDatagram = {}): void {
    this.tap.listener(
      datagrams.map((bytes) => ({ at: this.now, source: from, sourcePort: port, listener, missed, bytes: Uint8Array.from(bytes) })),
    )
  }

  async open(expected: string | null = null, guide: string | null = null): Promise<RouterCheck> {
    await this.checks.start()
    return await this.checks.open({ account, expected, guide })
  }
}

export function routerStatus(address: string, figures: Partial<RouterStatus> = {}): RouterStatus {
  return { ...silentRouter(address), ...figures }
}

/** Findings of all steps. */
export function findings(check: RouterCheck): CheckFinding[] {
  return check.steps.flatMap((step) => step.findings)
}

export function codes(check: RouterCheck): CheckCode[] {
  return findings(check).map(({ code }) => code)
}
