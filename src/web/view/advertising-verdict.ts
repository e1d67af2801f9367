// What somebody should know about advertising right now, the gravest first. Pure; texts are in the catalogue.
import type { Advertisement, AdvertisingStatus, DriverStatus, NeighborStatus } from '../../contract/advertisement.ts'

export type AdvertisingFinding = { readonly severity: 'error' | 'warning' } & (
  | { readonly kind: 'nobody' }
  | { readonly kind: 'driver'; readonly driver: DriverStatus }
  | { readonly kind: 'neighbor'; readonly neighbor: NeighborStatus }
  | { readonly kind: 'pending'; readonly count: number }
  | { readonly kind: 'failed' | 'locked' | 'delayed'; readonly advertisement: Advertisement }
)

function driverFindings(driver: DriverStatus, used: boolean): AdvertisingFinding[] {
  const down = driver.neighbors.filter(({ state }) => state !== 'Established')
  const severity = used && !driver.ready ? 'error' : 'warning'
  if (down.length > 0) return down.map((neighbor): AdvertisingFinding => ({ kind: 'neighbor', severity, neighbor }))
  return driver.ready ? [] : [{ kind: 'driver', severity, driver }]
}

function troubles(advertisements: readonly Advertisement[]): AdvertisingFinding[] {
  return advertisements.flatMap((advertisement): AdvertisingFinding[] => {
    const { state } = advertisement
    if (state === 'failed' || state === 'locked') return [{ kind: state, severity: 'error', advertisement }]
    return state === 'delayed' ? [{ kind: state, severity: 'warning', advertisement }] : []
  })
}

/** @param advertisements those that are not withdrawn */
export function advertisingFindings(status: AdvertisingStatus, advertisements: readonly Advertisement[]): AdvertisingFinding[] {
  const configured = status.drivers.filter((driver) => driver.configured)
  const used = new Set(advertisements.filter(({ dry_run }) => !dry_run).map(({ driver }) => driver))
  const waiting = advertisements.filter(({ state }) => state === 'pending').length
  const findings: AdvertisingFinding[] = [
    ...troubles(advertisements),
    ...(waiting === 0 ? [] : [{ kind: 'pending', severity: 'warning', count: waiting } as const]),
    ...(configured.length === 0 ? [{ kind: 'nobody', severity: 'warning' } as const] : []),
    ...configured.flatMap((driver) => driverFindings(driver, used.has(driver.driver))),
  ]
  return findings.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
}
