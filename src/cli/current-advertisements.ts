// Reads all that is announced now, page by page.
import type { Advertisement } from '../contract/advertisement.ts'
import type { ApiClient } from './api-client.ts'

/** What the server gives at most for one request. */
const pageSize = 100

export async function currentAdvertisements(client: ApiClient): Promise<readonly Advertisement[]> {
  const all: Advertisement[] = []
  for (let page = 1; ; page++) {
    const query = `state=current&page=${page}&per_page=${pageSize}`
    const found = await client.call<readonly Advertisement[]>('GET', `/drawbridge/advertisements?${query}`)
    all.push(...found)
    if (found.length < pageSize) return all
  }
}
