// Tests the command router-config: what is printed, what is pasted, what is refused.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { RouterConfig, RouterGuideSummary } from '../contract/router-config.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'
import { plainText } from './router-config-text.ts'

let folder = ''
let out = ''
let err = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-router-config-'))
})
afterAll(async () => rm(folder, { recursive: true }))
beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

async function run(...argv: string[]): Promise<number> {
  out = ''
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), ['router-config', ...argv])
  process.exitCode = undefined
  return code
}

const to = ['--collector', '192.0.2.10']

describe('router-config', () => {
  it('lists the guides', async () => {
    expect(await run()).toBe(0)
    expect(out).toMatch(/^GUIDE +SYSTEM +VARIANTS +PROTOCOLS\n/)
    expect(out).toMatch(/\nmikrotik +MikroTik RouterOS +7, 6 +ipfix, netflow9, netflow5\n/)
    await run('--json')
    expect((JSON.parse(out) as RouterGuideSummary[]).map(({ id }) => id)).toContain('cisco-ios')
  })

  it('prints a guide with where each line is typed and what it does', async () => {
    expect(await run('juniper-ex', ...to, '--router', '192.0.2.1', '--interface', 'ge-0/0/0,ge-0/0/1', '--link', '10G')).toBe(0)
    expect(out).toMatch(/^Juniper EX and QFX: sFlow v5 to 192\.0\.2\.10:6343, 1 packet in 1000\n\n1\. sFlow \(type in operational mode\)\n/)
    expect(out).toMatch(/\n {4}set protocols sflow agent-id 192\.0\.2\.1 +The address that the samples name as theirs\.\n/)
    expect(out).toMatch(/interfaces ge-0\/0\/0 +Each interface that is watched\.\n {4}set protocols sflow interfaces ge-0\/0\/1\n/)
    expect(out).toContain('\nLook whether it works:\n    show sflow ')
    expect(out).toMatch(/Next: drawbridge router-check 192\.0\.2\.1 --guide juniper-ex\n$/)
    expect(out.split('\n').filter((line) => /\s$/.test(line))).toEqual([])
  })

  it('prints only what is pasted', async () => {
    expect(await run('mikrotik', ...to, '--sampling', '100', '--plain')).toBe(0)
    expect(out).toMatch(
      /^\/ip traffic-flow set .* sampling-interval=1 sampling-space=99\n\/ip traffic-flow target add dst-address=192\.0\.2\.10 .*\n$/,
    )
    await run('mikrotik', ...to, '--plain', '--undo')
    expect(out).toBe('/ip traffic-flow target remove [find dst-address=192.0.2.10]\n/ip traffic-flow set enabled=no\n')
    await run('cisco-ios', ...to, '--plain', '--part', '7')
    expect(out).toBe('end\nwrite memory\n')
  })

  it('prints the configuration as the API has it', async () => {
    expect(await run('arista', ...to, '--variant', 'ipfix', '--interface', 'Ethernet1', '--interface', 'Ethernet2', '--json')).toBe(0)
    expect(JSON.parse(out) as RouterConfig).toMatchObject({ guide: 'arista', variant: 'ipfix', interfaces: ['Ethernet1', 'Ethernet2'] })
  })

  it.each([
    [['cisco-ios'], 'where should the router send to?', 'Next: drawbridge router-config cisco-ios --collector 192.0.2.10\n'],
    [['mikrotk', ...to], 'there is no guide "mikrotk"; did you mean mikrotik?\n', 'Next: drawbridge router-config\n'],
    [['junos'], 'there is no guide "junos"; for that there is juniper-ex, juniper-mx, juniper-srx\n', 'Next: '],
    [['mikrotik', '--collector', '192.0.2.10; reboot'], '--collector: ', 'Next: drawbridge router-config --help\n'],
    [['mikrotik', ...to, '--interface', 'ether1\nreboot'], '--interface: ', 'Next: '],
    [['mikrotik', ...to, '--link', '10'], "'--link <speed>' argument '10' is invalid", ''],
    [['mikrotik', ...to, '--part', '9'], 'there is no part 9: it has 1\n', ''],
    [['juniper-mx', ...to, '--plain'], 'need the address that the router sends from', 'Next: the same command with --router ADDRESS\n'],
    [['cisco-meraki', ...to, '--plain'], 'set up by clicks', 'Next: the same command without --plain\n'],
  ])('refuses %j', async (argv, message, next) => {
    expect(await run(...argv)).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err).toContain(next)
  })
})

describe('router-config check', () => {
  async function file(text: string): Promise<string> {
    const path = join(folder, 'uacctd.conf')
    await writeFile(path, text)
    return path
  }

  it('names what is wrong with a configuration of pmacct, and fails', async () => {
    // As VyOS wrote it: the section's name is another one than that of the plugin.
    const path = await file('plugins: sfprobe[sf_192.0.2.10]\nsfprobe_receiver[sf_192-0-2-10]: 192.0.2.10:6343\n')
    expect(await run('check', path)).toBe(1)
    expect(out).toContain(`${path}:2: failed: `)
    expect(await run('check', '--json', path)).toBe(1)
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ line: 2, severity: 'failed' }))
  })

  it('has nothing against one that a guide has made', async () => {
    await run('linux-pmacctd', ...to, '--router', '192.0.2.1', '--json')
    const { parts } = JSON.parse(out) as RouterConfig
    const made = parts.find(({ where }) => where.endsWith('pmacctd.conf'))
    const path = await file(plainText(made === undefined ? [] : [made]))
    expect(await run('check', path)).toBe(0)
    expect(out).toBe(`${path}: nothing wrong found\n`)
  })

  it('says when there is no such file', async () => {
    expect(await run('check', join(folder, 'none'))).toBe(2)
    expect(err).toMatch(/none cannot be read: /)
  })
})

describe('plainText', () => {
  const file = { title: 'File', kind: 'file', where: '/etc/a.conf', lines: [{ text: 'a: $b', why: '' }] } as const
  const commands = { title: 'Commands', kind: 'commands', where: 'a shell', lines: [{ text: 'start', why: '' }] } as const
  const clicks = { title: 'Clicks', kind: 'clicks', where: 'a menu', lines: [{ text: 'Save', why: '' }] } as const

  it('writes a file among commands, and prints one alone', () => {
    expect(plainText([file])).toBe('a: $b\n')
    expect(plainText([file, clicks, commands])).toBe(
      "mkdir -p /etc && cat > /etc/a.conf <<'END-OF-DRAWBRIDGE-FILE'\na: $b\nEND-OF-DRAWBRIDGE-FILE\nstart\n",
    )
  })
})
