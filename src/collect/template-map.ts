// The templates of one observation domain, in the order in which they were last announced.
import type { FlowTemplate } from '../wire/template.ts'
import type { BudgetShare, SharedBudget } from './shared-budget.ts'
import type { TemplateDefinitions } from './template-definitions.ts'

/** A template with when it was last announced, milliseconds of our clock. */
export interface StoredTemplate {
  readonly template: FlowTemplate
  seenAt: number
  /** When the main thread was last told, so that its copy on disk does not grow old. */
  toldAt: number
}

/** Data templates make records, options templates tell of the exporter itself. */
export type TemplateKind = 'data' | 'options'

/** Fields for which a template takes a unit of the budget: one unit is nearly every template that exists. */
const fieldsPerUnit = 32

function unitsOf(template: FlowTemplate): number {
  return Math.ceil(template.fields.length / fieldsPerUnit)
}

function kindOf(template: FlowTemplate): TemplateKind {
  return template.scope === null ? 'data' : 'options'
}

/**
 * Templates by id. Equal definitions are kept once for all routers; each takes its part of the budget all the same. The
 * two kinds are kept apart: an exporter can withdraw all of a kind 370 times in a datagram, which must cost no more than
 * the templates of that kind that are there.
 */
export class TemplateMap {
  readonly #definitions: TemplateDefinitions
  readonly #budget: SharedBudget
  readonly #share: BudgetShare
  readonly #kinds: Readonly<Record<TemplateKind, Map<number, StoredTemplate>>> = { data: new Map(), options: new Map() }

  constructor(definitions: TemplateDefinitions, budget: SharedBudget, share: BudgetShare) {
    this.#definitions = definitions
    this.#budget = budget
    this.#share = share
  }

  get size(): number {
    return this.#kinds.data.size + this.#kinds.options.size
  }

  get(id: number): StoredTemplate | undefined {
    return this.#kinds.data.get(id) ?? this.#kinds.options.get(id)
  }

  /** All of them with their ids: data templates first, each kind in the order of their announcement. */
  *entries(): Generator<readonly [number, StoredTemplate], void> {
    yield* this.#kinds.data
    yield* this.#kinds.options
  }

  /** Stores a template as announced last. */
  set(id: number, stored: StoredTemplate): void {
    this.delete(id)
    this.#budget.take(this.#share, unitsOf(stored.template))
    const template = this.#definitions.hold(stored.template)
    this.#kinds[kindOf(template)].set(id, template === stored.template ? stored : { ...stored, template })
  }

  /** Notes that a stored template was announced again. */
  repeat(id: number, now: number): void {
    const stored = this.get(id)
    if (stored === undefined) return
    stored.seenAt = now
    const kind = this.#kinds[kindOf(stored.template)]
    // Out and in again: the first of the map is then the one not announced for longest.
    kind.delete(id)
    kind.set(id, stored)
  }

  /** @returns whether it was there */
  delete(id: number): boolean {
    const stored = this.get(id)
    if (stored === undefined) return false
    this.#kinds[kindOf(stored.template)].delete(id)
    this.#definitions.release(stored.template)
    this.#budget.release(this.#share, unitsOf(stored.template))
    return true
  }

  /** Deletes all of a kind. @returns their ids */
  deleteKind(kind: TemplateKind): number[] {
    const ids = [...this.#kinds[kind].keys()]
    for (const id of ids) this.delete(id)
    return ids
  }

  clear(): void {
    this.deleteKind('data')
    this.deleteKind('options')
  }

  /** Id of the template not announced for longest. */
  oldest(): number | undefined {
    const [data] = this.#kinds.data
    const [options] = this.#kinds.options
    if (data === undefined || options === undefined) return (data ?? options)?.[0]
    return data[1].seenAt <= options[1].seenAt ? data[0] : options[0]
  }

  /** Deletes what was not announced since `before`. */
  expire(before: number): void {
    for (const kind of Object.values(this.#kinds)) {
      for (const [id, stored] of kind) {
        if (stored.seenAt >= before) break
        this.delete(id)
      }
    }
  }
}
