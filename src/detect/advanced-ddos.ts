// Judges an advanced_ddos rule: each of its prefixes by what the collectors tell of attack vectors and targets.
import { z } from 'zod'
import type { AttackPacket, AttackReport } from '../contract/attack-report.ts'
import { attackVectorCode, ddosSensitivities, type AttackVectorName, type DdosSensitivityRow } from '../contract/attack-vectors.ts'
import type { IncidentPacket } from '../contract/incident.ts'
import type { Rule } from '../contract/rule.ts'
import { AttackedPrefix, type PrefixAttack, type PrefixNormals } from './advanced-ddos-prefix.ts'
import type { Evaluator, Moment, Verdict } from './evaluator.ts'

/** After so many judged seconds what is normal is known well enough. */
export const learningSeconds = 300
/** What is normal is kept for a restart this often. */
const rememberSeconds = 300
const mostVectors = 32
const mostTargets = 64
const mostPackets = 16

const memoryShape = z.object({
  learnt: z.number().int().nonnegative(),
  prefixes: z.array(z.string()),
  normals: z.record(z.string(), z.record(z.string(), z.array(z.number().nonnegative()))),
})

export class AdvancedDdosEvaluator implements Evaluator {
  readonly #rule: Rule
  readonly #sensitivity: DdosSensitivityRow
  readonly #prefixes = new Map<string, AttackedPrefix>()
  #learnt = 0
  #judged = 0
  /** Newest second beyond the limit. */
  #beyond = 0
  #rememberedAt = 0
  #verdict: Verdict

  constructor(rule: Rule) {
    this.#rule = rule
    this.#sensitivity = ddosSensitivities[rule.extension.ddos_sensitivity]
    this.#verdict = this.#calm(null)
  }

  addReport(report: AttackReport): void {
    for (const index of report.rules.get(this.#rule.id) ?? []) {
      const { prefix } = report.prefixes[index]
      let attacked = this.#prefixes.get(prefix)
      if (attacked === undefined) this.#prefixes.set(prefix, (attacked = new AttackedPrefix(prefix)))
      attacked.add(report, index)
    }
  }

  judge(moment: Moment): Verdict {
    // What is counted now cannot change the past: reports are of whole seconds of receive time.
    if (moment.newest > this.#judged) this.#judgeSecond(moment.newest)
    const { beyond } = this.#verdict
    if (beyond || moment.incident === null) return { ...this.#verdict, calmSince: null }
    return { ...this.#verdict, calmSince: Math.max(this.#beyond + 1, moment.countedFrom) }
  }

  #judgeSecond(newest: number): void {
    this.#judged = newest
    const learnt = { seconds: this.#learnt, enough: this.#learnt >= learningSeconds }
    for (const prefix of this.#prefixes.values()) prefix.judge(newest, this.#sensitivity, learnt)
    this.#learnt++
    const attacks = [...this.#prefixes.values()].flatMap((prefix) => prefix.attacks())
    if (attacks.length > 0) this.#beyond = newest
    const learned = learnt.enough ? null : learnt.seconds / learningSeconds
    this.#verdict = attacks.length > 0 ? this.#attacked(attacks, learned) : this.#calm(learned)
  }

  #attacked(attacks: PrefixAttack[], learned: number | null): Verdict {
    attacks.sort((a, b) => b.finding[b.finding.metric] / b.finding.limit - a.finding[a.finding.metric] / a.finding.limit)
    const { finding } = attacks[0]
    const certain = attacks.filter((attack) => attack.certain)
    return {
      beyond: true,
      since: Math.min(...attacks.map(({ since }) => since)),
      fires: certain.length > 0,
      calmSince: null,
      metric: finding.metric,
      limit: finding.limit,
      observed: finding[finding.metric],
      learned,
      zscore: null,
      expected: null,
      vectors: certain.slice(0, mostVectors).map(({ vector }) => vector),
      targets: [...new Set(certain.map(({ vector }) => vector.target))].slice(0, mostTargets),
      packets: this.#packets(),
    }
  }

  #calm(learned: number | null): Verdict {
    return {
      beyond: false,
      since: 0,
      fires: false,
      calmSince: null,
      metric: 'packets',
      limit: this.#sensitivity.leastPackets,
      observed: 0,
      learned,
      zscore: null,
      expected: null,
    }
  }

  /** The latest, of each vector its part. */
  #packets(): IncidentPacket[] {
    const lists = [...this.#prefixes.values()].flatMap((prefix) => prefix.packets())
    const part = Math.max(1, Math.floor(mostPackets / Math.max(1, lists.length)))
    return lists.flatMap((packets) => packets.slice(-part).map(shown)).slice(0, mostPackets)
  }

  closed(): void {
    // An attack that is over is not seen again: only the last seconds are judged.
  }

  remember(): unknown {
    if (this.#judged - this.#rememberedAt < rememberSeconds) return undefined
    this.#rememberedAt = this.#judged
    const normals = [...this.#prefixes].map(([prefix, attacked]) => [prefix, Object.fromEntries(attacked.normals())] as const)
    return { learnt: this.#learnt, prefixes: this.#rule.prefixes, normals: Object.fromEntries(normals) }
  }

  recall(memory: unknown): void {
    const { success, data } = memoryShape.safeParse(memory)
    // Of other prefixes, or of another version: then it learns anew.
    if (!success || data.prefixes.join() !== this.#rule.prefixes.join()) return
    this.#learnt = data.learnt
    for (const [prefix, normals] of Object.entries(data.normals))
      this.#prefixes.set(prefix, new AttackedPrefix(prefix, knownVectors(normals)))
  }
}

function knownVectors(normals: Readonly<Record<string, readonly number[]>>): PrefixNormals {
  const isVector = (name: string): name is AttackVectorName => name in attackVectorCode
  return new Map(Object.entries(normals).flatMap(([name, numbers]) => (isVector(name) ? [[name, numbers] as const] : [])))
}

function shown({ at, router, length, bytes, summary }: AttackPacket): IncidentPacket {
  return { at: new Date(at).toISOString(), router, length, hex: Buffer.from(bytes).toString('hex'), summary }
}
