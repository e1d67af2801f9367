import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { tryToBind } from './bind.ts'
import { parseChronyc, parseNtpq, parseTimedatectl } from './clock.ts'
import { readDataFolder } from './data-folder.ts'
import { parseMeminfo, withinLimit } from './memory.ts'
import { leadsOut, parseCgroup } from './network.ts'
import { parseSockets, readOpenSockets } from './open-sockets.ts'
import { hasProgram, runProgram } from './program.ts'
import { parseCapability } from './rights.ts'

describe('tables of sockets', () => {
  // Lines of Linux 6: a socket on 0.0.0.0:2055, one that is connected, and on [::]:2055, [2001:db8::1]:6343; TCP that listens.
  const udp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 3629: 00000000:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7486137 2 00000000979c6c75 0
 6474: 0300007F:B7E7 0100007F:C390 01 00000000:00000000 00:00000000 00000000     0        0 7486138 2 000000008956d977 0
`
  const udp6 = ` 1: 00000000000000000000000000000000:0807 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 11 2 0 0
 2: B80D0120000000000000000001000000:18C7 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 12 2 0 0
`
  it('are read', () => {
    expect(parseSockets(udp, 'udp')).toEqual([{ protocol: 'udp', host: '0.0.0.0', port: 2055, inode: '7486137' }])
    expect(parseSockets(udp6, 'udp').map(({ host, port }) => [host, port])).toEqual([
      ['::', 2055],
      ['2001:db8::1', 6343],
    ])
    const tcp = '0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 5 1 0 100 0 0 10 0'
    expect(parseSockets(tcp, 'tcp')).toMatchObject([{ host: '127.0.0.1', port: 8080 }])
    expect(parseSockets('nonsense\n1: zz:11 07\n', 'udp')).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('tell whose a socket is, and who takes an address', async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    const page = { host: '127.0.0.1', port: 0 }
    const owners = (await readOpenSockets(new Set([port])))
      ?.filter(({ protocol }) => protocol === 'udp')
      .map(({ host, owner }) => [host, owner?.pid])
    const taken = await tryToBind(
      [
        { host: '127.0.0.1', port },
        { host: '192.0.2.222', port },
      ],
      page,
    )
    await new Promise<void>((closed) => socket.close(closed))
    expect(owners).toEqual([['127.0.0.1', process.pid]])
    expect(taken.map(({ refused }) => refused)).toEqual(['EADDRINUSE', 'EADDRNOTAVAIL'])
    expect(await tryToBind([{ host: '127.0.0.1', port }], page)).toMatchObject([{ refused: null }])
  })
})

describe('memory', () => {
  it('is what is available, within the limit of a container', () => {
    const room = parseMeminfo('MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\n')
    expect(room).toEqual({ total: 1_024_000, available: 409_600 })
    expect(parseMeminfo('MemTotal: 1000 kB\n')).toBeNull()
    const whole = { total: 1000, available: 400 }
    expect(withinLimit(whole, 'max\n', '7\n')).toEqual(whole)
    expect(withinLimit(whole, '', '')).toEqual(whole)
    expect(withinLimit(whole, '2000\n', '7\n')).toEqual(whole)
    expect(withinLimit(whole, '500\n', '450\n')).toEqual({ total: 500, available: 50 })
    expect(withinLimit(whole, '500\n', '50\n')).toEqual({ total: 500, available: 400 })
  })
})

describe('rights', () => {
  it('are bits of CapEff', () => {
    const status = 'Name:\tnode\nCapEff:\t0000000000001000\n'
    expect([parseCapability(status, 'net_admin'), parseCapability(status, 'net_raw')]).toEqual([true, false])
    expect(parseCapability('', 'net_admin')).toBe(false)
  })
})

describe('keepers of the clock', () => {
  it.each([
    [parseTimedatectl, 'NTPSynchronized=yes\n', true],
    [parseTimedatectl, 'NTPSynchronized=no\n', false],
    [parseTimedatectl, 'Failed to connect to bus\n', null],
    [parseChronyc, 'Reference ID    : C0000201\nLeap status     : Normal\n', true],
    [parseChronyc, 'Leap status     : Not synchronised\n', false],
    [parseChronyc, '506 Cannot talk to daemon\n', null],
    [parseNtpq, 'leap=00\n', true],
    [parseNtpq, 'associd=0 status=c016, leap=11, stratum=16\n', false],
    [parseNtpq, 'ntpq: read: Connection refused\n', null],
  ])('%o says of %j: %s', (parse, text, expected) => expect(parse(text)).toBe(expected))
})

describe('containers', () => {
  it.each([
    ['0::/', null],
    ['12:memory:/docker/0123\n', 'docker'],
    ['0::/kubepods.slice/kubepods-pod1.slice\n', 'kubernetes'],
    ['0::/machine.slice/libpod-1.scope\n', 'podman'],
    ['0::/lxc/web\n', 'lxc'],
  ])('%j', (text, kind) => expect(parseCgroup(text)).toBe(kind))

  it('are behind a bridge when a link leads out of them', () => {
    const lo = { index: 1, link: 1, enslaved: false }
    expect(leadsOut([lo, { index: 2, link: 2, enslaved: false }])).toBe(false)
    expect(leadsOut([lo, { index: 4, link: 5, enslaved: false }])).toBe(true)
    // The host of containers; a VLAN; a tunnel without a device below.
    expect(leadsOut([lo, { index: 7, link: 4, enslaved: true }])).toBe(false)
    expect(leadsOut([lo, { index: 2, link: 2, enslaved: false }, { index: 3, link: 2, enslaved: false }])).toBe(false)
    expect(leadsOut([lo, { index: 3, link: 0, enslaved: false }])).toBe(false)
  })
})

describe('folders and programs', () => {
  it('are looked at', async () => {
    expect(await readDataFolder('/dev/null/x')).toMatchObject({ exists: false, refused: expect.any(String) })
    expect(await readDataFolder(process.execPath)).toMatchObject({ exists: true, refused: 'ENOTDIR' })
    expect(await readDataFolder(import.meta.dirname)).toMatchObject({ path: import.meta.dirname, exists: true, refused: null })
    expect(await hasProgram('sh')).toBe(true)
    expect(await hasProgram('no-such-program')).toBe(false)
    expect(await runProgram('no-such-program')).toEqual({ kind: 'missing' })
    expect(await runProgram('sh', '-c', 'echo no >&2; exit 3')).toEqual({ kind: 'failed', reason: 'no' })
    expect(await runProgram('sh', '-c', 'echo yes')).toEqual({ kind: 'output', text: 'yes\n' })
  })
})
