// The examples of docs/advertising.md for BGP neighbours: each daemon runs with exactly the text that a reader would copy.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { Lab, type Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'
import type { MakePeer } from './bgp-lab.ts'
import { BirdPeer } from './bird-peer.ts'
import { FrrPeer } from './frr-peer.ts'
import { GobgpPeer } from './gobgp-peer.ts'
import { blackholed, diverted, filtered } from './lab-routes.ts'
import { Speaker, type SpeakerConfig } from './speaker.ts'

/** Addresses that the page uses. */
const ours = '192.0.2.1'
const routers = '192.0.2.2'

const peers: readonly (readonly [heading: string, makePeer: MakePeer])[] = [
  ['BIRD 2', (namespace, folder) => new BirdPeer(namespace, folder)],
  ['FRR', (namespace, folder) => new FrrPeer(namespace, folder)],
  ['GoBGP', (namespace, folder) => new GobgpPeer(namespace, folder)],
]

/** The first block of code that follows a line of the section on BGP neighbours. */
async function example(line: string): Promise<string> {
  const page = await readFile(join(repository, 'docs', 'advertising.md'), 'utf8')
  const section = page.slice(page.indexOf('\n## BGP neighbours\n'))
  const block = /^```\w+\n([^]*?)^```$/m.exec(section.slice(section.indexOf(`\n${line}\n`)))
  if (block?.[1] === undefined) throw new Error(`docs/advertising.md has no example after "${line}"`)
  return block[1]
}

const commands = ['bird', 'birdc', 'vtysh', 'gobgpd', 'gobgp', 'ip']

describe.skipIf(needs({ root: true, commands }))('the examples for BGP neighbours', () => {
  let lab: Lab
  let folder: string
  let drawbridge: Namespace
  let router: Namespace

  beforeEach(async () => {
    lab = new Lab()
    await lab.start()
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-bgp-'))
    // Daemons that give up root have to reach their folder inside it.
    await chmod(folder, 0o755)
    drawbridge = await lab.namespace('d')
    router = await lab.namespace('p')
    await lab.link(
      { namespace: drawbridge, device: 'router', address: `${ours}/24`, mac: '02:00:00:00:00:01' },
      { namespace: router, device: 'drawbridge', address: `${routers}/24`, mac: '02:00:00:00:00:02' },
    )
  })

  afterEach(async () => {
    await lab.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it.each(peers)('work for %s', async (heading, makePeer) => {
    const { advertise } = parse(await example('## BGP neighbours')) as { advertise: { bgp: SpeakerConfig } }
    const peer = makePeer(router, join(folder, 'peer'))
    await peer.startWith(await example(`${heading}:`))
    const speaker = new Speaker(drawbridge)
    await speaker.start(advertise.bgp, [diverted.ipv4, blackholed.ipv4, ...filtered.ipv4])
    const { graceful_restart_seconds: kept } = await speaker.waitFor('to be established', 'edge1', ({ state }) => state === 'Established')
    expect(kept).toBeGreaterThan(0)
    await until('both prefixes', async () => ((await peer.routes('ipv4')).length === 2 ? true : undefined))
    await until('all rules', async () => ((await peer.rules('ipv4')).length === filtered.ipv4.length ? true : undefined))
    const found = new Map((await peer.routes('ipv4')).map((route) => [route.prefix, route]))
    expect(found.get('203.0.113.0/24')).toMatchObject({ nextHop: '192.0.2.77', communities: ['64501:100'] })
    expect(found.get('203.0.113.7/32')).toMatchObject({ nextHop: '192.0.2.66', communities: ['65535:65281', '65535:666'] })
    await speaker.stop()
  })
})
