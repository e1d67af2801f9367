// What the forms of the settings pages make of what is typed: retention, own networks, tokens, passwords, addresses.
import { describe, expect, it } from 'vitest'
import { roleScopes, scopeNames, type Scope } from '../../contract/scopes.ts'
import { retentionNames, type RetentionName, type Setting, type Settings } from '../../contract/settings.ts'
import { readPrefixes } from '../view/prefix-list.ts'
import { emailProblem, nameProblem } from './member-form.ts'
import { missingNetworks, refusedNetwork, sameNetworks, withNetworks } from './network-form.ts'
import { passwordProblem } from './password-form.ts'
import { estimate, outlook, retentionChange, retentionProblem } from './retention-form.ts'
import { comesAlong, endOf, mayGive, presetOf, scopeGroups, scopesOf, shortest } from './token-form.ts'
import { tokenLines } from './token-lines.ts'
import { endsSoon, tokenState } from './token-state.ts'

const day = 86_400_000
const now = Date.parse('2026-11-22T12:00:00Z')
const daysAgo = (days: number) => new Date(now - days * day).toISOString()

const usual: Readonly<Record<RetentionName, number>> = {
  raw_days: 7,
  minute_days: 90,
  hour_days: 730,
  top_days: 730,
  incident_days: 400,
  alert_days: 90,
  audit_days: 730,
}

function settingsWith(changed: Partial<Record<RetentionName, Partial<Setting<number>>>> = {}): Settings {
  const setting = (name: RetentionName): Setting<number> => ({
    value: usual[name],
    source: 'default',
    default: usual[name],
    key: `store.retention.${name}`,
    ...changed[name],
  })
  return {
    retention: Object.fromEntries(retentionNames.map((name) => [name, setting(name)])) as Settings['retention'],
    own_networks: { value: [], source: 'default', default: [], key: 'enrich.own_networks' },
    stored: [
      { name: 'raw', rows: 1000, bytes: 7000, oldest: daysAgo(7) },
      { name: 'minute', rows: 10, bytes: 90, oldest: daysAgo(9) },
      { name: 'top', rows: 0, bytes: 0, oldest: null },
    ],
    free_bytes: 10_000,
    changeable: true,
  }
}

describe('how long data is kept', () => {
  it('sends what differs, null for the default, and nothing of what is wrong', () => {
    const settings = settingsWith({ raw_days: { value: 5, source: 'settings' } })
    expect(retentionChange({}, settings)).toEqual({})
    expect(retentionChange({ raw_days: '5', minute_days: '60' }, settings)).toEqual({ minute_days: 60 })
    expect(retentionChange({ raw_days: null, alert_days: null }, settings)).toEqual({ raw_days: null })
    for (const typed of ['', '0', '-1', '1.5', '1e2', '36501', '٣']) {
      expect([typed, retentionProblem({ raw_days: typed }, 'raw_days', settings)]).toEqual([typed, { kind: 'number' }])
    }
    expect(retentionProblem({ raw_days: ' 36500 ', minute_days: '36500', hour_days: '36500' }, 'raw_days', settings)).toBeUndefined()
  })

  it('is not longer than that of the sums that are made of it', () => {
    const settings = settingsWith()
    expect(retentionProblem({ raw_days: '91' }, 'raw_days', settings)).toEqual({ kind: 'order', longer: 'minute_days' })
    expect(retentionProblem({ raw_days: '91', minute_days: '91' }, 'raw_days', settings)).toBeUndefined()
    expect(retentionProblem({ top_days: '731' }, 'top_days', settings)).toEqual({ kind: 'order', longer: 'hour_days' })
  })

  it('tells what a shorter time deletes and what a longer one will need', () => {
    const raw = { name: 'raw', rows: 1000, bytes: 7000, oldest: daysAgo(7) } as const
    expect(estimate(raw, 3, now)).toMatchObject({ drops: 4000, full: 3000, before: now - 3 * day })
    expect(estimate(raw, 30, now)).toMatchObject({ drops: 0, full: 30_000 })
    expect(estimate({ ...raw, oldest: null }, 3, now)).toMatchObject({ drops: 0, full: undefined })
    expect(estimate({ ...raw, oldest: new Date(now - 1000).toISOString() }, 3, now).full).toBeUndefined()
    const settings = settingsWith()
    expect(outlook({ raw_days: '3' }, settings, now)).toMatchObject({ drops: 4000, shortens: true, needs: 3000 - 7000 + 900 - 90 })
    expect(outlook({ raw_days: '30' }, settings, now)).toMatchObject({ drops: 0, shortens: false, needs: 23_000 + 810 })
    expect(outlook({ audit_days: '30' }, settings, now)).toMatchObject({ drops: 0, shortens: true })
    expect(outlook({ raw_days: '3' }, { ...settings, stored: null }, now)).toMatchObject({ drops: 0, needs: 0, shortens: true })
  })
})

