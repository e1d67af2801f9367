import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuleMinute } from '../../contract/rule-minutes.ts'
import type { RuleMinuteRow } from '../../store/rule-minute-table.ts'
import { createMnmConfig } from '../mnm-config/create.ts'
import { createRule } from '../rule/create.ts'
import { editRule } from '../rule/edit.ts'
import { openTestContext, testTime, type TestContext } from '../testing/test-context.ts'
import { StoredRuleHistory } from './rule-history.ts'

const rule = 'ab'.repeat(16)
const minute = (at: number, bytes = 1): RuleMinute => {
  return { account: 1, rule, minute: at * 60, bytes, packets: 1, peak_bits: 8, peak_packets: 1, incident: at % 2 === 1 }
}

let context: TestContext

beforeEach(async () => {
  context = await openTestContext()
})

afterEach(() => context.close())

function lab() {
  const inserts: (readonly RuleMinuteRow[])[] = []
  const warnings: string[] = []
  const asked: Readonly<Record<string, unknown>>[] = []
  const store = {
    down: false,
    /** Called within an insert. */
    during: () => {},
  }
  const history = new StoredRuleHistory({
    flows: {
      query: async (_sql, { params = {} } = {}) => {
        asked.push(params)
        return { rows: [], rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 }
      },
      insertRows: async (_table, rows) => {
        if (store.down) throw new Error('the store is down')
        store.during()
        inserts.push(rows as readonly RuleMinuteRow[])
      },
    },
    state: context.state,
    log: { warn: (_entry: unknown, text?: string) => void warnings.push(text ?? '') },
  })
  return { history, inserts, warnings, store, asked }
}

describe('minutes of rules', () => {
  it('are stored in one insert, the latest telling of each', async () => {
    const { history, inserts } = lab()
    history.add([minute(1), minute(2)])
    history.add([minute(1, 5)])
    await history.write()
    expect(inserts).toEqual([
      [
        { ...minute(2), incident: 0 },
        { ...minute(1, 5), incident: 1 },
      ],
    ])
    await history.write()
    expect(inserts).toHaveLength(1)
    expect(history.counters()).toEqual({ stored_rows: 2, dropped_rows: 0, failed_writes: 0, waiting_rows: 0 })
  })

  it('wait while the store is down', async () => {
    const { history, inserts, warnings, store } = lab()
    store.down = true
    history.add([minute(1)])
    await history.write()
    expect(warnings).toEqual([expect.stringContaining('tried again in a minute')])
    expect(history.counters()).toMatchObject({ failed_writes: 1, waiting_rows: 1 })
    store.down = false
    await history.start()
    await history.stop()
    expect(inserts.flat()).toMatchObject([{ minute: 60 }])
  })

  it('are stored again when they are told again during the insert', async () => {
    const { history, inserts, store } = lab()
    history.add([minute(1)])
    store.during = () => {
      store.during = () => {}
      history.add([minute(1, 9)])
    }
    await history.write()
    expect(inserts.map((rows) => rows.map(({ bytes }) => bytes))).toEqual([[1], [9]])
  })

  it('push out the oldest beyond the bound', () => {
    const { history } = lab()
    history.add(Array.from({ length: 120_010 }, (_, index) => minute(index)))
    expect(history.counters()).toMatchObject({ waiting_rows: 120_000, dropped_rows: 10 })
  })

  it('are asked for only since the rule has its prefixes', async () => {
    await createMnmConfig(context, context.local, { name: 'test', default_sampling: 1 })
    const body = { name: 'a', type: 'zscore', prefixes: ['203.0.113.0/24'], automatic_advertisement: false }
    const { id } = (await createRule(context, context.local, body)).result
    const { history, asked } = lab()
    await history.minutes(id, 60, 120)
    context.clock.time += 1000
    await editRule(context, context.local, { id, body: { zscore_sensitivity: 'low' } })
    await history.minutes(id, 60, 120)
    await editRule(context, context.local, { id, body: { prefixes: ['198.51.100.0/24'] } })
    await history.minutes(id, 60, 120)
    expect(asked.map(({ from }) => from)).toEqual([60, 60, testTime / 1000 + 1])
  })
})
