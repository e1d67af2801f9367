// The audit log as sentences, its filters in the address and its files; and browsers by what they say of themselves.
import { describe, expect, it } from 'vitest'
import type { AuditLine } from '../../contract/settings.ts'
import { auditText } from './audit-export.ts'
import { actionChoices, questionOf, readAuditSearch, writeAuditSearch } from './audit-search.ts'
import { nounName, reasonOf, sentenceOf } from './audit-sentence.ts'
import { deviceOf } from './user-agent.ts'

const mika = { id: 'a'.repeat(32), email: 'mika@example.net', name: 'Mika' }
const line = (action: string, target: string, detail: AuditLine['detail'] = {}): AuditLine => ({
  id: 1,
  at: '2026-11-22T12:00:00.000Z',
  user: mika,
  via: 'session',
  action,
  target,
  detail,
})
const id = '0123456789abcdef0123456789abcdef'

describe('a line of the audit log', () => {
  it.each([
    [line('router.register', '192.0.2.1'), 'Mika registered the router 192.0.2.1'],
    [line('token.revoke', id, { name: 'grafana' }), 'Mika revoked the token grafana'],
    [line('rule.edit', id, { before: { name: 'old' }, rule: { name: 'SYN flood' } }), 'Mika changed the rule SYN flood'],
    [line('rule.create', id, { rules: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })) }), 'Mika made the rule a, b, c, 2 more'],
    [line('advertisement.withdraw', id, { prefix: '192.0.2.0/24', why: 'over' }), 'Mika withdrew 192.0.2.0/24'],
    [line('capture.stop', id), 'Mika stopped the capture 01234567'],
    [line('member.invite', id, { email: 'joren@example.net', role: 'viewer' }), 'Mika invited joren@example.net'],
    [
      line('member.edit', id, { email: 'j@example.net', from: { name: 'J', role: 'viewer' }, to: { name: 'J', role: 'operator' } }),
      'Mika changed the role of j@example.net from Viewer to Operator',
    ],
    [line('member.edit', id, { from: { name: 'M' }, to: { name: 'Mika' } }), 'Mika changed Mika'],
    [
      line('settings.edit', 'raw_days own_networks', { raw_days: { from: 7, to: 5 }, own_networks: { added: ['192.0.2.0/24'] } }),
      'Mika changed the settings: Single flows 7 → 5, Own networks',
    ],
    [line('thing.new_verb', 'x'), 'Mika did thing.new_verb x'],
    [{ ...line('session.sign_in', id), user: null }, 'Somebody who is gone signed in'],
    // Facts of a hostile or future shape.
    [line('rule.create', id, { rules: [null, 1, []], name: 7, rule: 'x', to: null }), 'Mika made the rule –, –, –'],
    [line('constructor.x', 'y', { from: { role: 'toString' }, to: { role: 'x' } }), 'Mika did constructor.x y'],
  ])('%# is a sentence', (audit, sentence) => {
    expect(sentenceOf(audit)).toBe(sentence)
  })

  it('tells the reason that was given', () => {
    expect([reasonOf(line('a.b', 'c', { why: 'over' })), reasonOf(line('a.b', 'c', { why: 1 }))]).toEqual(['over', ''])
    expect([nounName('rule'), nounName('unheard')]).toEqual(['Rules', 'unheard'])
  })
})

describe('the filters', () => {
  it('stand in the address in the shortest way, and ignore what makes no sense', () => {
    const search = { action: 'rule.', user: mika.id, since: '24h' } as const
    expect(readAuditSearch(writeAuditSearch(search))).toEqual(search)
    expect(writeAuditSearch(readAuditSearch({ action: 'x', user: '1', since: '3y', more: 'y' }))).toEqual({})
    expect(questionOf(search)).toEqual({ action: 'rule.', user: mika.id, span: 86_400_000 })
  })

  it('offer nouns, and the single actions of the one that is chosen', () => {
    const actions = ['rule.create', 'rule.edit', 'token.create']
    expect(actionChoices(actions, '')).toEqual(['rule.', 'token.'])
    expect(actionChoices(actions, 'rule.edit')).toEqual(['rule.', 'rule.create', 'rule.edit', 'token.'])
    expect(actionChoices(actions, 'agent.')).toEqual(['rule.', 'token.', 'agent.'])
  })
})

describe('the files', () => {
  it('hold each line once, and no cell that a spreadsheet would run', () => {
    const lines = [line('token.create', '=cmd()', { name: 'a "b", c' }), { ...line('x.y', 'z'), user: null }]
    expect(
      auditText(lines, 'ndjson')
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text) as unknown),
    ).toEqual(lines)
    const [head, first, second, end] = auditText(lines, 'csv').split('\r\n')
    expect(head).toBe('id,at,user_id,user_email,user_name,via,action,target,detail')
    expect(first).toContain(`"token.create","'=cmd()","{""name"":""a \\""b\\"", c""}"`)
    expect(second).toBe('"1","2026-11-22T12:00:00.000Z","","","","session","x.y","z","{}"')
    expect(end).toBe('')
  })
})

describe('a browser', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome', 'Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/17.0 Safari/605', 'Safari', 'macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604', 'Safari', 'iOS'],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox', 'Android'],
    ['curl/8.14', 'curl', undefined],
  ])('%s is known', (said, browser, system) => {
    expect(deviceOf(said)).toEqual({ browser, system })
  })

  it('that says nothing is unknown', () => {
    expect(['', 'Wget', '<script>'].map(deviceOf)).toEqual([undefined, undefined, undefined])
  })
})
