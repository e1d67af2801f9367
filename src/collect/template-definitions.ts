// Compiled templates by what they define. Routers of one make announce the same templates: each is compiled and kept once.
import { randomInt } from 'node:crypto'
import { compileTemplate, sameFields, type FlowTemplate, type TemplateField } from '../wire/template.ts'

interface Definition {
  readonly template: FlowTemplate
  /** How many hold it. */
  held: number
  /** Another definition with the same hash. */
  next: Definition | undefined
}

/** Fields that are shared; beyond it, definitions that are all different bring fields of their own. */
const maxSharedFields = 65_536

/** The `id` of a shared template is that of whoever announced it first; nobody reads it. */
export class TemplateDefinitions {
  readonly #byHash = new Map<number, Definition>()
  /** Unknown to senders, so that none can choose definitions that share a hash. */
  readonly #seed = randomInt(0x1_0000_0000)
  /** One object for each element, length and enterprise: there are far fewer than fields. */
  readonly #fields = new Map<number | string, TemplateField>()
  /** Different definitions that are held. */
  size = 0

  /** The template as it is held already, or compiled. @throws WireError bad_template */
  compile(id: number, fields: readonly TemplateField[], scope: number | null): FlowTemplate {
    const known = this.#find(fields, scope)
    if (known !== undefined) return known.template
    return compileTemplate(
      id,
      fields.map((field) => this.#sharedField(field)),
      scope,
    )
  }

  #sharedField(field: TemplateField): TemplateField {
    const { element, enterprise, length } = field
    const key = enterprise === 0 ? element * 65_536 + length : `${enterprise}/${element}/${length}`
    const shared = this.#fields.get(key)
    if (shared !== undefined) return shared
    if (this.#fields.size < maxSharedFields) this.#fields.set(key, field)
    return field
  }

  /** Holds a template. @returns the one to use, which may be another of the same definition */
  hold(template: FlowTemplate): FlowTemplate {
    const known = this.#find(template.fields, template.scope)
    if (known !== undefined) {
      known.held++
      return known.template
    }
    const hash = this.#hash(template.fields, template.scope)
    this.#byHash.set(hash, { template, held: 1, next: this.#byHash.get(hash) })
    this.size++
    return template
  }

  /** Lets go of a template that `hold` gave; the last one to do so frees it. */
  release(template: FlowTemplate): void {
    const known = this.#find(template.fields, template.scope)
    if (known === undefined || --known.held > 0) return
    this.size--
    const hash = this.#hash(template.fields, template.scope)
    const first = this.#byHash.get(hash)
    if (first !== known) {
      for (let at = first; at !== undefined; at = at.next) if (at.next === known) at.next = known.next
    } else if (known.next === undefined) this.#byHash.delete(hash)
    else this.#byHash.set(hash, known.next)
  }

  #find(fields: readonly TemplateField[], scope: number | null): Definition | undefined {
    for (let at = this.#byHash.get(this.#hash(fields, scope)); at !== undefined; at = at.next)
      if (sameFields(at.template, fields, scope)) return at
    return undefined
  }

  /** The order of fields counts. */
  #hash(fields: readonly TemplateField[], scope: number | null): number {
    let hash = this.#seed ^ (scope ?? -1)
    for (const { element, enterprise, length } of fields) {
      hash = Math.imul(hash ^ (element << 16) ^ length, 0x85ebca6b)
      hash = Math.imul(hash ^ (hash >>> 15) ^ enterprise ^ this.#seed, 0xc2b2ae35)
      hash ^= hash >>> 13
    }
    return hash
  }
}
