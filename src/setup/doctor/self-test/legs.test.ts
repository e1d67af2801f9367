import { describe, expect, it } from 'vitest'
import { judgeLeg, type LegProgress } from './judge.ts'
import { planLegs, sentSums, type TestLeg } from './legs.ts'

const mark = { port: 4000, destination: '198.19.1.2', net: 7 }
const both = { linux: true, ipv6: true }
const shown = (legs: readonly TestLeg[]) => legs.map(({ protocol, target, source, router }) => [protocol, target.host, source, router])

describe('the plan of a test', () => {
  it('reaches a listener by each family, from routers of its own', () => {
    expect(shown(planLegs([{ host: '::', port: 2055 }], mark, both))).toEqual([
      ['netflow5', '127.0.0.1', '127.83.7.1', '127.83.7.1'],
      ['netflow9', '127.0.0.1', '127.83.7.2', '127.83.7.2'],
      ['ipfix', '127.0.0.1', '127.83.7.3', '127.83.7.3'],
      ['sflow5', '127.0.0.1', '127.83.7.4', '127.83.7.4'],
      ['netflow5', '::1', '::1', '::1'],
      ['netflow9', '::1', '::1', '::1'],
      ['ipfix', '::1', '::1', '::1'],
      ['sflow5', '::1', '::1', '2001:db8:83:7::8'],
    ])
  })

  it('goes to an address that is listened on, and has one address to send from where loopback has one', () => {
    const [first] = planLegs([{ host: '192.0.2.1', port: 2055 }], mark, both)
    expect(first).toMatchObject({ target: { host: '192.0.2.1', port: 2055 }, source: '127.83.7.1' })
    const elsewhere = planLegs([{ host: '::', port: 2055 }], mark, { linux: false, ipv6: false })
    expect(new Set(elsewhere.map(({ source }) => source))).toEqual(new Set(['127.0.0.1']))
    expect(elsewhere).toHaveLength(4)
  })

  it('numbers its legs, each with sums of its own, and has a bound', () => {
    const many = Array.from({ length: 16 }, (_, index) => ({ host: '::', port: 2055 + index }))
    const legs = planLegs(many, mark, both)
    expect(legs).toHaveLength(128)
    expect(new Set(legs.map(({ domain }) => domain)).size).toBe(128)
    expect(new Set(legs.filter(({ protocol }) => protocol === 'ipfix').map((leg) => sentSums(leg).bytes)).size).toBe(32)
    expect(sentSums(legs[0])).toEqual({ flows: 10, bytes: 5500, packets: 55 })
    // A packet of each flow, of 100 bytes and the Ethernet frame around it.
    expect(sentSums(planLegs([{ host: '0.0.0.0', port: 1 }], mark, both)[3])).toEqual({
      flows: 10,
      bytes: 10 * (103 + 18),
      packets: 10,
    })
  })
})

describe('what came of a leg', () => {
  const leg = planLegs([{ host: '0.0.0.0', port: 2055 }], mark, both)[0]
  const all: LegProgress = {
    sent: 1,
    refused: null,
    received: 1,
    decoded: 10,
    stored: sentSums(leg),
    milliseconds: 812.4,
    storeFault: null,
  }
  const none = { flows: 0, bytes: 0, packets: 0 }

  it('is good when the sums are exact', () => {
    expect(judgeLeg(leg, all)).toEqual({
      protocol: 'netflow5',
      listener: '127.0.0.1:2055',
      state: 'ok',
      sent: 10,
      decoded: 10,
      stored: 10,
      exact: true,
      milliseconds: 812,
      text: '',
    })
  })

  it.each<[Partial<LegProgress>, string]>([
    [
      { refused: 'EINVAL', sent: 0, received: 0, decoded: 0, stored: none },
      'nothing could be sent from 127.83.7.1 to UDP 127.0.0.1:2055: EINVAL',
    ],
    [
      { received: 0, decoded: 0, stored: none },
      'nothing arrived at the server: a firewall stops it, or another program has UDP 127.0.0.1:2055',
    ],
    [{ decoded: 0, stored: none }, '1 of 1 datagrams arrived, and no flow could be decoded'],
    [{ stored: none }, '10 flows were decoded and not stored in time'],
    [{ stored: none, storeFault: 'it is away' }, '10 flows were decoded and not stored: it is away'],
    [{ stored: { ...all.stored, flows: 20 } }, '10 flows were sent and 20 stored'],
    [{ stored: { ...all.stored, bytes: 1 } }, '5500 bytes in 55 packets were sent, 1 in 55 stored'],
  ])('is told by where it ended: %o', (progress, text) => {
    expect(judgeLeg(leg, { ...all, ...progress })).toMatchObject({ state: 'failed', exact: false, text })
  })
})
