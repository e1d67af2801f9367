// One live check: whom it looks at, what has come since it began, and how that is judged.
import type { CollectorTelemetry, RouterStatus } from '../../contract/collector-status.ts'
import type { TappedDatagram } from '../../contract/datagram-tap.ts'
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { CheckSender, RouterCheck, StrayDatagrams, StrayMethod } from '../../contract/router-check.ts'
import type { Examination } from './examination.ts'
import type { HostFacts } from './host-facts.ts'
import { judge } from './judge.ts'
import { KeptDatagrams } from './kept-datagrams.ts'
import { noFacts } from './no-facts.ts'
import type { Registered } from './registered.ts'
import { Senders, type Sender } from './senders.ts'
import type { LedgerBefore, NewSender, Surroundings } from './surroundings.ts'
import { gravest } from './step.ts'

/** A router that has not sent for so long before the check began is new when it sends. */
const silentMs = 60_000
/** Templates that are shown; an examination has no more than 256. */
const maxTemplates = 256

export interface OpenCheckConfig {
  readonly id: string
  readonly account: number
  readonly expected: string | null
  readonly guide: string | null
  /** Milliseconds since 1970. */
  readonly opened: number
  readonly keptBytes: number
}

/** What the whole server knows at a moment. */
export interface Moment {
  readonly now: number
  readonly registered: Registered
  readonly telemetry: Pick<CollectorTelemetry, 'routers' | 'unregistered' | 'listeners'>
  readonly strays: readonly StrayDatagrams[]
  readonly strayMethod: StrayMethod
  readonly listeners: readonly string[]
  readonly host: HostFacts
}

export interface OpenCheckDependencies {
  readonly batch: FlowBatch
  readonly onExamined: (examination: Examination) => void
}

const nothingBefore: LedgerBefore = { stored: 0, decoded: 0, dropped: 0 }

export class OpenCheck {
  readonly config: OpenCheckConfig
  expires: number
  readonly #senders: Senders
  readonly #kept: KeptDatagrams
  /** Senders that were sending when it began. */
  readonly #busyBefore: ReadonlySet<string>
  readonly #ledgersBefore: ReadonlyMap<string, LedgerBefore>
  readonly #dropsBefore: ReadonlyMap<string, number>
  #chosen: string | null = null
  /** Who began to send first. */
  #first: string | null = null

  constructor(config: OpenCheckConfig, deps: OpenCheckDependencies, moment: Moment, expires: number) {
    this.config = config
    this.expires = expires
    const { telemetry } = moment
    const routers = telemetry.routers(config.account)
    const busy = [
      ...routers.filter(({ last_seen }) => isRecent(last_seen, moment.now)),
      ...telemetry.unregistered().filter(({ last_seen }) => isRecent(last_seen, moment.now)),
    ]
    this.#busyBefore = new Set(busy.map(({ address }) => address))
    this.#ledgersBefore = new Map(routers.map((router) => [router.address, ledgerOf(router)]))
    this.#dropsBefore = new Map(telemetry.listeners().map(({ address, kernel_drops }) => [address, kernel_drops ?? 0]))
    this.#senders = new Senders({ ...deps, isNew: (address) => !this.#busyBefore.has(address) })
    this.#kept = new KeptDatagrams(config.keptBytes)
  }

  /** A datagram that this check's account may see. */
  take(datagram: TappedDatagram, agent: string | null): void {
    const named = this.#focus()
    const focus = named === agent ? datagram.source : named
    const sender = this.#senders.take(datagram, agent, focus)
    if (sender === undefined) return
    if (sender.isNew && sender.protocols.size > 0) this.#first ??= sender.address
    this.#kept.add(datagram, focus ?? this.#first)
  }

  /** Looks at another sender from now on. */
  choose(address: string): void {
    this.#chosen = address
  }

