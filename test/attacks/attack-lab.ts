// Attack detection in virtual time: flows go through an sFlow exporter and the collector's engine to evaluators of all
// sensitivities.
import { defaultRuleExtension, sensitivities, type Rule, type Sensitivity } from '../../src/contract/rule.ts'
import { createFlowBatch, clearFlowBatch } from '../../src/contract/flow-batch.ts'
import { Collector } from '../../src/collect/collector.ts'
import { parseWords, type AddressWords } from '../../src/collect/address-words.ts'
import { AdvancedDdosEvaluator } from '../../src/detect/advanced-ddos.ts'
import type { Verdict } from '../../src/detect/evaluator.ts'
import { joinTables } from '../../src/enrich/enrich-tables.ts'
import { Enricher } from '../../src/enrich/enricher.ts'
import { compileRuleTable } from '../../src/enrich/rule-table.ts'
import { Sflow5Exporter } from '../../src/sim/exporters/sflow5.ts'
import type { SimFlow } from '../../src/sim/flow.ts'
import { addressBytes } from '../../src/sim/prefix.ts'
import { maxRecordsPerDatagram } from '../../src/wire/record-writer.ts'

/** 2026-01-05T00:00:00Z, a Monday, in seconds. */
export const labStart = Date.UTC(2026, 0, 5) / 1000

const router = '192.0.2.1'

export interface AttackLabConfig {
  readonly prefixes: readonly string[]
  /** One packet in so many. */
  readonly sampling: number
  /** All, when left out. */
  readonly sensitivities?: readonly Sensitivity[]
}

/** Everything that an evaluator of one sensitivity said. */
export interface Told {
  readonly sensitivity: Sensitivity
  readonly evaluator: AdvancedDdosEvaluator
  verdict: Verdict | null
  /** Seconds in which it would have opened an incident, or kept one open. */
  readonly fired: { readonly second: number; readonly vectors: readonly string[] }[]
}

export function ddosRule(sensitivity: Sensitivity, prefixes: readonly string[]): Rule {
  return {
    id: String(sensitivities.indexOf(sensitivity)).repeat(32),
    account: 1,
    name: `ddos_${sensitivity}`,
    type: 'advanced_ddos',
    prefixes,
    automatic_advertisement: null,
    bandwidth_threshold: null,
    packet_threshold: null,
    duration: '1m',
    prefix_match: null,
    zscore_sensitivity: null,
    zscore_target: null,
    extension: { ...defaultRuleExtension, ddos_sensitivity: sensitivity },
  }
}

export class AttackLab {
  /** The second that is being filled. */
  second = labStart
  rows = 0
  readonly told: readonly Told[]
  readonly collector: Collector
  readonly #exporter: Sflow5Exporter
  readonly #source: AddressWords = parseWords(router)

  constructor({ prefixes, sampling, sensitivities: judged = sensitivities }: AttackLabConfig) {
    const capacity = 20_000 + maxRecordsPerDatagram
    const spare = [createFlowBatch(capacity)]
    this.collector = new Collector(
      { sealRows: 20_000, sealMs: 60_000, templateLifetimeMs: 60_000, pendingBytes: 0, pendingMs: 0 },
      {
        enricher: new Enricher(joinTables({})),
        exchange: (full) => {
          clearFlowBatch(full)
          spare.push(full)
          return spare.shift()!
        },
        remember: () => undefined,
        forget: () => undefined,
      },
      createFlowBatch(capacity),
    )
    this.collector.table.register([{ account: 1, address: router, samplingOverride: null, accountSampling: 1 }])
    this.#exporter = new Sflow5Exporter({ domain: 0, sampling, bootedAt: 0, agent: addressBytes(router) })
    const rules = judged.map((sensitivity) => ddosRule(sensitivity, prefixes))
    this.collector.rules.watch(compileRuleTable(rules), labStart * 1000)
    this.told = rules.map((rule) => ({
      sensitivity: rule.extension.ddos_sensitivity,
      evaluator: new AdvancedDdosEvaluator(rule),
      verdict: null,
      fired: [],
    }))
  }

  /** Sends flows in the second at hand, in order. */
  send(flows: readonly SimFlow[]): void {
    this.rows += flows.length
    for (const datagram of this.#exporter.encode(flows, this.second * 1000)) this.receive(datagram)
  }

  /** One datagram of the lab's router. */
  receive(datagram: Uint8Array): void {
    this.collector.handle(datagram, datagram.length, this.#source, this.second * 1000)
  }

  /** Ends the second at hand and has it judged. */
  endSecond(): void {
    const newest = this.second++
    this.collector.tick(this.second * 1000)
    const reports = this.collector.attacks.take()
    this.collector.rules.take(this.second * 1000)
    for (const told of this.told) {
      for (const report of reports) told.evaluator.addReport(report)
      told.verdict = told.evaluator.judge(moment(newest))
      if (told.verdict.fires) told.fired.push({ second: newest, vectors: (told.verdict.vectors ?? []).map(({ vector }) => vector) })
    }
  }
}

/** The evaluator judges by what it was told itself, not by the rule's sums. */
function moment(newest: number): Parameters<AdvancedDdosEvaluator['judge']>[0] {
  const nothing = { bits: () => 0, packets: () => 0 }
  return { seconds: nothing, newest, settled: newest, changedFrom: newest, countedFrom: labStart, incident: null }
}
