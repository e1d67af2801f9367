// Tests of the pmacct lint: what VyOS wrote, what is right, and each fault by itself.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { ConfigPart, ConfigProtocol } from '../../contract/router-config.ts'
import { lintPmacct } from './pmacct-lint.ts'
import { configText, routerConfig } from './render.ts'

/** As VyOS 1.4 wrote it between July 2022 and September 2023. */
const vyosBroken = `# Genereated from VyOS configuration
daemonize: true
uacctd_group: 2
snaplen: 128
aggregate: in_iface,src_mac,dst_mac,vlan,src_host,dst_host,src_port,dst_port,proto,tos,flows
plugin_pipe_size: 10485760
plugin_buffer_size: 10485
plugins: sfprobe[sf_162.159.65.1]

sfprobe_receiver[sf_162-159-65-1]: 162.159.65.1:6343
sfprobe_agentip[sf_162-159-65-1]: 192.0.2.1
sampling_rate[sf_162-159-65-1]: 100
`

const sound = `! a router
aggregate: proto, src_host, dst_host, src_port, dst_port, in_iface
plugins: nfprobe[c]
nfprobe_receiver[c]: 192.0.2.10:2055
nfprobe_version[c]: 10
nfprobe_timeouts[c]: maxlife=60
`

const codesOf = (text: string) => lintPmacct(text).map(({ line, code }) => `${line} ${code}`)

const isFile = ({ kind, where }: ConfigPart) => kind === 'file' && /(?:uacctd|pmacctd)\.conf$/.test(where)

