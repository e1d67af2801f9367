// The whole system for the tasks of a person: three edges with agents, of which the first exports flows by uacctd and has BIRD as
// the server's neighbour, a customer behind it, a flood, and a browser beside the server.
import { writeFile } from 'node:fs/promises'

import { EdgeBird } from '../advertising/edge-bird.ts'
import { EdgeLab, interfaceTo, type Edge } from '../capture/edge-lab.ts'
import { fileOf, labConfig } from '../exporters/generated-config.ts'
import { endPmacct, pmacctFile, uacctdConf } from '../exporters/pmacct.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { PacketPlan } from '../lab/packets.ts'
import { chromiumPath } from '../web/chromium.mjs'

const ownAs = 64_500
const edgeAs = 64_501
/** The first edge and the server, as they know each other. */
export const router = '10.90.1.2'
const collector = '10.90.1.1'

/** The customer's network, and the host in it that is attacked. */
export const network = '203.0.113.0/24'
export const victim = '203.0.113.7'
export const attacker = '198.51.100.66'
/** Where the packets of the flood come from, and how long each is, in bytes of IP. */
export const flood = { port: 123, length: 468, perSecond: 1500 } as const

type Plan = Omit<PacketPlan, 'sourceMac' | 'destinationMac'>

/** What the customer gets all the time: 20 clients of its web server. */
const usual: readonly Plan[] = Array.from({ length: 20 }, (_, index) => ({
  source: `192.0.2.${index + 1}`,
  destination: victim,
  protocol: 'tcp',
  sourcePort: 40_000 + index,
  destinationPort: 443,
  tcpFlags: 0x10,
  length: 60 + 40 * index,
}))

/** Answers of time servers that nobody asked for. */
const attack: readonly Plan[] = Array.from({ length: 200 }, (_, index) => ({
  source: attacker,
  destination: victim,
  protocol: 'udp',
  sourcePort: flood.port,
  destinationPort: 20_000 + 7 * index,
  tcpFlags: 0,
  length: flood.length,
}))

const config = {
  // Enforcing a rule is a decision of the tasks, not a matter of time.
  firewall: { count_seconds: 1 },
  advertise: {
    bgp: {
      as: ownAs,
      router_id: collector,
      neighbors: [
        {
          name: 'edge',
          address: router,
          as: edgeAs,
          connect_seconds: 1,
          families: ['ipv4'],
          divert: { next_hop_ipv4: '10.90.1.77', communities: ['64501:100'] },
        },
      ],
    },
  },
}

export class TaskLab {
  readonly edges = new EdgeLab(config)
  #bird: EdgeBird | undefined
  #uacctd: LabProcess | undefined
  readonly #floods: LabProcess[] = []

  get bird(): EdgeBird {
    if (this.#bird === undefined) throw new Error('the lab was not started')
    return this.#bird
  }

  get #router(): Edge {
    const [first] = this.edges.edges
    if (first === undefined) throw new Error('the lab was not started')
    return first
  }

  /** The usual traffic flows and is exported by a router that nobody has registered. */
  async start(): Promise<void> {
    await this.edges.start()
    await this.edges.hostBehind(this.#router, victim)
    this.#bird = new EdgeBird(this.#router.namespace, this.edges.path('bird'))
    const exporting = this.#export()
    await this.#bird.start({ own: router, ownAs: edgeAs, drawbridge: collector, drawbridgeAs: ownAs })
    await exporting
    await this.edges.repeat('client', this.#router, usual, 400)
  }

  async #export(): Promise<void> {
    const { namespace } = this.#router
    const wanted = { collector, router, interfaces: [interfaceTo.client, interfaceTo.attacker], sampling: 10 } as const
    const guided = labConfig({ guide: 'linux-uacctd', protocol: 'sflow5', ...wanted })
    const [rules, file] = [this.edges.path('accounting.nft'), this.edges.path('uacctd.conf')]
    await writeFile(rules, fileOf(guided, '/etc/pmacct/accounting.nft'))
    await writeFile(file, pmacctFile(guided, uacctdConf))
    await namespace.run('nft', '-f', rules)
    this.#uacctd = namespace.start('uacctd', ['-f', file])
    await this.#uacctd.waitFor(/Sampling at: 1\/10/)
  }

  /** Begins to send to the customer's host through its router, and to the other edges. */
  async startFlood(): Promise<void> {
    const [first, ...others] = this.edges.edges
    if (first === undefined) throw new Error('the lab was not started')
    this.#floods.push(await this.edges.repeat('attacker', first, attack, flood.perSecond))
    for (const edge of others) this.#floods.push(await this.edges.repeat('attacker', edge, attack, 100))
  }

  /** A program that runs Chromium where the server is: `ip netns exec` becomes it, so that its pipes and its process are Chromium's. */
  async chromium(): Promise<string> {
    const program = this.edges.path('chromium')
    await writeFile(program, `#!/bin/sh\nexec ip netns exec ${this.edges.noc.name} ${chromiumPath} "$@"\n`, { mode: 0o755 })
    return program
  }

  async stop(): Promise<void> {
    try {
      await Promise.all(this.#floods.map((sending) => sending.stop('SIGTERM')))
      if (this.#uacctd !== undefined) await endPmacct(this.#uacctd)
    } finally {
      await this.edges.stop()
    }
  }
}
