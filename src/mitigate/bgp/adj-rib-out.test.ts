import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nlriText } from '../../wire/bgp/bgp-describe.ts'
import type { BgpFamily } from '../../wire/bgp/bgp-family.ts'
import { headerLength } from '../../wire/bgp/bgp-framer.ts'
import { decodeUpdate } from '../../wire/bgp/bgp-update-decode.ts'
import type { Purpose } from '../../contract/owned-prefix.ts'
import type { DriverRoute } from '../driver.ts'
import { AdjRibOut, type Batch, type SessionTerms } from './adj-rib-out.ts'
import { neighborConfig } from './testing/neighbor-config.ts'

const allFamilies: readonly BgpFamily[] = ['ipv4', 'ipv6', 'ipv4-flowspec', 'ipv6-flowspec']

function terms(families = allFamilies): SessionTerms {
  const neighbor = neighborConfig({ divert: { next_hop_ipv6: '2001:db8:1::1', med: 7 }, blackhole: { next_hop_ipv6: '2001:db8:1::2' } })
  return { localAs: 64_500, neighbor, localAddress: '192.0.2.1', families, as4: true }
}

function driverRoute(id: string, purpose: Purpose, prefix: string): DriverRoute {
  const flowspec = purpose === 'flowspec' ? ({ match: { destination: prefix }, action: { kind: 'discard' } } as const) : null
  return { id, account: 1, originAs: 64_500, route: { purpose, prefix, flowspec } }
}

/** The table of a neighbour that has read the batches: what each route is for, told by its attributes. */
class Neighbor {
  readonly table = new Map<string, Purpose>()
  messages = 0

  read(batches: readonly Batch[]): void {
    for (const batch of batches) for (const message of batch.messages) this.#read(message)
  }

  #read(message: Uint8Array): void {
    this.messages++
    const { reach, unreach, attributes } = decodeUpdate(message.subarray(headerLength), { as4: true })
    const purpose = attributes.extendedCommunities ? 'flowspec' : attributes.med === 7 ? 'divert' : 'blackhole'
    for (const { family, nlri } of unreach) for (const route of nlri) this.table.delete(nlriText(route, family))
    for (const { family, nlri } of reach) for (const route of nlri) this.table.set(nlriText(route, family), purpose)
  }
}

/** A neighbour with a session, which reads everything at once. */
function scene(families?: readonly BgpFamily[]) {
  const rib = new AdjRibOut()
  const neighbor = new Neighbor()
  const read = (batches: readonly Batch[]) => {
    neighbor.read(batches)
    return batches.flatMap((batch) => batch.taken())
  }
  read(rib.begin(terms(families)))
  return { rib, neighbor, read }
}

describe('routes of one neighbour', () => {
  it('are packed into one message when they have the same attributes', () => {
    const rib = new AdjRibOut()
    for (let i = 0; i < 100; i++) rib.add(driverRoute(`b${i}`, 'blackhole', `203.0.113.${i}/32`))
    for (let i = 0; i < 50; i++) rib.add(driverRoute(`d${i}`, 'divert', `2001:db8:${i.toString(16)}::/48`))
    const batches = rib.begin(terms())
    const neighbor = new Neighbor()
    neighbor.read(batches)
    expect([neighbor.messages, neighbor.table.size]).toEqual([2, 150])
    expect(batches.flatMap((batch) => batch.taken())).toHaveLength(150)
    expect(rib.sentCount).toBe(150)
  })

  it('are split into messages that fit', () => {
    const rib = new AdjRibOut()
    for (let i = 0; i < 2000; i++) rib.add(driverRoute(`${i}`, 'blackhole', `10.0.${i >> 8}.${i & 255}/32`))
    const messages = rib.begin(terms()).flatMap((batch) => batch.messages)
    expect(messages.length).toBe(3)
    expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(4096)
  })

  it('are sent once, and again only when something about them has changed', () => {
    const { rib, neighbor, read } = scene()
    const route = driverRoute('a', 'divert', '203.0.113.0/24')
    expect([read(rib.add(route)), read(rib.add(route)), read(rib.add({ ...route, originAs: 65_010 }))]).toEqual([['a'], [], ['a']])
    expect(neighbor.messages).toBe(2)
  })

  it('are queued until the neighbour has taken them', () => {
    const { rib } = scene()
    const [batch] = rib.add(driverRoute('a', 'divert', '203.0.113.0/24'))
    expect([rib.standing('a'), rib.sentCount]).toEqual([{ kind: 'queued' }, 0])
    expect(batch?.taken()).toEqual(['a'])
    expect([rib.standing('a'), rib.sentCount]).toEqual([{ kind: 'sent' }, 1])
  })

  it('do not count as there when they are withdrawn before they were taken', () => {
    const { rib } = scene()
    const [announced] = rib.add(driverRoute('a', 'divert', '203.0.113.0/24'))
    const withdrawn = rib.remove('a')
    expect([announced?.taken(), withdrawn.length, rib.standing('a'), rib.has('a')]).toEqual([[], 1, undefined, false])
  })

  it('that were taken in a session that is over do not count in the next one', () => {
    const { rib } = scene()
    const [batch] = rib.add(driverRoute('a', 'divert', '203.0.113.0/24'))
    rib.end()
    rib.begin(terms())
    expect([batch?.taken(), rib.standing('a')]).toEqual([[], { kind: 'queued' }])
  })

  it('say why they cannot be sent', () => {
    const { rib, neighbor, read } = scene(['ipv4'])
    read(rib.add(driverRoute('a', 'divert', '2001:db8::/32')))
    expect(rib.standing('a')).toEqual({ kind: 'unsendable', why: 'the neighbour does not take ipv6' })
    rib.end()
    read(rib.begin({ ...terms(), neighbor: neighborConfig() }))
    expect(rib.standing('a')).toMatchObject({ kind: 'unsendable', why: expect.stringMatching(/next_hop_ipv6/) })
    expect([neighbor.messages, read(rib.remove('a'))]).toEqual([0, []])
  })

  it('are sent again on request, those of one family', () => {
    const { rib, neighbor, read } = scene()
    read(rib.add(driverRoute('a', 'divert', '203.0.113.0/24')))
    read(rib.add(driverRoute('b', 'divert', '2001:db8::/32')))
    expect(read(rib.refresh('ipv6'))).toEqual(['b'])
    expect([neighbor.messages, rib.standing('a'), rib.standing('b')]).toEqual([3, { kind: 'sent' }, { kind: 'sent' }])
  })
})

