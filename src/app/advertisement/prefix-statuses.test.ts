// Tests what several drivers, restarts and withdrawals make of the status of a prefix.
import { describe, expect, it } from 'vitest'
import type { Advertisement, AdvertisementState } from '../../contract/advertisement.ts'
import type { DriverName } from '../../contract/owned-prefix.ts'
import { prefixOutcomes } from './prefix-statuses.ts'

const incident = 'i'.repeat(32)

function advertisement(driver: DriverName, state: AdvertisementState, more: Partial<Advertisement> = {}): Advertisement {
  const at = '2026-01-01T00:00:00.000Z'
  return {
    id: driver,
    route: { purpose: 'divert', prefix: '203.0.113.0/24', flowspec: null },
    driver,
    owned_prefix_id: 'o',
    state,
    dry_run: false,
    created_at: at,
    state_since: at,
    announced_at: state === 'announced' ? at : null,
    already: false,
    until: at,
    retry_at: null,
    detail: `${driver} is ${state}`,
    causes: [],
    ...more,
  }
}
const announcedBefore = { announced_at: '2026-01-01T00:00:00.000Z' }
const outcome = (...advertisements: readonly Advertisement[]) =>
  prefixOutcomes(advertisements, incident).map(({ status, over }) => `${status}${over ? ', over' : ''}`)

describe('the status of a prefix', () => {
  it.each<[string, readonly Advertisement[], string]>([
    ['of one driver', [advertisement('bgp', 'announced')], 'Advertised'],
    ['of two', [advertisement('bgp', 'announced'), advertisement('webhook', 'announced', { already: true })], 'Advertised'],
    ['when the second is delayed', [advertisement('bgp', 'announced'), advertisement('cloudflare', 'delayed')], 'Delayed'],
    ['when the second is locked', [advertisement('cloudflare', 'delayed'), advertisement('bgp', 'locked')], 'Locked'],
    ['when one has failed for good', [advertisement('bgp', 'announced'), advertisement('webhook', 'failed')], 'Could not Advertise'],
    ['when one is tried again', [advertisement('webhook', 'failed', { retry_at: '2026-01-01T00:00:05.000Z' })], 'Error'],
    ['when it was rejected', [advertisement('bgp', 'withdrawn')], 'Could not Advertise'],
    ['when it is withdrawn', [advertisement('bgp', 'withdrawn', announcedBefore)], 'Advertised, over'],
    ['when it is being withdrawn', [advertisement('bgp', 'withdrawing', announcedBefore)], 'Advertised, over'],
    ['when it came back', [advertisement('bgp', 'announced'), advertisement('bgp', 'withdrawn', announcedBefore)], 'Advertised'],
    ['when one driver is left', [advertisement('bgp', 'withdrawn', announcedBefore), advertisement('webhook', 'announced')], 'Advertised'],
  ])('%s', (_, advertisements, expected) => {
    expect(outcome(...advertisements)).toEqual([expected])
  })

  it('says what each driver says', () => {
    const both = [advertisement('bgp', 'announced'), advertisement('cloudflare', 'delayed')]
    expect(prefixOutcomes(both, incident)).toMatchObject([{ detail: 'bgp: bgp is announced; cloudflare: cloudflare is delayed' }])
  })
})
