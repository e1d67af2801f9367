// Makes the guard's answer an error of the API: the sentence, and the name of the refusal for programs.
import { ApiError } from '../../contract/api-errors.ts'
import { AdvertisementRefused } from '../../mitigate/advertising.ts'

/** Characters of what somebody sent for a prefix that are shown. */
const shownPrefix = 64

/** @throws ApiError advertisement_refused; all other errors as they are */
export async function refusedAsError<T>(prefix: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AdvertisementRefused)) throw error
    const values = { prefix: prefix.slice(0, shownPrefix), reason: `${error.message} [${error.refusal}]` }
    throw new ApiError('advertisement_refused', values, '/prefix')
  }
}
