// Tests of the engine: what fills a guide in, which values it refuses, what it advises.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { RouterConfigRequest } from '../../contract/router-config.ts'
import type { GuideLine, GuideVariant, RouterGuide } from './guide.ts'
import { configText, filledGuide, routerConfig } from './render.ts'
import { RouterConfigError } from './router-config-error.ts'

const all = ['netflow9', 'ipfix', 'sflow5'] as const

function guideOf(lines: readonly GuideLine[], more: Partial<GuideVariant> = {}): RouterGuide {
  const part = { title: 'Set', kind: 'commands', where: 'there', lines } as const
  const variant: GuideVariant = {
    id: 'one',
    title: 'System 1',
    protocols: all,
    samples: all,
    interfaces: ['eth0'],
    parts: [part],
    verify: [],
    undo: [part],
    notes: [],
    troubles: [],
    ...more,
  }
  return { id: 'system', title: 'System', names: [], variants: [variant], sources: ['here'] }
}

const asked: RouterConfigRequest = { guide: 'system', collector: '192.0.2.10' }

/** What would be pasted. */
function pasted(lines: readonly GuideLine[], request: Partial<RouterConfigRequest> = {}): string {
  return filledGuide(guideOf(lines), { ...asked, ...request })
    .parts.map(configText)
    .join('')
}

/** The field that is refused. */
function refused(request: Partial<RouterConfigRequest>, more: Partial<GuideVariant> = {}): string {
  try {
    filledGuide(guideOf([], more), { ...asked, ...request })
  } catch (error) {
    if (error instanceof RouterConfigError) return error.field
    throw error
  }
  return 'nothing'
}

describe('filledGuide', () => {
  it('fills in every placeholder', () => {
    const text =
      '{collector} {collector_port} {collector_dashes} {port} {router} {interface} {interfaces} {sampling} {skipped} {active} {inactive} {active_ms} {inactive_ms} {version} {link_mbps} {{x}}'
    expect(pasted([{ text }], { router: '192.0.2.1', interfaces: ['a', 'b'], sampling: 100, protocol: 'ipfix', link_mbps: 50 })).toBe(
      '192.0.2.10 192.0.2.10:2055 192-0-2-10 2055 192.0.2.1 a a,b 100 99 60 30 60000 30000 10 50 {x}\n',
    )
  })

  it('writes IPv6 canonically, in brackets before a port', () => {
    const text = '{collector} {collector_port} {collector_dashes}'
    expect(pasted([{ text }], { collector: '2001:DB8:0::1', protocol: 'sflow5' })).toBe('2001:db8::1 [2001:db8::1]:6343 2001-db8--1\n')
  })

  it('shows lines by protocol, sampling, family and router', () => {
    const lines: GuideLine[] = [
      { text: 'sflow', when: { protocols: ['sflow5'] } },
      { text: 'sampled', when: { sampled: true } },
      { text: 'every', when: { sampled: false } },
      { text: 'six', when: { family: 6 } },
      { text: 'four', when: { family: 4 } },
      { text: 'from {router}', when: { router: true } },
      { text: 'both', when: { protocols: ['ipfix'], family: 6 } },
    ]
    expect(pasted(lines, { sampling: 1 })).toBe('every\nfour\n')
    expect(pasted(lines, { sampling: 5, protocol: 'sflow5', collector: 'flows.example.net' })).toBe('sflow\nsampled\nfour\n')
    expect(pasted(lines, { sampling: 1, protocol: 'ipfix', collector: '::1', router: '::2' })).toBe('every\nsix\nfrom ::2\nboth\n')
  })

  it('repeats neighbouring lines together for each interface, and says once what they do', () => {
    const lines: GuideLine[] = [
      { text: 'begin', why: 'begins' },
      { text: 'interface {interface}', why: 'enters', each: 'interface' },
      { text: ' number {index}', each: 'interface' },
      { text: 'end', why: 'ends' },
    ]
    const { parts } = filledGuide(guideOf(lines), { ...asked, interfaces: ['a', 'b', 'a'] })
    expect(parts.map(configText)).toEqual(['begin\ninterface a\n number 1\ninterface b\n number 2\nend\n'])
    expect(parts.flatMap((part) => part.lines.map(({ why }) => why))).toEqual(['begins', 'enters', '', '', '', 'ends'])
  })

  it('repeats a whole part for each interface', () => {
    const part = {
      title: 'Of {interface}',
      kind: 'file',
      where: '/etc/{index}',
      each: 'interface',
      lines: [{ text: '{interfaces}', each: 'interface' }],
    } as const
    const { parts } = filledGuide(guideOf([], { parts: [part] }), { ...asked, interfaces: ['a', 'b'] })
    expect(parts.map(({ title, where }) => `${title} ${where}`)).toEqual(['Of a /etc/1', 'Of b /etc/2'])
  })

  it.each(['{colour}', '{', 'a } b', '{{a}', '{router}'])('does not render a guide that says %s', (text) => {
    expect(() => pasted([{ text }])).toThrow('which nothing fills in')
  })

  it('takes defaults', () => {
    const { variant, protocol, port, router, interfaces, title } = filledGuide(guideOf([]), asked)
    expect({ variant, protocol, port, router, interfaces, title }).toEqual({
      variant: 'one',
      protocol: 'netflow9',
      port: 2055,
      router: null,
      interfaces: ['eth0'],
      title: 'System',
    })
  })
})