describe('lintPmacct', () => {
  it('names what VyOS got wrong, and mends it', () => {
    const faults = lintPmacct(vyosBroken)
    expect(faults.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '4 warning snaplen_small',
      '7 warning buffer_large',
      '8 failed no_receiver',
      '8 warning agent_missing',
      '10 failed unknown_name',
      '11 failed unknown_name',
      '12 failed unknown_name',
    ])
    expect(faults.find(({ line }) => line === 10)).toEqual({
      line: 10,
      severity: 'failed',
      code: 'unknown_name',
      text: 'No plugin is called sf_162-159-65-1: the daemon says "Unknown symbol" and ignores the line.',
      advice: 'The name in plugins is sf_162.159.65.1.',
      mended: 'sfprobe_receiver[sf_162.159.65.1]: 162.159.65.1:6343',
    })
  })

  it('finds nothing more once the lines are mended', () => {
    const mended = new Map(lintPmacct(vyosBroken).flatMap(({ line, mended: text }) => (text === undefined ? [] : [[line, text] as const])))
    const text = vyosBroken.split('\n').map((line, at) => mended.get(at + 1) ?? line)
    expect(lintPmacct(text.join('\n'))).toEqual([])
  })

  it.each(['netflow5', 'netflow9', 'ipfix', 'sflow5'] satisfies ConfigProtocol[])(
    'finds nothing in what the guides write for %s',
    (protocol) => {
      for (const request of [
        { guide: 'vyos', variant: '1.3' },
        { guide: 'vyos', variant: '1.4' },
        { guide: 'linux-uacctd' },
        { guide: 'linux-pmacctd' },
      ]) {
        const { parts } = routerConfig({ ...request, protocol, collector: '192.0.2.10', router: '192.0.2.1', sampling: 100 })
        const file = parts.find(isFile)
        const faults = lintPmacct(file === undefined ? '' : configText(file))
        // The rules of VyOS hand over the first 128 bytes: that is told, and not to be mended in this file.
        expect(faults.filter(({ code }) => code !== 'snaplen_small')).toEqual([])
      }
    },
  )

  it.each([
    ['what is right', sound, []],
    ['dashes that are the same in both places', sound.replaceAll('[c]', '[nf_192-0-2-10]'), []],
    ['keys without a name', sound.replaceAll(/^(nf\w+)\[c\]/gm, '$1'), []],
    ['a plugin without a name', sound.replace('nfprobe[c]', 'nfprobe').replaceAll('[c]', '[default_nfprobe]'), []],
    ['keys before plugins', sound.split('\n').toReversed().join('\n'), []],
    ['another case', sound.replace('receiver[c]', 'receiver[C]'), ['3 no_receiver', '4 unknown_name']],
    ['an IPv6 address as name', sound.replace('receiver[c]', 'receiver[2001:db8::1]'), ['3 no_receiver', '4 illegal_name']],
    ['a line without colon', `${sound}daemonize true\n`, ['7 missing_colon']],
    ['no plugins', sound.replace('plugins: nfprobe[c]', ''), ['1 no_probe', '4 unknown_name', '5 unknown_name', '6 unknown_name']],
    ['only a table in memory', 'plugins: memory\n', ['1 no_probe']],
    ['plugins twice', `${sound}plugins: sfprobe[d]\n`, ['7 plugins_twice']],
    ['one name twice', sound.replace('nfprobe[c]', 'nfprobe[c],memory[c]'), ['3 same_name']],
    ['a key mistyped', sound.replace('nfprobe_receiver', 'nfprobe_reciever'), ['3 no_receiver', '4 unknown_key']],
    ['a key that is not', `${sound}nfprobe_colour[c]: red\n`, ['7 unknown_key']],
    ['a receiver without port', sound.replace(':2055', ''), ['4 no_port']],
    ['IPv6 to send from', `${sound}nfprobe_source_ip[c]: [2001:db8::1]\n`, []],
    ['IPv6 to send from without brackets', `${sound}nfprobe_source_ip[c]: 2001:db8::1\n`, ['7 brackets']],
    ['IPv6 of an agent in brackets', `${sound}sfprobe_agentip: [2001:db8::1]\nsfprobe_source_ip: 2001:db8::1\n`, ['7 brackets']],
    ['IPv4 to send from', `${sound}nfprobe_source_ip[c]: 192.0.2.1\n`, []],
    ['version 7', sound.replace(': 10', ': 7'), ['5 version_invalid']],
    ['version 9 with times of IPFIX', sound.replace(': 10', ': 9'), ['5 times_unusual']],
    ['version 9 with its own times', `${sound.replace(': 10', ': 9')}timestamps_secs: true\n`, []],
    ['a record without ports', sound.replace('src_port, dst_port, ', ''), ['2 fields_missing']],
    ['no aggregate', sound.replace(/^aggregate.*$/m, ''), []],
    ['no timeouts', sound.replace(/^nfprobe_timeouts.*$/m, ''), ['3 timeouts_missing']],
    ['a long life', sound.replace('maxlife=60', 'tcp=30:maxlife=600'), ['6 timeouts_long']],
    ['no life', sound.replace('maxlife=60', 'tcp=30'), ['6 timeouts_long']],
    [
      'two that lead here',
      `${sound.replace('nfprobe[c]', 'nfprobe[c], sfprobe[d]')}sfprobe_receiver[d]: 192.0.2.10:6343\nsfprobe_agentip[d]: 192.0.2.1\n`,
      ['7 told_twice'],
    ],
  ] as const)('judges %s', (_name, text, codes) => {
    expect(codesOf(text)).toEqual(codes)
  })

  it('refuses what is too large to be a configuration', () => {
    expect(codesOf('a: b\n'.repeat(20_000))).toEqual(['1 too_large'])
  })

  it('tells at most 100 faults, and nothing that steers a terminal', () => {
    const faults = lintPmacct(`plugins: nfprobe[c]\n${'nfprobe_receiver[\u001B[31m]: x\n'.repeat(500)}`)
    expect(faults).toHaveLength(100)
    expect(JSON.stringify(faults)).not.toMatch(/\\u00/)
  })

  it('judges any text', () => {
    const piece = fc.constantFrom('plugins', 'nfprobe', '_receiver', '[', ']', ':', ',', '\n', ' ', 'c', '1', 'aggregate', '!')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        const lines = text.split('\n').length
        expect(lintPmacct(text).filter(({ line }) => line < 1 || line > lines)).toEqual([])
      }),
      { seed: 9, numRuns: 300 },
    )
  })
})
