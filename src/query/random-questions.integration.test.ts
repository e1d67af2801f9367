// Questions at random about flows at random, on the real engine: each answer is that of a plain recomputation, and sums by
// minute and by hour say what the flows say. DRAWBRIDGE_TEST_QUESTIONS=5000 asks more.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../api/testing/test-flow-store.ts'
import { dimensionNamed } from './dimension-names.ts'
import type { FlowFilter } from './flow-filter.ts'
import { queryFlowGroups, type FlowGroup, type FlowGroups } from './flow-groups.ts'
import { FlowQueryError } from './flow-query-error.ts'
import { flowTotalNames } from './flow-metrics.ts'
import { flowFilterText } from './language/flow-filter-text.ts'
import { parseFlowFilter } from './language/parse-flow-filter.ts'
import { plainGroups, type PlainQuestion } from './testing/plain-groups.ts'
import { hostileFilters } from './testing/hostile-filters.ts'
import { flowQuestions, rangeFilter } from './testing/random-flow-questions.ts'
import { insertFlows, randomFlows } from './testing/random-flows.ts'

const count = Number(process.env['DRAWBRIDGE_TEST_QUESTIONS'] ?? 300)
/** 2026-01-04T12:00:00Z; the flows are of the three days before. */
const now = Date.UTC(2026, 0, 4, 12) / 1000
const times = { from: now - 3 * 86_400, to: now }
const flows = randomFlows({ count: 2000, seed: 8, ...times })
const questions = fc.sample(flowQuestions(times), { numRuns: count, seed: 8 })
const retention = { raw_days: 7, minute_days: 90, hour_days: 730, interface_days: 90, rule_minute_days: 90, top_days: 730 }

let store: TestFlowStore
beforeAll(async () => {
  store = await startTestFlowStore()
  await insertFlows(store.store, flows)
})
afterAll(() => store?.close())

async function ask(question: PlainQuestion): Promise<FlowGroups> {
  const asked = { ...question, node: 'test', sums: new Set(flowTotalNames), sampleInterval: false, confidence: false }
  return await queryFlowGroups(store.store, asked, { retention, now })
}

/** A line a group: thousands of them are compared. */
function shown(groups: readonly Pick<FlowGroup, 'dimensions' | 'sums'>[]): string[] {
  return groups.map(({ dimensions, sums }) => `${JSON.stringify(dimensions)} ${flowTotalNames.map((name) => sums[name]).join(' ')}`)
}

/** As it came, and on its way through the language. */
function throughText(question: PlainQuestion): PlainQuestion {
  return { ...question, filter: parseFlowFilter(flowFilterText(question.filter)) }
}

/** With a condition that every flow meets and only single flows tell. */
function ofFlows({ filter, ...question }: PlainQuestion): PlainQuestion {
  const dimension = dimensionNamed('src_port')
  if (dimension?.type !== 'column') throw new Error('flows have source ports')
  const always: FlowFilter = { dimension, operator: 'geq', values: [0] }
  return { ...question, filter: { all: [filter, always] } }
}

describe(`the answer to ${count} questions`, () => {
  it('is that of a plain recomputation, and every table that can answer says the same', async () => {
    const tiers = { hour: 0, minute: 0, raw: 0, top: 0 }
    let groups = 0
    for (const [index, question] of questions.entries()) {
      const text = flowFilterText(question.filter)
      const answer = await ask(index % 2 === 0 ? question : throughText(question))
      // With its text, so that a failure says which question it was.
      expect({ text, exact: answer.choice.exact, groups: shown(answer.groups) }).toEqual({
        text,
        exact: true,
        groups: shown(plainGroups(question, flows)),
      })
      groups += answer.groups.length
      const { tier } = answer.choice.tier
      tiers[tier]++
      if (tier === 'raw' || index % 16 !== 0) continue
      const raw = await ask(ofFlows(question))
      expect({ text, tier: raw.choice.tier.tier, groups: shown(raw.groups) }).toEqual({ text, tier: 'raw', groups: shown(answer.groups) })
    }
    // Otherwise the questions would not ask much.
    expect(tiers.hour).toBeGreaterThan(count / 10)
    expect(tiers.minute).toBeGreaterThan(count / 30)
    expect(tiers.raw).toBeGreaterThan(count / 4)
    expect(groups).toBeGreaterThan(count * 3)
  })
})

describe('a hostile filter', () => {
  const dimensions = ['proto', 'src_port', 'hour'].map((name) => dimensionNamed(name)).filter((dimension) => dimension !== undefined)
  const question = { account: 1, dimensions, orderBy: [{ measure: 'bits', descending: true }], limit: 3, overrides: new Map() } as const

  it('is answered as any other, or refused before the engine has it', async () => {
    const refused: string[] = []
    // Patterns that would be something else in SQL are asked through HTTP.
    const asked = hostileFilters.filter(({ name, refused }) => refused === undefined && !name.endsWith('as a pattern'))
    for (const { name, text } of asked) {
      const full = { ...question, filter: { all: [parseFlowFilter(text), rangeFilter(times)] } }
      try {
        expect([name, ...shown((await ask(full)).groups)]).toEqual([name, ...shown(plainGroups(full, flows))])
      } catch (error) {
        if (!(error instanceof FlowQueryError)) throw error
        refused.push(name)
      }
    }
    expect(refused).toEqual(['conditions that are long in SQL'])
  })
})
