// Datagrams that reach the machine and not its collectors: to a port where nobody listens, by IPv6, dropped by the firewall.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { StrayDatagrams, StrayMethod } from '../../src/contract/router-check.ts'
import { ipfix } from '../../src/wire/testing/datagram-writer.ts'
import { Lab, type Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'

const program = join(repository, 'test', 'set-up', 'stray-program.mjs')
const skip = needs({ root: true, commands: ['ip', 'nft', 'tcpdump', 'setpriv', 'sysctl'], paths: ['dist/collect/stray/stray-watch.js'] })
const hex = Buffer.from(ipfix((d) => d.set(2, (s) => s.template(256, [[8, 4]])))).toString('hex')
const listeners = ['0.0.0.0:2055', '0.0.0.0:6343']
/** More than the threads of the collectors are given to tell that they have heard somebody. */
const patient = 5000

interface Look {
  readonly method: StrayMethod
  readonly strays: readonly StrayDatagrams[]
  readonly heard: readonly string[]
}

describe.skipIf(skip !== undefined)('what goes astray', () => {
  const lab = new Lab()
  let collector: Namespace
  let here: NamespaceChild
  let router: NamespaceChild

  beforeAll(async () => {
    await lab.start()
    collector = await lab.namespace('collector')
    const sender = await lab.namespace('router')
    await lab.link(
      { namespace: collector, device: 'c0', address: '192.0.2.1/24', mac: '02:00:00:00:00:01' },
      { namespace: sender, device: 'r0', address: '192.0.2.2/24', mac: '02:00:00:00:00:02' },
    )
    for (const [namespace, device, address] of [
      [collector, 'c0', '2001:db8::1/64'],
      [sender, 'r0', '2001:db8::2/64'],
      [sender, 'r0', '192.0.2.3/24'],
    ] as const) {
      await namespace.run('sysctl', '-qw', `net.ipv6.conf.${device}.disable_ipv6=0`)
      await namespace.run('ip', 'address', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : []))
    }
    await collector.run('nft', 'add table inet wall; add chain inet wall c { type filter hook input priority 0; }')
    await collector.run('nft', 'add rule inet wall c udp dport 6343 drop')
    here = new NamespaceChild(collector, program)
    router = new NamespaceChild(sender, program)
    await here.ask({ method: 'collect', ports: [2055, 6343] })
  })
  afterAll(async () => {
    here.disconnect()
    router.disconnect()
    await lab.stop()
  })

  const look = async (later = 0) => (await here.ask({ method: 'look', later })) as Look
  const watch = async (tcpdump: boolean) => {
    await here.ask({ method: 'watch', listeners, tcpdump })
    return (await look()).method
  }
  const named = ({ strays }: Look) =>
    strays.map(({ source, address, port, reason }) => [source, address, port, reason].join(' ')).toSorted()

  /** One to nobody's port, one by IPv6, one that is dropped, and at last one that arrives. */
  async function sendAll(): Promise<void> {
    await router.ask({ method: 'send', from: '192.0.2.2', to: '192.0.2.1', port: 9995, hex })
    await router.ask({ method: 'send', from: '2001:db8::2', to: '2001:db8::1', port: 2055, hex })
    await router.ask({ method: 'send', from: '192.0.2.3', to: '192.0.2.1', port: 6343, hex })
    await router.ask({ method: 'send', from: '192.0.2.2', to: '192.0.2.1', port: 2055, hex })
  }

  /** Process ids of tcpdump in the namespace. */
  async function captures(): Promise<number[]> {
    const pids = (await collector.run('ip', 'netns', 'pids', collector.name)).split('\n').filter((pid) => pid !== '')
    const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'gone')))
    return pids.filter((_, index) => names[index] === 'tcpdump\n').map(Number)
  }

  it('is seen by tcpdump: to another port, by IPv6, and what the firewall drops; not what arrives', async () => {
    expect(await watch(true)).toBe('tcpdump')
    await sendAll()
    const seen = await until('three strays', async () => {
      const now = await look(patient)
      return now.heard.length === 1 && now.strays.length === 3 ? now : undefined
    })
    expect(named(seen)).toEqual([
      '192.0.2.2 192.0.2.1 9995 port',
      '192.0.2.3 192.0.2.1 6343 blocked',
      '2001:db8::2 2001:db8::1 2055 family',
    ])
    expect(seen.strays.every(({ protocol, datagrams }) => protocol === 'ipfix' && datagrams === 1)).toBe(true)
  })

  const bySockets = ['192.0.2.2  9995 port', '2001:db8::2  2055 family']

  it('is seen at usual ports when one tcpdump ends, but for what the firewall drops', async () => {
    const [one = 0] = await captures()
    process.kill(one, 'SIGKILL')
    await until('the other method', async () => ((await look()).method === 'usual_ports' ? true : undefined))
    expect(await captures()).toEqual([])
    await sendAll()
    const seen = await until('two more strays', async () => {
      const now = await look(patient)
      return bySockets.every((stray) => named(now).includes(stray)) ? now : undefined
    })
    expect(named(seen).filter((stray) => !bySockets.includes(stray))).toHaveLength(3)
  })

  it('is seen at usual ports by who may not capture', async () => {
    await watch(true)
    expect(await captures()).toHaveLength(2)
    expect(await watch(false)).toBe('usual_ports')
    expect(await captures()).toEqual([])
    await sendAll()
    const seen = await until('two strays', async () => {
      const now = await look(patient)
      return now.strays.length >= 2 ? now : undefined
    })
    expect(named(seen)).toEqual(bySockets)
  })

  it('is watched by nothing that outlives the program', async () => {
    expect(await watch(true)).toBe('tcpdump')
    expect(await captures()).toHaveLength(2)
    here.process.kill('SIGKILL')
    await until('the end of tcpdump', async () => ((await captures()).length === 0 ? true : undefined))
  })
})
