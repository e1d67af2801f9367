// What all routers of a collector thread together may make it remember.
import { SharedBudget } from './shared-budget.ts'
import { TemplateDefinitions } from './template-definitions.ts'

/**
 * Limits over all routers of a thread. By bench/exporters.mjs, ten thousand routers with a hundred templates of 18 fields
 * take 0.15 GB when all announce the same hundred, and 1.9 GB when no two templates are the same.
 */
export interface CollectorLimits {
  /** Templates of up to 32 fields; larger ones count as several. Ten thousand routers with a hundred each are a million. */
  readonly templates: number
  readonly samplers: number
  readonly domains: number
}

export const collectorLimits: CollectorLimits = { templates: 1_048_576, samplers: 262_144, domains: 131_072 }

/** How much was given up because there was no room. */
export interface Evictions {
  templates: number
  samplers: number
  domains: number
}

/** When one is spent, the router that holds most gives up what it used longest ago. */
export class CollectorBudgets {
  readonly definitions = new TemplateDefinitions()
  readonly templates: SharedBudget
  readonly samplers: SharedBudget
  readonly domains: SharedBudget
  /** What routers had to give up, to these limits and to those of one router. */
  readonly evicted: Evictions = { templates: 0, samplers: 0, domains: 0 }

  constructor(limits: CollectorLimits) {
    this.templates = new SharedBudget(limits.templates)
    this.samplers = new SharedBudget(limits.samplers)
    this.domains = new SharedBudget(limits.domains)
  }
}