describe('two advertisements that a neighbour takes for one route', () => {
  const divert = driverRoute('d', 'divert', '203.0.113.9/32')
  const blackhole = driverRoute('b', 'blackhole', '203.0.113.9/32')

  it.each([
    ['the blackhole last', [divert, blackhole]],
    ['the blackhole first', [blackhole, divert]],
  ])('leave the blackhole in place, %s', (_name, order) => {
    const { rib, neighbor, read } = scene()
    for (const route of order) read(rib.add(route))
    expect([...neighbor.table]).toEqual([['203.0.113.9/32', 'blackhole']])
    expect([rib.standing('b'), rib.standing('d')]).toEqual([{ kind: 'sent' }, { kind: 'shadowed' }])
  })

  it('do not take each other with them when one ends', () => {
    const { rib, neighbor, read } = scene()
    read(rib.add(divert))
    read(rib.add(blackhole))
    expect(read(rib.remove('b'))).toEqual(['d'])
    expect([...neighbor.table.values()]).toEqual(['divert'])
    expect(read(rib.remove('d'))).toEqual([])
    expect(neighbor.table.size).toBe(0)
  })

  it('hold it together when they are the same', () => {
    const { rib, neighbor, read } = scene()
    read(rib.add(divert))
    read(rib.add({ ...divert, id: 'other' }))
    read(rib.remove('d'))
    expect([neighbor.table.size, rib.standing('other')]).toEqual([1, { kind: 'sent' }])
  })
})

/** What happens to a neighbour and its routes. */
type Step = { readonly kind: 'add' | 'remove'; readonly at: number } | { readonly kind: 'begin' | 'end' | 'refresh' }

describe('whatever happens', () => {
  const candidates = ['203.0.113.0/24', '203.0.113.9/32', '2001:db8::/32'].flatMap((prefix) =>
    (['divert', 'blackhole', 'flowspec'] as const).flatMap((purpose) =>
      [1, 2].map((n) => driverRoute(`${purpose} ${prefix} ${n}`, purpose, prefix)),
    ),
  )
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('add' as const, 'remove' as const), at: fc.nat(candidates.length - 1) }),
    fc.record({ kind: fc.constantFrom('begin' as const, 'end' as const, 'refresh' as const) }),
  )

  it('the neighbour has exactly what is wanted, with the attributes of the highest of them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rib = new AdjRibOut()
        let neighbor = new Neighbor()
        let isUp = false
        const wanted = new Map<string, DriverRoute>()
        const read = (batches: readonly Batch[]) => {
          expect(isUp || batches.length === 0).toBe(true)
          neighbor.read(batches)
          for (const batch of batches) batch.taken()
        }
        for (const step of steps) {
          if (step.kind === 'add' || step.kind === 'remove') {
            const route = candidates[step.at]
            if (step.kind === 'add') wanted.set(route.id, route)
            else wanted.delete(route.id)
            read(step.kind === 'add' ? rib.add(route) : rib.remove(route.id))
          } else if (step.kind === 'refresh') for (const family of allFamilies) read(rib.refresh(family))
          else {
            if (isUp) rib.end()
            isUp = step.kind === 'begin'
            neighbor = new Neighbor()
            if (isUp) read(rib.begin(terms()))
          }
          expect(neighbor.table).toEqual(isUp ? expected([...wanted.values()]) : new Map())
        }
      }),
      { numRuns: 300 },
    )
  })

  function expected(wanted: readonly DriverRoute[]): Map<string, Purpose> {
    const table = new Map<string, Purpose>()
    for (const { route } of wanted) {
      const text = route.purpose === 'flowspec' ? `destination ${route.prefix}` : route.prefix
      if (table.get(text) !== 'blackhole') table.set(text, route.purpose)
    }
    return table
  }
})
