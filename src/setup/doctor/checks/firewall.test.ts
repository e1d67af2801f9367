// Rulesets as nft 1.0.6 prints them after `nft -f` or iptables-nft in a network namespace. What the kernel let in there of
// datagrams from a neighbour, IPv4 and IPv6, was compared with what is said here.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNftRuleset, type NftRuleset } from '../nft-ruleset.ts'
import { fateIn } from '../nft-walk.ts'
import { checkFirewall, type FirewallReading } from './firewall.ts'

const folder = path.join(import.meta.dirname, '..', 'testing', 'rulesets')
const load = (name: string): NftRuleset => readNftRuleset(readFileSync(path.join(folder, `${name}.json`), 'utf8'))
const everywhere = [
  { host: '::', port: 2055 },
  { host: '::', port: 6343 },
]
const check = (name: string, listeners = everywhere) =>
  checkFirewall({ listeners, rules: { kind: 'nft', ruleset: load(name) }, legacy: false })

describe('the way of a datagram through a ruleset', () => {
  const worst = { passes: 0, some: 1, dropped: 2 } as const
  /** The gravest fate in the input chains, for IPv4 and IPv6 to 2055, then to 6343. */
  const fates = (name: string) => {
    const ruleset = load(name)
    return [2055, 6343].flatMap((port) =>
      ([4, 6] as const).map((family) => {
        const chains = [...ruleset.chains.values()].filter(
          ({ hook, family: of }) => hook !== undefined && ['inet', family === 4 ? 'ip' : 'ip6'].includes(of),
        )
        const all = chains.map((chain) => fateIn(chain, ruleset, { family, port }))
        return all.sort((a, b) => worst[b] - worst[a])[0] ?? 'passes'
      }),
    )
  }

  it.each([
    ['drop_all', ['dropped', 'dropped', 'dropped', 'dropped']],
    ['allowed', ['passes', 'passes', 'passes', 'passes']],
    ['jump_set', ['passes', 'passes', 'passes', 'passes']],
    ['reject_rule', ['passes', 'passes', 'dropped', 'passes']],
    // A named set of sources, a range of ports.
    ['from_routers', ['some', 'dropped', 'dropped', 'dropped']],
    // `th dport`, `!=`, and a limit that lets some through.
    ['th_dport', ['passes', 'passes', 'some', 'some']],
    // By interface, to a chain that accepts 2055.
    ['iifname_vmap', ['some', 'some', 'dropped', 'dropped']],
    // A return before a drop for one network; IPv6 by comparison, and by a limit.
    ['early_return', ['some', 'passes', 'some', 'some']],
    ['raw_drop', ['passes', 'passes', 'dropped', 'passes']],
    ['iptables_drop', ['dropped', 'passes', 'dropped', 'passes']],
    // Ports in an extension that nft does not show.
    ['iptables_multiport', ['some', 'passes', 'some', 'passes']],
    ['ufw', ['dropped', 'passes', 'dropped', 'passes']],
  ])('%s', (name, expected) => {
    expect(fates(name)).toEqual(expected)
  })

  it('follows goto and jump of firewalld, whose rule against forged IPv6 sources may drop and is not asked', () => {
    const [closed, open] = ['firewalld', 'firewalld_open'].map((name) => check(name))
    expect(closed).toMatchObject([
      { state: 'warning', text: 'The chain inet firewalld filter_INPUT has a rule that stops UDP 2055, 6343.' },
    ])
    expect(open).toMatchObject([{ state: 'ok' }])
  })
})