  /** Forgets senders that another account has registered meanwhile. */
  forgetForeign({ ownerOf }: Registered): void {
    const { account } = this.config
    const isForeign = (address: string | null): boolean => address !== null && (ownerOf(address) ?? account) !== account
    for (const { address, agent } of this.#senders.all()) {
      if (!isForeign(address) && !isForeign(agent)) continue
      this.#senders.forget(address)
      this.#kept.forget(address)
      if (this.#first === address) this.#first = null
    }
    if (isForeign(this.#chosen)) this.#chosen = null
  }

  /** Addresses whose datagrams this check wants beside those of unregistered senders. */
  wanted({ registered, telemetry, now }: Moment): string[] {
    const { account, expected } = this.config
    const own = registered.of(account)
    // Whoever has registered first and waits now for the router to begin.
    const routers = telemetry.routers(account)
    const silent = routers.filter(({ address, last_seen }) => this.#senders.get(address) !== undefined || !isRecent(last_seen, now))
    const watched = expected === null ? silent.slice(0, maxWatched).map(({ address }) => address) : []
    const named = [expected, this.sender(own)].filter((address) => address !== null)
    return [...new Set([...named, ...watched])].filter((address) => (registered.ownerOf(address) ?? account) === account)
  }

  /** Whom it looks at: who was chosen, was expected, began first, or else the only one who sends. */
  sender(own: readonly string[]): string | null {
    const focus = this.#focus()
    if (focus !== null) return focus
    const sending = [...this.#senders.all()].filter(({ protocols }) => protocols.size > 0)
    const unregistered = sending.find(({ address }) => !own.includes(address))
    return unregistered?.address ?? sending[0]?.address ?? (own.length === 1 ? (own[0] ?? null) : null)
  }

  /** An sFlow agent may be meant whose datagrams come from another address. */
  #focus(): string | null {
    const named = this.#chosen ?? this.config.expected
    if (named === null || this.#senders.get(named) !== undefined) return named ?? this.#first
    return [...this.#senders.all()].find(({ agent }) => agent === named)?.address ?? named
  }

  examinations(): Examination[] {
    return [...this.#senders.all()].flatMap(({ examination }) => examination ?? [])
  }

  keptOf(sender: string): readonly TappedDatagram[] {
    return this.#kept.of(sender)
  }

  view(moment: Moment): RouterCheck {
    const { id, opened, expected, guide, account } = this.config
    const sender = this.sender(moment.registered.of(account))
    const seen = sender === null ? undefined : this.#senders.get(sender)
    const facts = seen?.examination?.facts() ?? noFacts(sender ?? '')
    const around = this.#surroundings(facts.agents.sflow, sender, moment)
    const steps = judge(facts, around, guide)
    return {
      id,
      opened: new Date(opened).toISOString(),
      expected,
      guide,
      sender,
      senders: this.#senderList(moment),
      strays: around.strays,
      stray_method: moment.strayMethod,
      listeners: moment.listeners,
      addresses: moment.host.reachable,
      datagrams: facts.datagrams,
      bytes: facts.bytes,
      flows: facts.flows,
      kept: this.#kept.counts(sender ?? ''),
      state: gravest(steps),
      steps,
      templates: facts.templates
        .slice(0, maxTemplates)
        .map(({ protocol, domain, id, kind, fields, records }) => ({ protocol, domain, id, kind, fields, records })),
      sample: facts.sample,
      expires: new Date(this.expires).toISOString(),
    }
  }

  #surroundings(agents: readonly string[], sender: string | null, moment: Moment): Surroundings {
    const { registered, telemetry, now, host, listeners, strayMethod } = moment
    const { account, expected, opened } = this.config
    const own = registered.of(account)
    const agent = agents.find((address) => own.includes(address))
    const counted = agent ?? sender
    const routers = telemetry.routers(account)
    const status = routers.find(({ address }) => address === counted) ?? null
    const strays = moment.strays.filter(({ source }) => (registered.ownerOf(source) ?? account) === account)
    return {
      now,
      opened,
      expected,
      strays,
      strayMethod,
      listeners,
      host,
      status,
      registration: registration(registered, account, sender, agent),
      before: this.#ledgersBefore.get(counted ?? '') ?? nothingBefore,
      drops: telemetry.listeners().map((listener) => ({
        address: listener.address,
        dropped: Math.max(0, (listener.kernel_drops ?? 0) - (this.#dropsBefore.get(listener.address) ?? 0)),
        receiveBuffer: listener.receive_buffer,
        receiveBufferAsked: listener.receive_buffer_asked,
      })),
      newSenders: this.#newSenders(registered, sender),
      silentRouters: routers.filter(({ last_seen }) => !isRecent(last_seen, now)).map(({ address }) => address),
      isPartial: sender !== null && this.#senders.get(sender)?.isPartial === true,
    }
  }

  #newSenders(registered: Registered, sender: string | null): NewSender[] {
    return [...this.#senders.all()]
      .filter(
        ({ address, isNew, protocols }) => isNew && protocols.size > 0 && address !== sender && registered.ownerOf(address) === undefined,
      )
      .map(({ address, agent, examination }) => ({ address, agent: agent ?? toldAddress(address, examination) }))
  }

  /** Those who have sent since it began, then those whom the collectors know. */
  #senderList({ registered, telemetry, now }: Moment): CheckSender[] {
    const { account } = this.config
    const seen = [...this.#senders.all()].map((sender) => seenSender(sender, registered))
    const routers = telemetry.routers(account).filter(({ last_seen }) => isRecent(last_seen, now))
    const known = [
      ...routers.map(({ address, protocols }) => ({ address, protocols, agent_address: null, registered: true })),
      ...telemetry
        .unregistered()
        .filter(({ address, agent_address }) =>
          [address, agent_address].every((text) => text === null || registered.ownerOf(text) === undefined),
        )
        .map(({ address, protocols, agent_address }) => ({ address, protocols, agent_address, registered: false })),
    ]
    const more = known.filter(({ address }) => this.#senders.get(address) === undefined)
    for (const { address, agent_address, registered: isRegistered, protocols } of more)
      seen.push({ address, agent_address, registered: isRegistered, protocols, datagrams: 0, is_new: !this.#busyBefore.has(address) })
    return seen.slice(0, maxListed)
  }
}

/** Own routers that are silent and watched, and senders that are listed. */
const maxWatched = 64
const maxListed = 64

function seenSender({ address, agent, protocols, datagrams, isNew, examination }: Sender, registered: Registered): CheckSender {
  return {
    address,
    agent_address: agent ?? toldAddress(address, examination),
    registered: registered.ownerOf(address) !== undefined || (agent !== null && registered.ownerOf(agent) !== undefined),
    protocols: [...protocols],
    datagrams,
    is_new: isNew,
  }
}

/** What the exporter says that its address is, where that is another. */
function toldAddress(address: string, examination: Examination | null): string | null {
  return examination?.told.find((told) => told !== address) ?? null
}

function registration(
  registered: Registered,
  account: number,
  sender: string | null,
  agent: string | undefined,
): Surroundings['registration'] {
  if (agent !== undefined) return 'agent'
  const owner = sender === null ? undefined : registered.ownerOf(sender)
  if (owner === undefined) return 'none'
  return owner === account ? 'own' : 'foreign'
}

function ledgerOf({ ledger }: RouterStatus): LedgerBefore {
  return { stored: ledger.records_stored, decoded: ledger.records_decoded, dropped: ledger.records_dropped_spool_full }
}

function isRecent(lastSeen: string | null, now: number): boolean {
  return lastSeen !== null && now - Date.parse(lastSeen) < silentMs
}
