import { describe, expect, it } from 'vitest'
import { ApiError } from '../../contract/api-errors.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import { StoreQueryError, StoreUnavailableError } from '../../store/errors.ts'
import { explained } from './failures.ts'

const failing = (error: Error) => async (): Promise<string> => {
  throw error
}

async function told(error: Error, sumsCould = false): Promise<string> {
  try {
    return await explained(sumsCould, failing(error))
  } catch (caught) {
    return caught instanceof ApiError ? `${caught.error} ${caught.message}` : String(caught)
  }
}

describe('what is said when a question has no answer', () => {
  it.each([
    [new StoreQueryError(159, ''), 'it took longer than 30 s'],
    [new StoreQueryError(241, ''), 'it needs more memory than one question may have'],
    [new StoreQueryError(396, ''), 'its answer has too many rows'],
  ])('names the limit and what to change', async (error, reason) => {
    const next = 'narrow the range, add a filter, or group by fewer dimensions'
    expect(await told(error)).toBe(`flow_question_limit the question is too large: ${reason}; ${next}`)
    expect(await told(error, true)).toMatch(/by fewer dimensions; "tier": "hour" asks the sums by hour, which is far less to read$/)
  })

  it('says how far back and how wide a question can be', async () => {
    const seconds = 90 * 86_400
    expect(await told(new FlowQueryError('too_old', { seconds }))).toContain('flows are kept for 90 days; begin later')
    expect(await told(new FlowQueryError('too_wide', { seconds }))).toContain('a range can be 90 days wide; narrow it')
  })

  it('gives the reason without the words of GraphQL', async () => {
    const error = new FlowQueryError('bad_arguments', { node: 'tier', reason: 'hour cannot answer this: src_addr is kept in no sums' })
    expect(await told(error)).toBe('flow_question_invalid Invalid question: hour cannot answer this: src_addr is kept in no sums')
  })

  it('knows a cancelled question, and leaves all else as it is', async () => {
    expect(await told(new StoreQueryError(394, ''))).toBe('flow_question_cancelled the question was cancelled')
    const others = [new StoreUnavailableError('gone'), new StoreQueryError(47, 'a fault of ours'), new Error('another')]
    for (const error of others) await expect(explained(true, failing(error))).rejects.toBe(error)
  })
})
