// The table of rule prefixes against a plain comparison of every address with every prefix.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnIndex, createFlowBatch } from '../contract/flow-batch.ts'
import { defaultRuleExtension } from '../contract/rule.ts'
import { parsePrefix } from './address-text.ts'
import { RuleMatcher } from './rule-matcher.ts'
import { compileRuleTable, type RuleTable } from './rule-table.ts'
import { addressWords, putAddress } from './testing/address-row.ts'
import { ruleId, tableOf as compile, watchedRule as rule } from './testing/watched-rules.ts'

/** Cells of the addresses as destinations. */
function cellsOf(table: RuleTable, addresses: readonly string[], account = 1): number[] {
  const batch = createFlowBatch(addresses.length)
  batch.present[columnIndex.dst_addr] = 1
  for (const [row, address] of addresses.entries()) putAddress(batch.columns.dst_addr, row, address)
  const matcher = new RuleMatcher()
  if (!matcher.match(table, batch, { from: 0, to: addresses.length }, account)) return addresses.map(() => 0)
  return [...matcher.destinations.subarray(0, addresses.length)]
}

function rulesOf(table: RuleTable, cell: number): string[] {
  const set = table.cellSet[cell] ?? 0
  return [...table.setRules.subarray(table.setStarts[set], table.setStarts[set + 1])].map((number) => table.rules[number] ?? '')
}

function watching(table: RuleTable, address: string, account = 1): string[] {
  const [cell = 0] = cellsOf(table, [address], account)
  return rulesOf(table, cell).map((id) => `${Number.parseInt(id, 16)}`)
}

function below(a: Uint32Array, b: Uint32Array): boolean {
  for (const [at, word] of a.entries()) if (word !== b[at]) return word < (b[at] ?? 0)
  return false
}

function holds(prefix: string, address: Uint32Array): boolean {
  const range = parsePrefix(prefix)
  if (range === undefined) throw new Error(prefix)
  // A prefix is of one family: ::/0 holds no IPv4 address.
  const mapped = (words: Uint32Array) => words[0] === 0 && words[1] === 0 && words[2] === 0xffff
  return mapped(range.start) === mapped(address) && !below(address, range.start) && !below(range.end, address)
}

describe('the rules of an address', () => {
  const table = compile([
    rule(1, ['203.0.113.0/24', '2001:db8::/32']),
    rule(2, ['203.0.113.77/25', '203.0.113.0/24']),
    rule(3, ['::ffff:203.0.113.64/122', '2001:db8:0:1::5/64'], { type: 'advanced_ddos' }),
    rule(4, ['2001:db8:0:1::7/128', '255.255.255.255/32', '0.0.0.0/8', 'ffff::/16']),
    rule(5, ['203.0.113.0/24'], { account: 2 }),
  ])

  it.each([
    ['203.0.113.200', ['1', '2']],
    ['203.0.113.1', ['1', '2']],
    ['203.0.113.65', ['3', '1', '2']],
    ['203.0.114.0', []],
    ['203.0.112.255', []],
    ['255.255.255.255', ['4']],
    ['255.255.255.254', []],
    ['0.0.0.1', ['4']],
    ['2001:db8:ffff::1', ['1']],
    ['2001:db8:0:1:8000::', ['3', '1']],
    ['2001:db8:0:1::7', ['4', '3', '1']],
    ['2001:db9::', []],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['4']],
    ['fffe:ffff::', []],
  ])('%s', (address, expected) => expect(watching(table, address)).toEqual(expected))

  it('are those of the account', () => {
    expect(watching(table, '203.0.113.1', 2)).toEqual(['5'])
    expect(watching(table, '203.0.113.1', 3)).toEqual([])
  })

  it('come with the longest prefix, written canonically, and whether an advanced_ddos rule watches', () => {
    const [plain = 0, watched = 0, inner = 0] = cellsOf(table, ['203.0.113.1', '203.0.113.65', '2001:db8:0:1::7'])
    expect([table.cellWatched[plain], table.cellWatched[watched], table.cellWatched[inner]]).toEqual([0, 1, 1])
    expect(table.prefixes[table.cellPrefix[plain] ?? 0]).toBe('203.0.113.0/25')
    expect(table.prefixes[table.cellPrefix[watched] ?? 0]).toBe('203.0.113.64/26')
    // The /128 belongs to no advanced_ddos rule: what watches is the /64 around it.
    expect(table.prefixes[table.cellPrefix[inner] ?? 0]).toBe('2001:db8:0:1::/64')
    expect(rulesOf(table, table.cellPrefix[inner] ?? 0)).toEqual([ruleId(3), ruleId(1)])
  })

  it.each([
    ['198.51.100.7', '198.51.100.7/32'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:0:0:0:0/64', '2001:db8:0:1::/64'],
    ['1:0:2:3:4:5:6:7/127', '1:0:2:3:4:5:6:6/127'],
    ['8000::/1', '8000::/1'],
    ['::/1', '::/1'],
    ['::ffff:0:0/95', '::fffe:0:0/95'],
  ])('name %s as %s', (text, canonical) => expect(compile([rule(1, [text])]).prefixes).toEqual(['', canonical]))

  it('are not watched for attacks by a rule that is off', () => {
    const off = compile([rule(1, ['192.0.2.0/24'], { type: 'advanced_ddos', extension: { ...defaultRuleExtension, enabled: false } })])
    expect([...off.cellWatched]).toEqual([0, 0])
    expect(watching(off, '192.0.2.1')).toEqual(['1'])
  })
})

describe('a table', () => {
  it('is none without prefixes, and refuses what is no prefix', () => {
    expect(compileRuleTable([rule(1, [])])).toBeNull()
    expect(() => compileRuleTable([rule(1, ['203.0.113.0/33'])])).toThrow('203.0.113.0/33')
  })

  // Few bits differ, so that prefixes and addresses meet.
  const ipv4 = fc
    .tuple(fc.constantFrom(10, 203), fc.constantFrom(0, 1, 128), fc.nat(3), fc.constantFrom(0, 1, 127, 128, 255))
    .map((octets) => octets.join('.'))
  const group = fc.constantFrom('0', '1', '8000', 'ffff', 'db8', '2001')
  const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'))
  const prefix = fc.oneof(
    fc.tuple(ipv4, fc.integer({ min: 1, max: 32 })).map(([address, bits]) => `${address}/${bits}`),
    fc.tuple(ipv6, fc.integer({ min: 1, max: 128 })).map(([address, bits]) => `${address}/${bits}`),
  )

  it('agrees with a comparison of every address with every prefix', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(prefix, { maxLength: 8 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 20 }),
        (lists, addresses) => {
          const rules = lists.map((prefixes, number) => rule(number, prefixes))
          const table = compileRuleTable(rules)
          // Ends of prefixes are where mistakes are.
          const ends = lists
            .flat()
            .filter((text) => text.includes('.'))
            .map((text) => text.replace(/\/.*/, ''))
          const asked = [...addresses, ...ends]
          const cells = table === null ? asked.map(() => 0) : cellsOf(table, asked)
          for (const [at, address] of asked.entries()) {
            const words = addressWords(address)
            const expected = rules.filter(({ prefixes }) => prefixes.some((text) => holds(text, words))).map(({ id }) => id)
            expect(table === null ? [] : rulesOf(table, cells[at] ?? 0).toSorted()).toEqual(expected.toSorted())
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
