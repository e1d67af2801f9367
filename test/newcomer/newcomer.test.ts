// A newcomer with nothing but the README: from a fresh server and a router that exports nothing to flows on the graph, by
// what the README prints, typed as it stands. With TRANSCRIPT=FILE the page docs/five-minutes.md is written anew, at the pace
// of the printed configuration; otherwise flows end sooner.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Lab } from '../lab/lab.ts'
import { needs, repository } from '../requirements.ts'
import { Terminal, type Typed } from './terminal.ts'
import { effortOf, transcriptPage } from './transcript.ts'

const skip = needs({ root: true, commands: ['ip', 'nft', 'uacctd', 'hping3', 'script', 'unshare'], paths: ['node_modules/chdb', 'dist'] })
/** For the test: fewer files to read, and a shorter way to the store. */
const quickStart = ['DRAWBRIDGE_ENRICH_ASN=off', 'DRAWBRIDGE_ENRICH_COUNTRY=off', 'DRAWBRIDGE_COLLECT_SEAL_SECONDS=1']
const transcript = process.env['TRANSCRIPT']
/** What the README says, up to the end of its five minutes. */
const readme = /^[\s\S]*?(?=^## Where things are)/m.exec(readFileSync(join(repository, 'README.md'), 'utf8'))?.[0] ?? ''
/** The lines of its five minutes that are to be typed. */
const printed = [...(readme.split('## Five minutes')[1] ?? '').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, line = '']) => line.trim())

function line(beginning: string): string {
  const found = printed.find((text) => text.startsWith(beginning))
  if (found === undefined) throw new Error(`the README does not print ${beginning}`)
  return found
}

/** The page without what is of this run alone: its folder, and the secret of its link. */
function anywhere(page: string): string {
  return page.replaceAll(repository, '/root/drawbridge').replaceAll(/(sign-in#)[\w-]+/g, '$1…')
}

describe.skipIf(skip !== undefined)('a newcomer', () => {
  const lab = new Lab()
  const typed: Typed[] = []
  const terminals: Terminal[] = []
  const folder = mkdtempSync(join(tmpdir(), 'drawbridge-newcomer-'))
  let open: (role: 'collector' | 'router') => Terminal

  beforeAll(async () => {
    await lab.start()
    const [inside, router, collector, outside] = [
      await lab.namespace('i'),
      await lab.namespace('r'),
      await lab.namespace('c'),
      await lab.namespace('o'),
    ]
    // The addresses of the README: documentation addresses (RFC 5737), here between namespaces only.
    const cables = [
      [inside, 'eth0', '198.51.100'],
      [outside, 'eth1', '203.0.113'],
      [collector, 'eth2', '192.0.2'],
    ] as const
    for (const [index, [host, device, network]] of cables.entries()) {
      const mac = (end: number) => `02:00:00:01:0${index}:0${end}`
      await lab.link(
        { namespace: router, device, address: `${network}.1/24`, mac: mac(1) },
        { namespace: host, device: 'eth0', address: `${network}.10/24`, mac: mac(2) },
      )
      await lab.defaultRoute(host, `${network}.1`)
    }
    await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1')
    // Somebody inside talks to somebody outside all the time: five packets a second.
    inside.start('hping3', ['--icmp', '--quiet', '--interval', 'u200000', '--data', '1000', '203.0.113.10'])
    // A checkout, with a data folder and a configuration of its own.
    for (const name of ['bin', 'dist', 'docs', 'node_modules', 'package.json', 'package-lock.json', 'src']) {
      symlinkSync(join(repository, name), join(folder, name))
    }
    for (const name of ['pmacct', 'systemd']) mkdirSync(join(folder, name))
    open = (role) => {
      const terminal = new Terminal(role === 'router' ? router : collector, role, typed)
      terminals.push(terminal)
      return terminal
    }
  })

  afterAll(async () => {
    for (const terminal of terminals.toReversed()) await terminal.close()
    await lab.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('comes from the README to flows on the graph', async () => {
    const server = open('collector')
    const second = open('collector')
    for (const terminal of [server, second]) await terminal.prepare(`cd ${folder}; export COLUMNS=100 LINES=50`)
    const router = open('router')
    // Files of its own where a router keeps these, seen in this shell only; and systemd's stand-in.
    await router.prepare(
      `mount --bind ${join(folder, 'pmacct')} /etc/pmacct && mount --bind ${join(folder, 'systemd')} /etc/systemd/system`,
    )
    await router.prepare(`PATH=${join(repository, 'test/newcomer')}:$PATH`)
    // Reading names of networks takes longer than all the rest here and changes nothing of it.
    if (transcript === undefined) await server.prepare(`export ${quickStart.join(' ')}`)

    await server.begin(line('npm start'), /sign-in#\S+\s/)
    const toPaste = await second.type(line('./bin/drawbridge router-config linux-uacctd'))
    const checking = second.watch(line('./bin/drawbridge router-check'))
    await router.type(sooner(toPaste.trim()), true)
    expect(await checking).toMatch(/^✓ ok +graph +\d+ flows? of 192\.0\.2\.1 (is|are) on the graph/m)
    expect(await second.type(line('./bin/drawbridge top'))).toContain('198.51.100.10')

    if (transcript !== undefined) writeFileSync(transcript, anywhere(transcriptPage(readme, typed)))
    const effort = effortOf(readme, typed)
    expect(effort.readingSeconds + effort.typingSeconds).toBeLessThan(300)
  }, 600_000)

  /** Without a transcript the test does not wait for timeouts that are right for a router. */
  function sooner(text: string): string {
    return transcript === undefined
      ? text.replace(/^(nfprobe_timeouts\[\w+\]): .*$/m, '$1: tcp=2:udp=2:icmp=2:general=2:maxlife=2:expint=1')
      : text
  }
})

it.skipIf(skip !== undefined)('the page of five minutes shows what the README prints', () => {
  const page = readFileSync(join(repository, 'docs/five-minutes.md'), 'utf8')
  const shown = printed.filter((text) => !text.includes('router-config vyos'))
  expect(shown.length).toBeGreaterThan(3)
  for (const text of shown) expect(page).toContain(`collector# ${text}\n`)
})
