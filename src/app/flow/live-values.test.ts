import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flowDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { StoreQueryError, StoreUnavailableError } from '../../store/errors.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'

/** What the store answers next; an error is thrown. */
let answer: readonly object[] | Error
let asked: { sql: string; seconds: number | undefined }[]
let context: TestContext

beforeEach(async () => {
  asked = []
  answer = []
  const query = async (sql: string, options?: { timeoutSeconds?: number }) => {
    asked.push({ sql, seconds: options?.timeoutSeconds })
    if (answer instanceof Error) throw answer
    return { rows: answer, rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 } as never
  }
  context = await openTestContext({ ready: true, query })
})
afterEach(() => context.close())

function dimension(name: string): FlowDimension {
  const found = flowDimension(name)
  if (found === undefined) throw new Error(`there is no dimension ${name}`)
  return found
}
const top = (name: string, account = 1) => context.liveValues.top(account, dimension(name))

describe('values from the newest flows', () => {
  it('are means over the hour in the sums by minute where they have the column', async () => {
    context.clock.time += 90_000
    answer = [{ d0: 13_335, sum_bits: '7260000' }]
    expect(await top('sourceAS')).toEqual([{ value: '13335', router: undefined, bitsPerSecond: 2000 }])
    expect(asked).toEqual([{ sql: expect.stringContaining('FROM flows_1m'), seconds: 2 }])
  })

  it('are of a quarter of an hour where every flow has to be read', async () => {
    answer = [{ d0: '::ffff:203.0.113.7', sum_bits: '1800000' }]
    expect(await top('sourceAddress')).toEqual([{ value: '203.0.113.7', router: undefined, bitsPerSecond: 2000 }])
    expect(asked[0]?.sql).toContain('FROM flows\n')
  })

  it('tell whose interface it is', async () => {
    answer = [{ d0: '::ffff:192.0.2.1', d1: 3, sum_bits: '3600' }]
    expect(await top('inputInterface')).toEqual([{ value: '3', router: '192.0.2.1', bitsPerSecond: 1 }])
  })

  it('add up what flows of several rules say of one', async () => {
    answer = [
      { d0: ['aa', 'bb'], sum_bits: '1800' },
      { d0: ['bb'], sum_bits: '900' },
      { d0: [], sum_bits: '9000' },
    ]
    const values = await top('ruleIDs')
    expect(values.map(({ value, bitsPerSecond }) => [value, bitsPerSecond])).toEqual([
      ['bb', 3],
      ['aa', 2],
    ])
  })

  it('are asked for once in half a minute for each account and field', async () => {
    await Promise.all([top('sourceAS'), top('sourceAS')])
    context.clock.time += 29_999
    await top('sourceAS')
    expect(asked).toHaveLength(1)
    await top('sourceAS', 2)
    await top('destinationAS')
    expect(asked).toHaveLength(3)
    context.clock.time += 1
    await top('sourceAS')
    expect(asked).toHaveLength(4)
  })

  it('are none while the store is slow or away, and it is not asked with every letter', async () => {
    answer = new StoreQueryError(159, 'too slow')
    expect(await top('sourceAS')).toEqual([])
    answer = new StoreUnavailableError('gone')
    expect(await top('destinationAS')).toEqual([])
    await top('sourceAS')
    expect(asked).toHaveLength(2)
  })

  it('are none of times and names, and the store is not asked', async () => {
    expect(await Promise.all(['datetimeHour', 'routerName', 'deviceID'].map((name) => top(name)))).toEqual([[], [], []])
    expect(asked).toEqual([])
  })

  it('hide no fault of ours', async () => {
    answer = new StoreQueryError(47, 'Unknown identifier')
    await expect(top('sourceAS')).rejects.toThrow('Unknown identifier')
  })
})
