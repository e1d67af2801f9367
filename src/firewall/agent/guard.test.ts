import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardChains, type GuardPlan } from './guard.ts'
import { nameServers } from './name-servers.ts'

const local = { match: { op: '==', left: { fib: { result: 'type', flags: ['daddr'] } }, right: 'local' } }
const plan = { protect: { prefixes: [], local_ports: [] }, server: null, nameServers: [] }

/** Rules of a chain, but for the verdict, that the guard has because of the plan. */
function rulesOf(name: string, changes: Partial<GuardPlan>): unknown[] {
  const rules = (of: GuardPlan) => (new Map(guardChains(of)).get(name) ?? []).map((rule) => JSON.stringify(rule.slice(0, -1)))
  const always = new Set(rules(plan))
  return rules({ ...plan, ...changes })
    .filter((rule) => !always.has(rule))
    .map((rule): unknown => JSON.parse(rule))
}

describe('the guard', () => {
  it.each(['tcp', 'udp'])('lets answers of name servers to the host through by %s', (transport) => {
    const sport = { match: { op: '==', left: { payload: { protocol: transport, field: 'sport' } }, right: 53 } }
    const rules = rulesOf(`guard_${transport}`, { nameServers: ['192.0.2.53', '2001:db8::53', 'none'] })
    expect(rules).toEqual([expect.arrayContaining([sport, local]), expect.arrayContaining([sport, local])])
    expect(rules.map((rule) => JSON.stringify(rule))).toEqual([
      expect.stringContaining('"192.0.2.53"'),
      expect.stringContaining('"2001:db8::53"'),
    ])
  })

  it('lets the server through by its address and port', () => {
    const [rule, ...others] = rulesOf('guard_tcp', { server: { address: '2001:db8::1', port: 443 } })
    expect(others).toEqual([])
    expect(JSON.stringify(rule)).toMatch(/"2001:db8::1".*"sport".*443/)
    expect(rulesOf('guard_tcp', { server: { address: 'none', port: 443 } })).toEqual([])
  })

  it('takes prefixes that contain each other, with host bits, and everything', () => {
    const protect = (...prefixes: readonly string[]) => ({ protect: { prefixes, local_ports: [] } })
    const rules = rulesOf('guard', protect('10.0.0.0/8', '10.1.2.3/16', '10.0.0.0/8', '2001:db8::1/32'))
    expect(rules).toHaveLength(4)
    expect(JSON.stringify(rules[0])).toContain('{"prefix":{"addr":"10.0.0.0","len":8}}')
    expect(rulesOf('guard', protect('0.0.0.0/0', '::/0'))).toEqual([[]])
  })
})

describe('name servers of the host', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'names-'))
  const [stub, real] = [path.join(folder, 'stub'), path.join(folder, 'real')]
  beforeAll(() => {
    writeFileSync(stub, '# nameserver 192.0.2.1\nsearch example.net\nnameserver 127.0.0.53\noptions edns0\n')
    writeFileSync(real, 'nameserver 192.0.2.53\nnameserver\tfe80::1%eth0\nnameserver none\nnameserver 127.0.0.53\n')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are those of both files, each once; none where there is no file', () => {
    expect(nameServers([stub, real])).toEqual(['127.0.0.53', '192.0.2.53', 'fe80::1'])
    expect(nameServers([path.join(folder, 'missing')])).toEqual([])
  })
})
