// Settings that change while the server runs: what wins, what is refused, what is written down.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Settings } from '../../contract/settings.ts'
import { openTestContext, type TestContext, type TestFlows } from '../testing/test-context.ts'
import { editSettings } from './edit.ts'
import { getSettings } from './get.ts'
import { SettingsInForce } from './settings-in-force.ts'

const rows = [
  { table: 'flows', rows: '12', bytes: '340', oldest: 1_700_000_000 },
  { table: 'flows_top_1h', rows: '0', bytes: '0', oldest: 0 },
]
const flows = { ready: true, query: async () => ({ rows, rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 }) } as unknown as TestFlows

let context: TestContext
beforeAll(async () => {
  context = await openTestContext(flows, { config: { alerts: { history_days: 30 } }, given: ['alerts.history_days'] })
})
afterAll(() => context?.close())
afterEach(async () => {
  await context.state.deleteFrom('setting').execute()
  await context.state.deleteFrom('audit').execute()
  await context.settings.reload()
})

const edit = (body: unknown): Promise<Settings> => editSettings(context, context.local, body)
const auditLines = () =>
  context.state.selectFrom('audit').select(['action', 'target', 'detail']).where('action', '=', 'settings.edit').execute()

describe('settings', () => {
  it('tell the value in force, where it comes from, and what is stored', async () => {
    const { retention, own_networks, stored, free_bytes } = await getSettings(context, context.local)
    expect(retention.raw_days).toEqual({ value: 7, source: 'default', default: 7, key: 'store.retention.raw_days' })
    expect(retention.alert_days).toEqual({ value: 30, source: 'configuration', default: 90, key: 'alerts.history_days' })
    expect(own_networks).toMatchObject({ value: [], source: 'default', key: 'enrich.own_networks' })
    expect(stored).toEqual([
      { name: 'raw', rows: 12, bytes: 340, oldest: '2023-11-14T22:13:20.000Z' },
      { name: 'minute', rows: 0, bytes: 0, oldest: null },
      { name: 'hour', rows: 0, bytes: 0, oldest: null },
      { name: 'top', rows: 0, bytes: 0, oldest: null },
    ])
    expect(free_bytes).toBeGreaterThan(0)
  })

  it('are in force when they are changed, survive a restart, and go back to the default', async () => {
    const told: number[] = []
    const end = context.settings.onChange(({ store }) => told.push(store.retention.raw_days))
    const changed = await edit({
      retention: { raw_days: 14, audit_days: 31 },
      own_networks: ['203.0.113.7/24', '203.0.113.0/24', '2001:DB8::1'],
    })
    expect(changed.retention.raw_days).toMatchObject({ value: 14, source: 'settings', default: 7 })
    expect(changed.own_networks.value).toEqual(['203.0.113.0/24', '2001:db8::1/128'])
    expect(context.config.store.retention.raw_days).toBe(14)
    expect(context.config.audit.retention_days).toBe(31)
    const next = new SettingsInForce(
      { config: context.config, given: new Set() },
      { state: context.state, log: { warn: expect.unreachable } },
    )
    await next.start()
    expect(next.config.enrich.own_networks).toEqual(['203.0.113.0/24', '2001:db8::1/128'])
    const back = await edit({ retention: { raw_days: null }, own_networks: null })
    expect(back.retention.raw_days).toMatchObject({ value: 7, source: 'default' })
    expect(back.own_networks).toMatchObject({ value: [], source: 'default' })
    end()
    await edit({ retention: { raw_days: 9 } })
    expect(told).toEqual([14, 7])
  })

  it('have a line in the audit log for each change, and none when nothing changes', async () => {
    await edit({ retention: { hour_days: 800 }, own_networks: ['192.0.2.0/24'] })
    await edit({ retention: { hour_days: 800 } })
    await edit({})
    await edit({ retention: { hour_days: null } })
    expect((await auditLines()).map(({ target, detail }) => [target, JSON.parse(detail) as unknown])).toEqual([
      ['hour_days own_networks', { hour_days: { from: 730, to: 800 }, own_networks: { count: 1, added: ['192.0.2.0/24'], removed: [] } }],
      ['hour_days', { hour_days: { from: 800, to: 730, default: true } }],
    ])
  })

  it.each([
    [
      { retention: { raw_days: 0 } },
      'store.retention.raw_days is the number 0; it has to be a whole number from 1 to 36500',
      '/retention/raw_days',
    ],
    [
      { retention: { raw_days: 'ever' } },
      'store.retention.raw_days is the text "ever"; it has to be a whole number from 1 to 36500',
      '/retention/raw_days',
    ],
    [{ retention: { raw_days: 1.5 } }, 'store.retention.raw_days is the number 1.5; it has to be', '/retention/raw_days'],
    [{ retention: { days: 7 } }, 'there is no field days', '/retention'],
    [{ retention: [] }, 'must be a JSON object', '/retention'],
    [{ own_network: [] }, 'there is no field own_network', undefined],
    [null, 'must be a JSON object', undefined],
    [{ own_networks: '10.0.0.0/8' }, 'enrich.own_networks is the text', '/own_networks'],
    [{ own_networks: ['10.0.0.0/33'] }, 'enrich.own_networks holds "10.0.0.0/33", which is not a prefix', '/own_networks'],
    [{ own_networks: ['fe80::1%eth0'] }, 'which is not a prefix', '/own_networks'],
    [{ retention: { raw_days: 91 } }, 'raw_days would be 91, more than minute_days with 90', '/retention/raw_days'],
    [{ retention: { hour_days: 60 } }, 'minute_days would be 90, more than hour_days with 60', '/retention/hour_days'],
    [{ retention: { top_days: 731 } }, 'top_days would be 731, more than hour_days with 730', '/retention/top_days'],
  ])('refuse %j', async (body, reason, pointer) => {
    const error = await edit(body).catch((error: unknown) => error)
    expect(error).toMatchObject({ error: 'settings_invalid', pointer })
    expect((error as Error).message).toContain(reason)
    expect(await auditLines()).toEqual([])
    expect(context.config.store.retention).toEqual({ raw_days: 7, minute_days: 90, hour_days: 730, top_days: 730 })
  })

  it('refuse more networks than the configuration takes', async () => {
    const own_networks = Array.from({ length: 10_001 }, () => '10.0.0.0/8')
    await expect(edit({ own_networks })).rejects.toThrow('it has to be a list of at most 10000 texts')
  })

  it('take the first addresses and ports along when hours get shorter', async () => {
    await edit({ retention: { hour_days: 365 } })
    expect((await getSettings(context, context.local)).retention.top_days.value).toBe(365)
  })

  it('leave alone what the configuration says, whatever was chosen before', async () => {
    await expect(edit({ retention: { alert_days: 31 } })).rejects.toMatchObject({
      error: 'settings_locked',
      pointer: '/retention/alert_days',
    })
    await edit({ retention: { raw_days: 14 } })
    const given = new Set(['store.retention.raw_days'])
    const next = new SettingsInForce({ config: context.config, given }, { state: context.state, log: { warn: expect.unreachable } })
    const { raw_days } = next.describe().retention
    expect(raw_days).toMatchObject({ value: 14, source: 'configuration', default: 7 })
  })

  it('leave out what another version has written', async () => {
    const row = { changed_at: '', by: '' }
    const left = [
      { ...row, name: 'store.retention.raw_days', value: '99999' },
      { ...row, name: 'store.retention.weeks', value: '1' },
    ]
    await context.state.insertInto('setting').values(left).execute()
    const warned: string[] = []
    const log = { warn: (...[, text]: unknown[]) => void warned.push(String(text)) }
    const next = new SettingsInForce({ config: context.config, given: new Set() }, { state: context.state, log })
    await next.start()
    expect(next.config.store.retention.raw_days).toBe(7)
    expect(warned).toEqual([expect.stringContaining('has to be a whole number'), expect.stringContaining('does not know it')])
  })

  it('are told to readers and changed by administrators of the first account', async () => {
    const reader = { ...context.local, scopes: ['mnm:read'] as const }
    expect(await getSettings(context, reader)).toMatchObject({ changeable: false, retention: { raw_days: { value: 7 } } })
    expect(await getSettings(context, context.local)).toMatchObject({ changeable: true })
    const other = { ...context.local, account: { ...context.local.account, number: 2 } }
    expect(await getSettings(context, other)).toMatchObject({ changeable: false })
    await expect(editSettings(context, other, {})).rejects.toMatchObject({ error: 'forbidden' })
    await expect(editSettings(context, reader, {})).rejects.toMatchObject({ error: 'forbidden' })
    await expect(getSettings(context, { ...reader, scopes: ['analytics:read'] })).rejects.toMatchObject({ error: 'forbidden' })
  })
})