describe('values', () => {
  it.each([
    ['variant', { variant: 'two' }],
    ['protocol', { protocol: 'netflow5' }],
    ['collector', { collector: '' }],
    ['collector', { collector: '192.0.2' }],
    ['collector', { collector: '192.0.2.256' }],
    ['collector', { collector: '0.0.0.0' }],
    ['collector', { collector: '::' }],
    ['collector', { collector: '239.1.1.1' }],
    ['collector', { collector: 'ff02::1' }],
    ['collector', { collector: 'fe80::1%eth0' }],
    ['collector', { collector: '192.0.2.10:2055' }],
    ['collector', { collector: 'a b' }],
    ['collector', { collector: '-n' }],
    ['collector', { collector: 'x;reboot' }],
    ['collector', { collector: 'x\nreboot' }],
    ['collector', { collector: `${'a'.repeat(64)}.net` }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['port', { port: Number.NaN }],
    ['router', { router: 'router.example.net' }],
    ['router', { router: '2001:db8::1' }],
    ['router', { router: '192.0.2.1 ' }],
    ['sampling', { sampling: 0 }],
    ['sampling', { sampling: 1.5 }],
    ['sampling', { sampling: 16_777_216 }],
    ['link_mbps', { link_mbps: 1_000_001 }],
    ['interfaces', { interfaces: Array.from({ length: 65 }, (_, at) => `eth${at}`) }],
    ['interfaces', { interfaces: ['a'.repeat(65)] }],
    ...[
      '',
      '-i',
      'a b',
      '$(x)',
      '`x`',
      "a'",
      'a"',
      'a;b',
      'a\nb',
      '../x',
      'a/../b',
      'eth0.',
      'ä',
      'a&b',
      'a|b',
      'a>b',
      'a\\b',
      '{interface}',
    ].map((name) => ['interfaces', { interfaces: [name] }] as const),
    ['nothing', { collector: 'flows.example.net', port: 65_535, sampling: 16_777_215, link_mbps: 1, router: '192.0.2.1' }],
    ['nothing', { collector: 'xn--bcher-kva.example' }],
    ...['GigabitEthernet0/0/0', 'xe-0/0/0.0', 'ether1', 'eth0.100', '1/1/c1/1', 'lag-1:100', 'Bundle-Ether1', 'br_lan', 'pppoe-wan'].map(
      (name) => ['nothing', { interfaces: [name] }] as const,
    ),
  ] as const)('refuses %s in %j', (field, request) => {
    expect(refused(request)).toBe(field)
  })

  it('sends only where the system can send to', () => {
    expect(refused({ collector: '2001:db8::1' }, { collectors: ['ipv4'] })).toBe('collector')
    expect(refused({ collector: 'flows.example.net' }, { collectors: ['ipv4', 'ipv6'] })).toBe('collector')
    expect(refused({}, { collectors: ['ipv4'] })).toBe('nothing')
  })

  it('samples only what the system can sample', () => {
    expect(refused({ sampling: 2 }, { samples: [] })).toBe('sampling')
    expect(refused({ sampling: 1 }, { samples: [] })).toBe('nothing')
  })

  it('lets nothing through that a shell or a terminal reads', () => {
    const code = fc.oneof(fc.nat(0x7f), fc.nat(0xffff))
    const character = code.map((each) => String.fromCharCode(each)).filter((each) => !/^[\w.:/-]$/.test(each))
    fc.assert(
      fc.property(character, fc.nat(8), (each, at) => {
        const inserted = (value: string) => `${value.slice(0, at)}${each}${value.slice(at)}`
        expect(refused({ collector: inserted('flows.ex') })).toBe('collector')
        expect(refused({ router: inserted('192.0.2.1') })).toBe('router')
        expect(refused({ interfaces: [inserted('eth0.100')] })).toBe('interfaces')
      }),
      { seed: 9, numRuns: 200 },
    )
  })

  it('names the nearest guide', () => {
    expect(() => routerConfig({ ...asked, guide: 'vios' })).toThrow('did you mean vyos?')
  })
})

describe('advice', () => {
  const adviceFor = (request: Partial<RouterConfigRequest>, more: Partial<GuideVariant> = {}) =>
    filledGuide(guideOf([], more), { ...asked, ...request })

  it.each([
    [10, 100],
    [100, 100],
    [1000, 500],
    [10_000, 1000],
    [40_000, 2000],
    [100_000, 4000],
    [1_000_000, 4000],
  ])('at %i Mbit/s looks at one packet in %i', (linkMbps, sampling) => {
    expect(adviceFor({ link_mbps: linkMbps }).sampling).toBe(sampling)
    expect(adviceFor({ link_mbps: linkMbps, protocol: 'sflow5' }, { software: true }).sampling).toBe(sampling)
  })

  it('looks at every packet where a processor keeps up, or nothing else is possible', () => {
    expect(adviceFor({ link_mbps: 1000 }, { software: true }).sampling).toBe(1)
    expect(adviceFor({ link_mbps: 10_000 }, { software: true }).sampling).toBe(1000)
    expect(adviceFor({ link_mbps: 100_000 }, { samples: [] }).sampling).toBe(1)
  })

  it('has the timeouts of the system, and none for sFlow', () => {
    const timeouts = ({ advice }: ReturnType<typeof adviceFor>) => [advice.active_timeout, advice.inactive_timeout]
    expect(timeouts(adviceFor({}))).toEqual([60, 30])
    expect(timeouts(adviceFor({}, { timeouts: { active: 90, inactive: 15 } }))).toEqual([90, 15])
    expect(timeouts(adviceFor({ protocol: 'sflow5' }))).toEqual([0, 0])
  })

  it('keeps what was asked for, and says when it is too coarse', () => {
    const { sampling, advice, notes } = adviceFor({ sampling: 10_000 })
    expect([sampling, advice.sampling, notes.length]).toEqual([10_000, 500, 1])
  })
})
