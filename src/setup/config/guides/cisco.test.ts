// The commands for Cisco routers, line by line: the flow record is that of the published guide (contract §1.7).
import { describe, expect, it } from 'vitest'

import type { RouterConfigRequest } from '../../../contract/router-config.ts'
import { routerConfig } from '../render.ts'

const request: RouterConfigRequest = {
  guide: 'cisco-ios',
  collector: '192.0.2.10',
  interfaces: ['GigabitEthernet0/0/0', 'GigabitEthernet0/0/1'],
}

function lines(more: Partial<RouterConfigRequest> = {}): string[] {
  return routerConfig({ ...request, ...more }).parts.flatMap((part) => part.lines.map(({ text }) => text))
}

const publishedRecord = [
  ' match ipv4 protocol',
  ' match ipv4 source address',
  ' match ipv4 destination address',
  ' match transport source-port',
  ' match transport destination-port',
  ' match interface input',
  ' collect transport tcp flags',
  ' collect counter bytes long',
  ' collect counter packets long',
  ' collect flow sampler',
  ' collect timestamp sys-uptime first',
  ' collect timestamp sys-uptime last',
]

describe('cisco-ios', () => {
  it('has the published flow record, for IPv4 and IPv6', () => {
    const text = lines()
    const record = (name: string) => text.slice(text.indexOf(`flow record ${name}`) + 1).slice(0, publishedRecord.length + 1)
    expect(record('DRAWBRIDGE-IPV4')).toEqual([...publishedRecord, 'exit'])
    expect(record('DRAWBRIDGE-IPV6')).toEqual([...publishedRecord.map((line) => line.replace('ipv4', 'ipv6')), 'exit'])
  })

  it('exports, samples and attaches it', () => {
    const text = lines({ link_mbps: 10_000 })
    expect(text.slice(text.indexOf('flow exporter DRAWBRIDGE'))).toEqual([
      'flow exporter DRAWBRIDGE',
      ' destination 192.0.2.10',
      ' source GigabitEthernet0/0/0',
      ' transport udp 2055',
      ' export-protocol netflow-v9',
      ' template data timeout 60',
      ' option interface-table timeout 60',
      ' option sampler-table timeout 60',
      'exit',
      ...['IPV4', 'IPV6'].flatMap((family) => [
        `flow monitor DRAWBRIDGE-${family}`,
        ` record DRAWBRIDGE-${family}`,
        ' exporter DRAWBRIDGE',
        ' cache timeout active 60',
        ' cache timeout inactive 30',
        'exit',
      ]),
      'sampler DRAWBRIDGE',
      ' mode random 1 out-of 1000',
      'exit',
      ...['GigabitEthernet0/0/0', 'GigabitEthernet0/0/1'].flatMap((name) => [
        `interface ${name}`,
        ' ip flow monitor DRAWBRIDGE-IPV4 sampler DRAWBRIDGE input',
        ' ipv6 flow monitor DRAWBRIDGE-IPV6 sampler DRAWBRIDGE input',
        'exit',
      ]),
      'end',
      'write memory',
    ])
  })

  it('has no sampler where every packet is looked at', () => {
    const text = lines({ sampling: 1, protocol: 'ipfix' }).join('\n')
    expect(text).toContain(' export-protocol ipfix\n')
    expect(text).toContain(' ip flow monitor DRAWBRIDGE-IPV4 input\n')
    expect(text).not.toMatch(/ sampler DRAWBRIDGE|^sampler|sampler-table|out-of/m)
  })

  it('keeps to what Catalyst switches have', () => {
    const text = lines({ variant: 'catalyst' }).join('\n')
    expect(text).toContain(' collect timestamp absolute first\n collect timestamp absolute last\n')
    expect(text).not.toContain('collect flow sampler')
    expect(routerConfig({ ...request, variant: 'catalyst', link_mbps: 100_000 }).sampling).toBe(1024)
    expect(() => lines({ variant: 'catalyst', sampling: 2000 })).toThrow('1 packet in 1 to 1 in 1024')
  })
})

describe('cisco-nexus', () => {
  it('advises the rate that its sampler can have, and refuses others', () => {
    const nexus = { guide: 'cisco-nexus', collector: '192.0.2.10', router: '192.0.2.1' }
    const { sampling, advice } = routerConfig(nexus)
    expect(sampling).toBe(4096)
    expect(advice).toMatchObject({ sampling: 4096, reasons: ['1 packet in 4096 is as often as this system can look.', expect.any(String)] })
    expect(() => routerConfig({ ...nexus, sampling: 1000 })).toThrow('1 packet in 4096 to 1 in 16777215')
  })
})
