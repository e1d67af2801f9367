// What a collector remembers of one registered router: templates, samplers and sequence numbers per observation domain.
import { ledgerTerms, type LedgerTerm, type RegisteredRouter } from '../contract/collector-status.ts'
import { addressKey, parseWords, type AddressWords } from './address-words.ts'
import type { CollectorBudgets, Evictions } from './collector-budgets.ts'
import { Retelling } from './retelling.ts'
import { SequenceTracker } from './sequence-tracker.ts'
import { BudgetedMap, type BudgetShare } from './shared-budget.ts'
import { TemplateMap } from './template-map.ts'

/** One observation domain (v9 source id, IPFIX domain, v5 engine, sFlow sub-agent) under one protocol. */
export interface ExporterDomain {
  readonly protocol: number
  readonly domain: number
  readonly templates: TemplateMap
  /** Factor by sampler or selector id, and by `interfaceSampler`. */
  readonly samplers: Map<number, number>
  /** Whether a factor was ever told for an interface. */
  tellsByInterface: boolean
  /** Factor for records without a sampler id, 0 when none was told. */
  wideRate: number
  /** Boot time from an options table, 0 when none was told. */
  bootMs: number
  readonly sequence: SequenceTracker
  readonly retelling: Retelling
}

/** Caps for one router; a router that goes beyond them loses what it used longest ago. */
export const maxDomains = 256
export const maxTemplatesPerDomain = 2048
export const maxSamplersPerDomain = 4096

/** Mutable counts by ledger term. */
export type LedgerCounts = Record<LedgerTerm, number>

// fromEntries forgets the keys; they are exactly the terms.
const emptyLedger = Object.fromEntries(ledgerTerms.map((term) => [term, 0])) as LedgerCounts

export function createLedger(): LedgerCounts {
  return { ...emptyLedger }
}

/** State of one router in one thread. */
export class Exporter {
  readonly address: string
  readonly words: AddressWords
  readonly key: number | string
  account = 0
  /** Factor for flows that tell none, and whether it is the router's own or the account's. */
  fallbackRate = 1
  fallbackIsOverride = false
  readonly ledger: LedgerCounts = createLedger()
  /** Units of sequence numbers that arrived, to set sequence_lost against. */
  sequenceUnits = 0
  /** Estimated totals since the start, sampling applied. */
  bits = 0
  packets = 0
  lastSeen = 0
  /** Bits of `exportProtocol` codes: see protocolBit. */
  protocols = 0
  lastRate = 0
  lastSource = 0
  /** Exporter's clock minus ours in milliseconds at its last NetFlow or IPFIX datagram. */
  clockSkewMs = Number.NaN
  /** Rows of this router in the open batch. */
  rowsInBatch = 0
  /** Data sets of this router that wait for their template. */
  setsWaiting = 0
  /** What it had to give up, to its own limits and to those over all routers. */
  readonly evicted: Evictions = { templates: 0, samplers: 0, domains: 0 }
  readonly #domains = new Map<number, ExporterDomain>()
  #last: ExporterDomain | undefined
  readonly #budgets: CollectorBudgets
  readonly #templateShare: BudgetShare
  readonly #samplerShare: BudgetShare
  readonly #domainShare: BudgetShare

  constructor(router: RegisteredRouter, budgets: CollectorBudgets) {
    this.address = router.address
    this.words = parseWords(router.address)
    this.key = addressKey(this.words)
    this.#budgets = budgets
    this.#templateShare = budgets.templates.open(() => this.#giveUpTemplate())
    this.#samplerShare = budgets.samplers.open(() => this.#giveUpSampler())
    this.#domainShare = budgets.domains.open(() => this.#evictDomain())
    this.configure(router)
  }

  configure(router: RegisteredRouter): void {
    this.account = router.account
    this.fallbackRate = router.samplingOverride ?? router.accountSampling
    this.fallbackIsOverride = router.samplingOverride !== null
  }

  /** The domain, made when it is new. */
  domain(protocol: number, domain: number): ExporterDomain {
    if (this.#last?.domain === domain && this.#last.protocol === protocol) return this.#last
    const key = domainKey(protocol, domain)
    const found = this.#domains.get(key) ?? this.#addDomain(key, protocol, domain)
    this.#last = found
    return found
  }

  /** The domain if it was ever heard of. */
  knownDomain(protocol: number, domain: number): ExporterDomain | undefined {
    return this.#domains.get(domainKey(protocol, domain))
  }

  #addDomain(key: number, protocol: number, domain: number): ExporterDomain {
    if (this.#domains.size >= maxDomains) this.#evictDomain()
    this.#budgets.domains.take(this.#domainShare, 1)
    const added: ExporterDomain = {
      protocol,
      domain,
      templates: new TemplateMap(this.#budgets.definitions, this.#budgets.templates, this.#templateShare),
      samplers: new BudgetedMap(this.#budgets.samplers, this.#samplerShare),
      tellsByInterface: false,
      wideRate: 0,
      bootMs: 0,
      sequence: new SequenceTracker(),
      retelling: new Retelling(),
    }
    this.#domains.set(key, added)
    return added
  }

  #evictDomain(): void {
    const [oldest] = this.#domains.keys()
    if (oldest === undefined) return
    this.#removeDomain(oldest)
    this.noteEvicted('domains')
  }

  #removeDomain(key: number): void {
    const domain = this.#domains.get(key)
    if (domain === undefined) return
    this.#domains.delete(key)
    domain.templates.clear()
    domain.samplers.clear()
    this.#budgets.domains.release(this.#domainShare, 1)
    if (this.#last === domain) this.#last = undefined
  }

  /** Of the domain with the most templates, the one that was not announced for longest. */
  #giveUpTemplate(): void {
    let largest: TemplateMap | undefined
    for (const { templates } of this.#domains.values()) if (templates.size > (largest?.size ?? 0)) largest = templates
    const oldest = largest?.oldest()
    if (oldest === undefined) return
    largest?.delete(oldest)
    this.noteEvicted('templates')
  }

  #giveUpSampler(): void {
    for (const { samplers } of this.#domains.values()) {
      const [oldest] = samplers.keys()
      if (oldest === undefined) continue
      samplers.delete(oldest)
      this.noteEvicted('samplers')
      return
    }
  }

  noteEvicted(what: keyof Evictions): void {
    this.evicted[what]++
    // Where it stays counted when the router is registered no more.
    this.#budgets.evicted[what]++
  }

  /** Lets go of everything that counts against a budget. To be called when the router is no longer registered. */
  release(): void {
    for (const key of this.#domains.keys()) this.#removeDomain(key)
  }

  domains(): Iterable<ExporterDomain> {
    return this.#domains.values()
  }

  templateCount(): number {
    let count = 0
    for (const domain of this.#domains.values()) count += domain.templates.size
    return count
  }
}

/** Domains are 32 bits wide and protocol codes 7: together exact in a double. */
function domainKey(protocol: number, domain: number): number {
  return domain * 128 + protocol
}