describe('own networks', () => {
  it('are the same in any order and case, and take what is registered once', () => {
    expect(sameNetworks(['2001:DB8::/32', '192.0.2.0/24'], ['192.0.2.0/24', '2001:db8::/32'])).toBe(true)
    expect(sameNetworks(['192.0.2.0/24'], ['192.0.2.0/25'])).toBe(false)
    const list = readPrefixes('192.0.2.0/24')
    expect(missingNetworks(list, ['192.0.2.0/24', '198.51.100.0/24', '198.51.100.0/24'])).toEqual(['198.51.100.0/24'])
    expect(withNetworks('192.0.2.0/24\n', ['198.51.100.0/24'])).toBe('192.0.2.0/24\n198.51.100.0/24')
    expect(withNetworks('  ', ['198.51.100.0/24'])).toBe('198.51.100.0/24')
  })

  it('know which one the server refused', () => {
    expect(refusedNetwork('/own_networks/1', '192.0.2.0/24, 192.0.2.1/24')).toBe('192.0.2.1/24')
    expect(['/own_networks', '/own_networks/7', ''].map((pointer) => refusedNetwork(pointer, '192.0.2.0/24'))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a new token', () => {
  it('has every scope in one group', () => {
    expect(Object.values(scopeGroups).flat().toSorted()).toEqual([...scopeNames].toSorted())
  })

  it('says its scopes in the shortest way, and knows presets again', () => {
    const many: readonly Scope[] = ['mnm:read', 'mnm:admin', 'analytics:read']
    expect(shortest(many)).toEqual(['mnm:admin', 'analytics:read'])
    expect(comesAlong(many, 'mnm:write')).toBe(true)
    expect(comesAlong(many, 'mnm:admin')).toBe(false)
    expect(scopesOf({ preset: 'choose', chosen: ['mnm:read'] })).toEqual(['mnm:read'])
    expect(presetOf(['notifications:write', 'mnm:admin', 'mnm:read'])).toBe('terraform')
    expect([presetOf(['admin']), presetOf(scopeNames), presetOf(roleScopes.viewer), presetOf(['mnm:read'])]).toEqual([
      'all',
      'all',
      'read',
      undefined,
    ])
  })

  it('never has more than its maker', () => {
    expect(mayGive(roleScopes.viewer, ['mnm:read', 'analytics:read'])).toBe(true)
    expect(mayGive(roleScopes.viewer, ['mnm:read', 'mnm:write'])).toBe(false)
    expect(mayGive(roleScopes.operator, ['admin'])).toBe(false)
    expect(mayGive([], ['mnm:read'])).toBe(false)
  })

  it('ends when it was said, and tells so in time', () => {
    expect([endOf('30', now), endOf('never', now)]).toEqual(['2026-12-22T12:00:00.000Z', undefined])
    const token = {
      id: '1',
      kind: 'token',
      name: 'x',
      scopes: [],
      created_at: daysAgo(1),
      last_used_at: null,
      user: { id: '', email: '', name: '' },
    } as const
    const states = [
      { ...token, expires_at: null, revoked_at: null },
      { ...token, expires_at: daysAgo(-3), revoked_at: null },
      { ...token, expires_at: daysAgo(1), revoked_at: null },
      { ...token, expires_at: daysAgo(1), revoked_at: daysAgo(2) },
    ]
    expect(states.map((one) => tokenState(one, now))).toEqual(['usable', 'usable', 'ended', 'revoked'])
    expect(states.map((one) => endsSoon(one, now))).toEqual([undefined, 3 * 86_400, undefined, undefined])
  })

  it('comes with lines that name the server, the account and the secret', () => {
    const { curl, terraform, npm } = tokenLines('https://drawbridge.example', 'a'.repeat(32), 's-e_c')
    expect(curl).toBe("curl -H 'Authorization: Bearer s-e_c' https://drawbridge.example/client/v4/user/tokens/verify")
    expect(terraform).toContain('base_url  = "https://drawbridge.example/client/v4/"')
    expect(terraform).toContain('api_token = "s-e_c"')
    expect(npm).toContain("baseURL: 'https://drawbridge.example/client/v4',")
    expect(npm).toContain(`account_id: '${'a'.repeat(32)}'`)
  })
})

describe('somebody new', () => {
  it('has an address and a name', () => {
    expect(['a@b', ' admin@localhost ', 'x.y+z@example.net'].map(emailProblem)).toEqual([undefined, undefined, undefined])
    expect(['', 'a', 'a@', '@b', 'a b@c', 'a@b@c'].every((typed) => emailProblem(typed) !== undefined)).toBe(true)
    expect([nameProblem(' '), nameProblem('NOC')]).toEqual(['A name is needed.', undefined])
  })

  it('has a password of 12 to 256 characters that is not the address', () => {
    expect(passwordProblem('eleven char', 'a@b.example')).toBe('11 of at least 12 characters.')
    // Six characters, though twelve UTF-16 units.
    expect(passwordProblem('😀'.repeat(6), 'a@b.example')).toBe('6 of at least 12 characters.')
    expect(passwordProblem('x'.repeat(257), 'a@b.example')).toBe('At most 256 characters.')
    expect(passwordProblem('Somebody@Example.net', 'somebody@example.net')).toContain('first thing')
    expect(passwordProblem('four plain words here', 'a@b.example')).toBeUndefined()
  })
})
