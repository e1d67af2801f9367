// Asks a ClickHouse server for its version, for when no server of ours runs that could be asked.
import type { Config } from '../../../contract/config.ts'
import type { StoreReading } from '../checks/store.ts'

const patienceMs = 5000
const longestAnswer = 200

export async function askClickhouse({ url, user, password }: Config['store']): Promise<StoreReading> {
  const silent = (reason: string): StoreReading => ({ kind: 'silent', where: 'clickhouse', reason, url: url ?? null })
  if (url === undefined) return silent('store.url is not set')
  try {
    const asked = new URL(url)
    asked.searchParams.set('query', 'select version()')
    const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password }
    const response = await fetch(asked, { headers, signal: AbortSignal.timeout(patienceMs) })
    const text = (await response.text()).trim().slice(0, longestAnswer)
    return response.ok ? { kind: 'answer', where: 'clickhouse', version: text } : silent(text || `HTTP ${response.status}`)
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    return silent(String(cause instanceof Error ? cause.message : error))
  }
}
