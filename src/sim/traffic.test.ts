import { describe, expect, it } from 'vitest'
import { AttackSchedule } from './attacks.ts'
import { dailyLoad } from './daily-load.ts'
import { ipProtocol, type SimFlow } from './flow.ts'
import { demoNetworks } from './internet.ts'
import { parsePrefix } from './prefix.ts'
import { services } from './services.ts'
import { Traffic } from './traffic.ts'

const own = demoNetworks.map(parsePrefix)
const isOwn = (address: Uint8Array) =>
  own.some(
    (prefix) =>
      prefix.address.length === address.length && prefix.address.subarray(0, prefix.length / 8).every((byte, at) => byte === address[at]),
  )
const take = (traffic: Traffic, count: number): SimFlow[] => Array.from({ length: count }, () => traffic.next())

describe('Traffic', () => {
  const flows = take(new Traffic({ seed: 3 }), 4000)

  it('is the same for the same seed', () => {
    expect(take(new Traffic({ seed: 3 }), 100)).toEqual(flows.slice(0, 100))
    expect(take(new Traffic({ seed: 4 }), 100)).not.toEqual(flows.slice(0, 100))
  })

  it('crosses the border of the own network, by the right ports', () => {
    expect(flows.filter(({ source, destination }) => isOwn(source) === isOwn(destination))).toEqual([])
    expect(flows.filter(({ destination, inInterface }) => isOwn(destination) !== inInterface < 10)).toEqual([])
    expect(
      flows.filter(({ source, destination, nextHop }) => new Set([source.length, destination.length, nextHop.length]).size !== 1),
    ).toEqual([])
  })

  it('has packets of possible sizes and known services', () => {
    const ports = new Set(services.map(({ port }) => port))
    const impossible = flows.filter(({ bytes, packets }) => packets < 1 || bytes / packets < 64 || bytes / packets > 1500)
    expect(impossible).toEqual([])
    const portless = flows.filter(({ protocol }) => protocol === ipProtocol.icmp || protocol === ipProtocol.icmp6)
    expect(portless.filter(({ sourcePort }) => sourcePort !== 0)).toEqual([])
    const unknown = flows.filter(({ sourcePort, destinationPort }) => !ports.has(sourcePort) && !ports.has(destinationPort))
    expect(unknown.filter((flow) => !portless.includes(flow))).toEqual([])
  })

  it('has a few talkers with much of the traffic, and both families', () => {
    const bytes = new Map<string, number>()
    for (const flow of flows) {
      const host = (isOwn(flow.source) ? flow.source : flow.destination).join('.')
      bytes.set(host, (bytes.get(host) ?? 0) + flow.bytes)
    }
    const sorted = [...bytes.values()].toSorted((a, b) => b - a)
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    expect(sum(sorted.slice(0, 20)) / sum(sorted)).toBeGreaterThan(0.4)
    expect(sorted.length).toBeGreaterThan(200)
    const six = flows.filter(({ source }) => source.length === 16).length / flows.length
    expect(six).toBeGreaterThan(0.14)
    expect(six).toBeLessThan(0.22)
  })

  it('keeps to IPv4 when told', () => {
    expect(take(new Traffic({ ipv6Share: 0 }), 500).every(({ source }) => source.length === 4)).toBe(true)
  })
})

describe('dailyLoad', () => {
  it('is lowest in the night and highest in the evening', () => {
    const hour = 3_600_000
    const mean = (at: number) =>
      Array.from({ length: 60 }, (_, minute) => dailyLoad(at * hour + minute * 60_000)).reduce((a, b) => a + b) / 60
    const means = Array.from({ length: 24 }, (_, at) => mean(at))
    expect(means.indexOf(Math.min(...means))).toBeLessThan(8)
    expect(means.indexOf(Math.max(...means))).toBeGreaterThanOrEqual(17)
    expect(Math.min(...means)).toBeGreaterThan(0.3)
    expect(Math.max(...means)).toBeLessThan(1.2)
  })
})

describe('AttackSchedule', () => {
  it('plans one attack after another, each kind in turn', () => {
    const schedule = new AttackSchedule({ seed: 1, first: 1000, pause: [5000, 6000], length: [2000, 3000] })
    const seen: string[] = []
    for (let now = 0; now < 60_000; now += 100) {
      const name = schedule.at(now)?.name ?? ''
      if (seen.at(-1) !== name) seen.push(name)
    }
    expect(seen.slice(0, 9)).toEqual(['', 'DNS amplification', '', 'SYN flood', '', 'NTP reflection', '', 'carpet bombing', ''])
  })

  it('hits one own host, or a whole network when it carpet-bombs', () => {
    const schedule = new AttackSchedule({ first: 0, pause: [0, 0], length: [1000, 1000] })
    const targets = new Map<string, Set<number>>()
    for (let now = 0; now < 8000; now += 500) {
      const attack = schedule.at(now)
      if (!attack) continue
      const hosts = targets.get(attack.name) ?? new Set()
      const flows = Array.from({ length: 300 }, () => attack.flow(1))
      expect(flows.every(({ source, destination }) => isOwn(destination) && !isOwn(source))).toBe(true)
      for (const { destination } of flows) hosts.add(destination[3])
      targets.set(attack.name, hosts)
    }
    expect(targets.get('carpet bombing')?.size).toBeGreaterThan(200)
    expect(targets.get('SYN flood')?.size).toBeLessThanOrEqual(2)
  })

  it('rises and ends', () => {
    const attack = new AttackSchedule({ first: 0, length: [10_000, 10_000] }).at(0)
    expect([0, 1500, 3000, 9999, 10_000].map((now) => attack?.strength(now))).toEqual([0, 0.5, 1, 1, 0])
  })
})
