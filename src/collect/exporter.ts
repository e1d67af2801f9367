// What a collector remembers of one registered router: templates, samplers and sequence numbers per observation domain.
import { ledgerTerms, type LedgerTerm, type RegisteredRouter } from '../contract/collector-status.ts'
import type { FlowTemplate } from '../wire/template.ts'
import { addressKey, parseWords, type AddressWords } from './address-words.ts'
import { SequenceTracker } from './sequence-tracker.ts'

/** A template with when it was last announced, milliseconds of our clock. */
export interface StoredTemplate {
  readonly template: FlowTemplate
  seenAt: number
  /** When the main thread was last told, so that its copy on disk does not grow old. */
  toldAt: number
}

/** One observation domain (v9 source id, IPFIX domain, v5 engine, sFlow sub-agent) under one protocol. */
export interface ExporterDomain {
  readonly protocol: number
  readonly domain: number
  readonly templates: Map<number, StoredTemplate>
  /** Factor by sampler or selector id. */
  readonly samplers: Map<number, number>
  /** Factor for records without a sampler id, 0 when none was told. */
  wideRate: number
  /** Boot time from an options table, 0 when none was told. */
  bootMs: number
  readonly sequence: SequenceTracker
}

/** Caps for one router; a router that goes beyond them loses what it used longest ago. */
export const maxDomains = 256
export const maxTemplatesPerDomain = 2048
export const maxSamplersPerDomain = 4096

/** Mutable counts by ledger term. */
export type LedgerCounts = Record<LedgerTerm, number>

export function createLedger(): LedgerCounts {
  // fromEntries forgets the keys; they are exactly the terms.
  return Object.fromEntries(ledgerTerms.map((term) => [term, 0])) as LedgerCounts
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
  readonly #domains = new Map<number, ExporterDomain>()
  #last: ExporterDomain | undefined
  domainsEvicted = 0

  constructor(router: RegisteredRouter) {
    this.address = router.address
    this.words = parseWords(router.address)
    this.key = addressKey(this.words)
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
    // Domains are 32 bits wide and protocol codes 7: together exact in a double.
    const key = domain * 128 + protocol
    let found = this.#domains.get(key)
    if (found === undefined) {
      found = { protocol, domain, templates: new Map(), samplers: new Map(), wideRate: 0, bootMs: 0, sequence: new SequenceTracker() }
      if (this.#domains.size >= maxDomains) this.#evictDomain()
      this.#domains.set(key, found)
    }
    this.#last = found
    return found
  }

  #evictDomain(): void {
    const [oldest] = this.#domains.keys()
    if (oldest === undefined) return
    this.#domains.delete(oldest)
    this.domainsEvicted++
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