describe('what is said of the firewall', () => {
  it.each([
    [
      'drop_all',
      'warning',
      'The chain inet filter input drops by default, and no rule was found that accepts UDP 2055, 6343.',
      "sudo nft insert rule inet filter input udp dport '{ 2055, 6343 }' accept",
    ],
    ['allowed', 'ok', 'No rule of nftables on this machine stops UDP 2055, 6343.', ''],
    [
      'reject_rule',
      'warning',
      'The chain ip filter INPUT has a rule that stops UDP 6343 over IPv4.',
      'sudo iptables -I INPUT -p udp --dport 6343 -j ACCEPT',
    ],
    [
      'raw_drop',
      'warning',
      'The chain ip raw PREROUTING has a rule that stops UDP 6343 over IPv4.',
      "sudo nft insert rule ip raw PREROUTING udp dport '{ 6343 }' accept",
    ],
    [
      'ufw',
      'warning',
      'The chain ip filter INPUT drops by default, and no rule was found that accepts UDP 2055, 6343 over IPv4.',
      'sudo ufw allow 2055/udp && sudo ufw allow 6343/udp',
    ],
    [
      'firewalld',
      'warning',
      'The chain inet firewalld filter_INPUT has a rule that stops UDP 2055, 6343.',
      'sudo firewall-cmd --permanent --add-port=2055/udp --add-port=6343/udp && sudo firewall-cmd --reload',
    ],
    [
      'iptables_multiport',
      'unknown',
      'The chain ip filter INPUT lets UDP 2055, 6343 over IPv4 in under conditions that could not be judged, as from certain sources.',
      'sudo nft list chain ip filter INPUT',
    ],
  ])('%s: %s', (name, state, text, command) => {
    expect(check(name)).toMatchObject([{ check: 'firewall', state, text, command }])
  })

  it('says of each port the gravest only, and leaves loopback alone', () => {
    expect(check('from_routers').map(({ state, text }) => [state, text])).toEqual([['warning', expect.stringContaining('UDP 2055, 6343.')]])
    expect(check('from_routers', [{ host: '0.0.0.0', port: 2055 }])).toMatchObject([{ state: 'unknown' }])
    expect(check('drop_all', [{ host: '127.0.0.1', port: 2055 }])).toMatchObject([{ state: 'ok' }])
  })

  it.each<[FirewallReading['rules'], string, string]>([
    [{ kind: 'missing' }, 'nft is not installed', 'sudo apt-get install nftables && sudo nft list ruleset'],
    [{ kind: 'refused' }, 'only root may read them', 'sudo nft list ruleset'],
    [{ kind: 'failed', reason: 'no memory' }, 'no memory', 'sudo nft list ruleset'],
    [{ kind: 'foreign' }, 'packet filter of this system', ''],
  ])('says why it could not look: %o', (rules, text, command) => {
    expect(checkFirewall({ listeners: everywhere, rules, legacy: false })).toMatchObject([
      { state: 'unknown', text: expect.stringContaining(text), command },
    ])
  })

  it('says that older rules were not looked at', () => {
    const found = checkFirewall({ listeners: everywhere, rules: { kind: 'nft', ruleset: load('allowed') }, legacy: true })
    expect(found.map(({ state, command }) => [state, command])).toEqual([
      ['unknown', 'sudo iptables-legacy -S INPUT'],
      ['ok', ''],
    ])
  })

  it('puts no name of a table into a command that a shell would read as more', () => {
    const ruleset = readNftRuleset(
      JSON.stringify({
        nftables: [{ chain: { family: 'inet', table: 'a;b$(c)', name: 'in', hook: 'input', type: 'filter', prio: 0, policy: 'drop' } }],
      }),
    )
    const [found] = checkFirewall({ listeners: everywhere, rules: { kind: 'nft', ruleset }, legacy: false })
    expect(found?.command).toBe('sudo nft list ruleset')
  })
})

describe('the reader of nft', () => {
  it('takes what it does not know, and no other JSON', () => {
    expect(readNftRuleset('{"nftables":[7,{"map":{}},{"rule":{"chain":"x"}},{"chain":{}}]}').chains.size).toBe(1)
    for (const text of ['{}', '[]', 'null', '{"nftables":1}']) expect(() => readNftRuleset(text)).toThrow(/something else/)
  })
})
