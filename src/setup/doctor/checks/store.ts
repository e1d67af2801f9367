// Whether the flow store answers, and whether the embedded one can be there at all.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, printable, shellWord } from '../finding.ts'

export type StoreReading =
  /** It answered with its version, or did not. */
  | { readonly kind: 'answer'; readonly where: 'embedded' | 'clickhouse'; readonly version: string }
  | { readonly kind: 'silent'; readonly where: 'embedded' | 'clickhouse'; readonly reason: string; readonly url: string | null }
  /** No server runs that could be asked, but the engine's package is there. */
  | { readonly kind: 'installed' }
  | { readonly kind: 'missing'; readonly platform: string; readonly hasBuild: boolean }

export function checkStore(reading: StoreReading): DoctorFinding {
  if (reading.kind === 'answer') {
    const what = reading.where === 'embedded' ? 'The embedded ClickHouse' : 'The ClickHouse server'
    return fine('store', `${what} answers (${printable(reading.version)}).`)
  }
  if (reading.kind === 'installed') return fine('store', 'The embedded ClickHouse is installed (chdb).')
  return reading.kind === 'missing' ? missing(reading) : silent(reading)
}

function missing({ platform, hasBuild }: Extract<StoreReading, { kind: 'missing' }>): DoctorFinding {
  if (!hasBuild) {
    return found('store', 'failed', `The embedded ClickHouse (chdb) has no build for ${platform}.`, {
      advice: 'Use a ClickHouse server: store.kind: clickhouse, and store.url.',
      command: 'drawbridge serve --set store.kind=clickhouse --set store.url=http://127.0.0.1:8123',
    })
  }
  return found('store', 'failed', 'The embedded ClickHouse (chdb) is not installed: the optional packages were left out.', {
    advice: 'Install it in the folder of Drawbridge, or use a ClickHouse server: store.kind: clickhouse.',
    command: 'npm install --include=optional',
  })
}

function silent({ where, reason, url }: Extract<StoreReading, { kind: 'silent' }>): DoctorFinding {
  if (where === 'embedded') {
    return found('store', 'failed', `The embedded ClickHouse does not answer: ${printable(reason)}.`, {
      advice: 'Flows wait in the spool meanwhile and it is started again by itself. If that does not last, the log of the server says why.',
      command: 'journalctl -u drawbridge -n 100',
    })
  }
  return found('store', 'failed', `The ClickHouse server does not answer: ${printable(reason)}.`, {
    advice: 'Flows wait in the spool meanwhile. See whether it runs, and whether store.url, store.user and store.password are right.',
    command: url === null ? '' : `curl -sS ${shellWord(`${url.replace(/\/$/, '')}/ping`)}`,
  })
}
