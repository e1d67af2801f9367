import { describe, expect, it } from 'vitest'
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { checkAddresses } from './addresses.ts'
import { checkCaptures } from './captures.ts'
import { checkClock } from './clock.ts'
import { checkConfig } from './config.ts'
import { checkDataFolder, type FolderReading } from './data-folder.ts'
import { checkDisk, type DiskReading } from './disk.ts'
import { checkKernelDrops } from './kernel-drops.ts'
import { checkMemory } from './memory.ts'
import { checkNode } from './node.ts'
import { checkPorts, type PortsReading } from './ports.ts'
import { checkReceiveBuffer } from './receive-buffer.ts'
import { checkSelfTest } from './self-test.ts'
import { checkStore } from './store.ts'

const gib = 2 ** 30
const mib = 2 ** 20

type Expected = readonly [state: DoctorFinding['state'], text: RegExp, command: string]

/** Every finding, in short. @throws Error for one that is not fine and says nothing to do, or has more than a line */
function told(found: readonly DoctorFinding[]): [string, string, string][] {
  for (const { state, advice, command, text } of found) {
    if ((advice === '') !== (state === 'ok')) throw new Error(`${state}, and says to do: ${advice}`)
    if ([command, text, advice].some((one) => /\p{Cc}/u.test(one))) throw new Error(`not a line: ${command}${text}${advice}`)
  }
  return found.map(({ state, text, command }) => [state, text, command])
}

function like(expected: readonly Expected[]): unknown[] {
  return expected.map(([state, text, command]) => [state, expect.stringMatching(text), command])
}

describe('node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'failed'],
    ['18.20.0', 'failed'],
  ])('%s is %s', (version, state) => expect(checkNode(version).state).toBe(state))
})

