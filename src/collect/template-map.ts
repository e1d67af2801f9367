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

/** Fields for which a template takes a unit of the budget: one unit is nearly every template that exists. */
const fieldsPerUnit = 32

function unitsOf(template: FlowTemplate): number {
  return Math.ceil(template.fields.length / fieldsPerUnit)
}

/** Templates by id. Equal definitions are kept once for all routers; each takes its part of the budget all the same. */
export class TemplateMap extends Map<number, StoredTemplate> {
  readonly #definitions: TemplateDefinitions
  readonly #budget: SharedBudget
  readonly #share: BudgetShare
  /** Options templates among them. */
  #options = 0

  constructor(definitions: TemplateDefinitions, budget: SharedBudget, share: BudgetShare) {
    super()
    this.#definitions = definitions
    this.#budget = budget
    this.#share = share
  }

  /** Stores a template as announced last. */
  override set(id: number, stored: StoredTemplate): this {
    this.delete(id)
    this.#budget.take(this.#share, unitsOf(stored.template))
    const template = this.#definitions.hold(stored.template)
    if (template.scope !== null) this.#options++
    return super.set(id, template === stored.template ? stored : { ...stored, template })
  }

  /** Notes that a stored template was announced again. */
  repeat(id: number, now: number): void {
    const stored = this.get(id)
    if (stored === undefined) return
    stored.seenAt = now
    // Out and in again: the first of the map is then the one not announced for longest.
    super.delete(id)
    super.set(id, stored)
  }

  override delete(id: number): boolean {
    const stored = this.get(id)
    if (stored === undefined) return false
    super.delete(id)
    if (stored.template.scope !== null) this.#options--
    this.#definitions.release(stored.template)
    this.#budget.release(this.#share, unitsOf(stored.template))
    return true
  }

  override clear(): void {
    for (const id of this.keys()) this.delete(id)
  }

  /** Id of the template not announced for longest. */
  oldest(): number | undefined {
    const [oldest] = this.keys()
    return oldest
  }

  /** Ids of all templates of a kind. Free of cost when there are none, as an exporter can ask for it 370 times in a datagram. */
  ofKind(kind: 'data' | 'options'): number[] {
    const count = kind === 'options' ? this.#options : this.size - this.#options
    if (count === 0) return []
    return [...this].filter(([, { template }]) => (template.scope === null) === (kind === 'data')).map(([id]) => id)
  }

  /** Deletes what was not announced since `before`. @returns how many */
  expire(before: number): number {
    let expired = 0
    for (const [id, stored] of this) {
      if (stored.seenAt >= before) break
      this.delete(id)
      expired++
    }
    return expired
  }
}
