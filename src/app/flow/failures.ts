// What is said when a question about flows cannot be answered: why, and what to change.
import { ApiError } from '../../contract/api-errors.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import { storeFailure } from '../../query/store-failure.ts'

/** Seconds after which the store gives up. A client of the SDK does so after 60, and nobody looks at a page for half of that. */
export const questionSeconds = 30

const narrow = 'narrow the range, add a filter, or group by fewer dimensions'
const hourSums = '; "tier": "hour" asks the sums by hour, which is far less to read'

/**
 * Does the work and turns what the questions and the store throw into errors of the API.
 * @param sumsCould whether the sums by hour have all columns of the question
 * @throws ApiError flow_question_invalid, flow_question_limit, flow_question_cancelled; StoreUnavailableError
 */
export async function explained<T>(sumsCould: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw (error instanceof FlowQueryError ? questionFault(error) : storeFault(error, sumsCould)) ?? error
  }
}

/** What a question is refused for before the store is asked. */
export function questionFault({ code, message, values }: FlowQueryError): ApiError {
  const reason = String(values['reason'] ?? message)
  switch (code) {
    case 'too_old':
      return new ApiError('flow_question_limit', { reason: `flows are kept for ${days(values)} days; begin later` }, '/from')
    case 'too_wide':
      return new ApiError('flow_question_limit', { reason: `a range can be ${days(values)} days wide; narrow it` }, '/from')
    case 'too_expensive':
      return new ApiError('flow_question_limit', { reason: `${reason}; ${narrow}` })
    default:
      return new ApiError('flow_question_invalid', { reason })
  }
}

const days = ({ seconds }: Readonly<Record<string, string | number>>) => Math.floor(Number(seconds) / 86_400)

function storeFault(error: unknown, sumsCould: boolean): ApiError | undefined {
  const next = `${narrow}${sumsCould ? hourSums : ''}`
  switch (storeFailure(error)) {
    case 'time':
      return new ApiError('flow_question_limit', { reason: `it took longer than ${questionSeconds} s; ${next}` })
    case 'memory':
      return new ApiError('flow_question_limit', { reason: `it needs more memory than one question may have; ${next}` })
    case 'rows':
      return new ApiError('flow_question_limit', { reason: `its answer has too many rows; ${next}` })
    case 'cancelled':
      return new ApiError('flow_question_cancelled')
    default:
      return undefined
  }
}