describe('config', () => {
  it('names every problem, and the file in the command as one word of a shell', () => {
    expect(told(checkConfig({ file: null, problems: [] }))).toEqual(like([['ok', /every option has its default/, '']]))
    expect(told(checkConfig({ file: undefined, problems: [] }))).toEqual(like([['ok', /has started/, '']]))
    const problems = [{ where: "it's.yaml:3", message: 'http.port has to be\u001B[2J a number' }]
    expect(told(checkConfig({ file: "it's; rm -r.yaml", problems }))).toEqual(
      like([['failed', /it's\.yaml:3: http\.port has to be\?\[2J a number/, `drawbridge config check 'it'\\''s; rm -r.yaml'`]]),
    )
  })
})

describe('the data folder', () => {
  const good: FolderReading = { path: '/srv/db', exists: true, refused: null, owner: { uid: 7, mode: 0o40700 }, uid: 7, fileSystem: 0xef53 }
  it.each<[string, Partial<FolderReading>, readonly Expected[]]>([
    ['is good', {}, [['ok', /^\/srv\/db \(ext4\) can be written/, '']]],
    ['is not there yet', { exists: false, owner: null }, [['ok', /first start makes it/, '']]],
    ['cannot be written', { refused: 'EACCES' }, [['failed', /EACCES\); it belongs to the user number 7/, 'sudo chown -R 7 /srv/db']]],
    ['cannot be made', { refused: 'EACCES', exists: false, owner: null }, [['failed', /EACCES/, 'sudo install -d -m 700 -o 7 /srv/db']]],
    ['is read-only', { refused: 'EROFS' }, [['failed', /mounted read-only/, 'dmesg | tail -n 50']]],
    [
      'is in memory',
      { fileSystem: 0x01021994 },
      [
        ['ok', /can be/, ''],
        ['warning', /tmpfs/, ''],
      ],
    ],
    [
      'is on a network',
      { fileSystem: 0x6969 },
      [
        ['ok', /can be/, ''],
        ['warning', /NFS/, ''],
      ],
    ],
    [
      'is in a container',
      { fileSystem: 0x794c7630 },
      [
        ['ok', /can be/, ''],
        ['warning', /goes with the container/, ''],
      ],
    ],
    [
      'is open to others',
      { owner: { uid: 7, mode: 0o40755 } },
      [
        ['ok', /can be/, ''],
        ['warning', /mode 755/, 'chmod 700 /srv/db'],
      ],
    ],
    [
      'is another user’s',
      { uid: 8 },
      [
        ['ok', /can be/, ''],
        ['warning', /another user \(number 7\)/, ''],
      ],
    ],
    ['is looked at by root', { uid: 0 }, [['ok', /can be/, '']]],
  ])('%s', (_, reading, expected) => expect(told(checkDataFolder({ ...good, ...reading }))).toEqual(like(expected)))
})

describe('the disk', () => {
  const good: DiskReading = { path: '/srv', total: 100 * gib, free: 50 * gib, rawDays: 7, days: null }
  const du = 'du -xh --max-depth=1 /srv | sort -h'
  it.each<[string, Partial<DiskReading>, Expected]>([
    ['has room', {}, ['ok', /^50 GiB of 100 GiB \(50 %\) are free at \/srv\.$/, '']],
    ['has room for what will come', { days: [2 * gib, 4 * gib] }, ['ok', /7 days of flows will take 15 GiB more/, '']],
    ['is full before flows go', { days: [20 * gib, 10 * gib] }, ['warning', /will take 75 GiB more/, du]],
    ['has all its days', { days: Array.from({ length: 8 }, () => 90 * gib) }, ['ok', /will take 0 bytes more/, '']],
    ['is nearly full', { free: 9.5 * gib }, ['warning', /9\.5 GiB of 100 GiB \(9 %\)/, du]],
    ['is full', { free: 1.9 * gib }, ['failed', /flows are dropped/, du]],
    ['is small and full', { total: 2 * gib, free: 0.9 * gib }, ['failed', /flows are dropped/, du]],
  ])('%s', (_, reading, expected) => expect(told(checkDisk({ ...good, ...reading }))).toEqual(like([expected])))
})

describe('memory', () => {
  const ps = 'ps -eo rss,pid,comm --sort=-rss | head'
  it.each<[number, boolean, Expected]>([
    [4000, false, ['ok', /^3\.9 GiB of 7\.8 GiB/, '']],
    [1200, false, ['warning', /may take 1\.5 GiB/, ps]],
    [1200, true, ['ok', /1\.2 GiB/, '']],
    [300, true, ['warning', /300 MiB/, ps]],
    [100, true, ['failed', /will end a program/, ps]],
  ])('%d MiB available, server runs: %s', (available, serving, expected) =>
    expect(told([checkMemory({ total: 8000 * mib, available: available * mib, store: 1024 * mib, serving })])).toEqual(like([expected])),
  )
})

describe('the store', () => {
  it.each<[Parameters<typeof checkStore>[0], Expected]>([
    [{ kind: 'answer', where: 'embedded', version: '26.7' }, ['ok', /embedded ClickHouse answers \(26\.7\)/, '']],
    [{ kind: 'installed' }, ['ok', /installed/, '']],
    [{ kind: 'missing', platform: 'linux-x64', hasBuild: true }, ['failed', /not installed/, 'npm install --include=optional']],
    [
      { kind: 'missing', platform: 'freebsd-x64', hasBuild: false },
      ['failed', /no build for freebsd-x64/, 'drawbridge serve --set store.kind=clickhouse --set store.url=http://127.0.0.1:8123'],
    ],
    [{ kind: 'silent', where: 'embedded', reason: 'gone\nfar', url: null }, ['failed', /gone\?far/, 'journalctl -u drawbridge -n 100']],
    [
      { kind: 'silent', where: 'clickhouse', reason: 'refused', url: 'http://ch:8123/;x' },
      ['failed', /server does not answer: refused/, `curl -sS 'http://ch:8123/;x/ping'`],
    ],
  ])('%o', (reading, expected) => expect(told([checkStore(reading)])).toEqual(like([expected])))
})

describe('ports', () => {
  const listeners = [{ host: '::', port: 2055 }]
  const other = { protocol: 'udp', host: '192.0.2.1', port: 2055, owner: { pid: 9, name: 'nfcapd\u001B' } } as const
  const ours = { ...other, host: '::', owner: { pid: 4, name: 'node' } }
  const serving: PortsReading = { listeners, sockets: [ours], server: 4, tried: [] }
  const ss = (kind: string, port: number) => `sudo ss -lnp --${kind} 'sport = :${port}'`
  const tried = (protocol: 'udp' | 'tcp', port: number, refused: string | null, host = '::') => ({ protocol, host, port, refused })
  const alone: PortsReading = {
    listeners,
    sockets: [],
    server: null,
    tried: [tried('udp', 2055, null), tried('tcp', 8080, null, '127.0.0.1')],
  }
  it.each<[string, Partial<PortsReading>, readonly Expected[]]>([
    ['are the server’s', serving, [['ok', /^The server takes flows on UDP \[::\]:2055\.$/, '']]],
    [
      'are shared with another',
      { ...serving, sockets: [ours, other] },
      [['warning', /^nfcapd\? \(process 9\) listens on UDP 192\.0\.2\.1:2055 too/, ss('udp', 2055)]],
    ],
    ['are on another port', { ...serving, sockets: [ours, { ...other, port: 2056 }] }, [['ok', /takes flows/, '']]],
    ['are not told', { ...serving, sockets: null }, [['ok', /takes flows/, '']]],
    [
      'are on loopback only',
      { ...serving, listeners: [{ host: '127.0.0.1', port: 2055 }] },
      [['warning', /on loopback only/, `drawbridge serve --set 'collect.listen=[::]:2055'`]],
    ],
    ['can be had', {}, [['ok', /^UDP \[::\]:2055 and TCP 127\.0\.0\.1:8080 can be had\.$/, '']]],
    [
      'are taken',
      {
        sockets: [other, { ...other, host: '::1', owner: null }],
        tried: [tried('udp', 2055, 'EADDRINUSE'), tried('tcp', 8080, 'EADDRINUSE')],
      },
      [
        ['failed', /^UDP \[::\]:2055 is taken by nfcapd\? \(process 9\), a process of another user\.$/, ss('udp', 2055)],
        ['failed', /^TCP \[::\]:8080 is taken\.$/, ss('tcp', 8080)],
      ],
    ],
    [
      'are of no address here',
      { tried: [tried('udp', 2055, 'EADDRNOTAVAIL', '192.0.2.9')] },
      [['failed', /^UDP 192\.0\.2\.9:2055: this machine has no such/, 'ip address']],
    ],
    [
      'are low',
      { tried: [tried('udp', 514, 'EACCES')] },
      [['failed', /may not be used/, 'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=514']],
    ],
    ['are refused for another reason', { tried: [tried('tcp', 80, 'EPERM')] }, [['failed', /EPERM/, 'drawbridge config check']]],
  ])('%s', (_, reading, expected) => expect(told(checkPorts({ ...alone, ...reading }))).toEqual(like(expected)))
})

describe('receive buffers and drops', () => {
  const asked = 64 * mib
  const listener = { address: '[::]:2055', kernel_drops: 0, receive_buffer: asked, receive_buffer_asked: asked }
  const persist = 'echo net.core.rmem_max=67108864 | sudo tee /etc/sysctl.d/90-drawbridge.conf && sudo sysctl --system'
  it('are told with what was granted', () => {
    expect(told([checkReceiveBuffer({ asked, granted: asked })])).toEqual(like([['ok', /64 MiB/, '']]))
    expect(told([checkReceiveBuffer({ asked, granted: 212_992 })])).toEqual(
      like([['warning', /208 KiB of receive buffer instead of 64 MiB/, persist]]),
    )
    expect(told([checkReceiveBuffer({ asked, granted: null })])).toEqual(like([['unknown', /does not tell/, '']]))
  })
  it.each<[string, Partial<typeof listener> | { kernel_drops: null }, Expected]>([
    ['none', {}, ['ok', /none of 1000/, '']],
    ['not told', { kernel_drops: null }, ['unknown', /does not tell/, '']],
    [
      'with a small buffer',
      { kernel_drops: 10, receive_buffer: mib },
      ['warning', /10 of 1010 datagrams \(0\.99 %\)/, 'sudo sysctl -w net.core.rmem_max=67108864'],
    ],
    [
      'with the buffer asked for',
      { kernel_drops: 3000 },
      ['warning', /3000 of 4000 datagrams \(75\.00 %\)/, 'drawbridge serve --set collect.receive_buffer_mib=128'],
    ],
  ])('drops: %s', (_, reading, expected) =>
    expect(told(checkKernelDrops({ listeners: [{ ...listener, ...reading }], received: 1000 }))).toEqual(like([expected])),
  )
})

describe('the clock', () => {
  const now = Date.UTC(2026, 4, 1, 12)
  it.each<[number, boolean | null, Expected]>([
    [now, true, ['ok', /kept by NTP \(timedatectl\)/, '']],
    [now, false, ['warning', /2026-05-01T12:00:00Z and is not synchronised/, 'sudo timedatectl set-ntp true']],
    [now, null, ['unknown', /could not be found out/, 'timedatectl']],
    [0, true, ['failed', /1970-01-01T00:00:00Z, which cannot be/, 'sudo timedatectl set-ntp true']],
  ])('%d, synchronised: %s', (at, synchronised, expected) =>
    expect(told([checkClock({ now: at, synchronised, by: 'timedatectl' })])).toEqual(like([expected])),
  )
})

describe('addresses', () => {
  const addresses = Array.from({ length: 8 }, (_, index) => ({ name: 'eth0', address: `192.0.2.${index + 1}` }))
  it('are named, and a bridge before them is', () => {
    expect(told(checkAddresses({ addresses: addresses.slice(0, 1), container: null, bridged: true }))).toEqual(
      like([['ok', /^Routers can send to 192\.0\.2\.1 \(eth0\)\.$/, '']]),
    )
    expect(told(checkAddresses({ addresses, container: 'docker', bridged: false }))).toEqual(like([['ok', /and 2 more\.$/, '']]))
    expect(told(checkAddresses({ addresses: [], container: 'docker', bridged: true }))).toEqual(
      like([
        ['warning', /no address but loopback/, 'ip address'],
        ['warning', /container \(docker\) behind a bridge/, ''],
      ]),
    )
  })
})

describe('captures', () => {
  it.each<[boolean, readonly string[], boolean | null, Expected]>([
    [false, [], null, ['ok', /are not captured/, '']],
    [true, [], true, ['ok', /has the programs/, '']],
    [true, ['nft', 'setpriv'], true, ['failed', /needs nft, setpriv/, 'sudo apt-get install nftables util-linux']],
    [true, [], false, ['warning', /CAP_NET_ADMIN/, 'sudo drawbridge agent doctor']],
  ])('enabled %s, missing %j, privileged %s', (enabled, missing, privileged, expected) =>
    expect(told([checkCaptures({ enabled, missing, privileged })])).toEqual(like([expected])),
  )
})

describe('the self test', () => {
  const result = {
    protocol: 'ipfix',
    listener: '127.0.0.1:2055',
    state: 'ok',
    sent: 10,
    decoded: 10,
    stored: 10,
    exact: true,
    milliseconds: 900,
    text: '',
  } as const
  it('is summed up', () => {
    expect(told(checkSelfTest({ results: [result, { ...result, milliseconds: 1200 }], skipped: [] }))).toEqual(
      like([['ok', /^20 test flows .* 1\.2 s after/, '']]),
    )
    const failed = { ...result, state: 'failed', text: 'nothing arrived' } as const
    const found = checkSelfTest({ results: [result, failed], skipped: ['::1'] })
    expect(told(found)).toEqual(
      like([
        ['failed', /^1 of 2 ways from a listener to the store failed \(ipfix\): nothing arrived\.$/, 'drawbridge doctor'],
        ['unknown', /Not tested over ::1/, ''],
      ]),
    )
    expect(checkSelfTest({ results: [], skipped: [] })).toEqual([])
  })
})
