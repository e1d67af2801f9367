// What an agent tells about its host: programs, interfaces, and whether captures work here, which is tried.
import { hostname, networkInterfaces as addressesByInterface, release } from 'node:os'
import type { AgentFacts, AgentFinding, AgentInterface } from '../../contract/agent.ts'
import {
  bufferFinding,
  clockFinding,
  firewallFinding,
  memoryFinding,
  offloadFinding,
  privilegeFinding,
  programFinding,
} from './host-findings.ts'
import { networkInterfaces } from './network-interfaces.ts'
import { mergingOffloads } from './network-offloads.ts'
import { tryNflog } from './nflog-trial.ts'
import { defaultGroups, NflogGroups, type NflogGroupRange } from './nflog-groups.ts'
import { capturePrograms } from './program-packages.ts'
import { runProgram } from './programs.ts'

export interface HostFactsConfig {
  /** Version of Drawbridge. */
  readonly version: string
  readonly groups?: NflogGroupRange
  /** Whether the host's owner allows firewall rules. */
  readonly firewall?: boolean
}

export class HostFacts {
  readonly #config: HostFactsConfig
  /** What the trial found, once it went well: it is not repeated then. */
  #trial: readonly AgentFinding[] | undefined

  constructor(config: HostFactsConfig) {
    this.#config = config
  }

  /** Never fails: what cannot be found out is a finding. */
  async read(): Promise<AgentFacts> {
    if (process.platform !== 'linux') return this.#elsewhere()
    const [nft, tcpdump, setpriv] = await Promise.all(capturePrograms.map(versionOf))
    const programs = { nft: nft ?? null, tcpdump: tcpdump ?? null, setpriv: setpriv ?? null }
    const interfaces = describeInterfaces()
    const findings = [
      ...capturePrograms.map((name) => programFinding(name, programs[name])),
      privilegeFinding(),
      ...(await this.#tryNflog()),
      offloadFinding(interfaces),
      clockFinding(),
      memoryFinding(),
      bufferFinding(),
      ...(this.#config.firewall === undefined ? [] : [firewallFinding(this.#config.firewall)]),
    ]
    return { ...this.#host(), nft: programs.nft, tcpdump: programs.tcpdump, interfaces, findings }
  }

  #host() {
    return { hostname: hostname(), version: this.#config.version, kernel: release(), architecture: process.arch }
  }

  #elsewhere(): AgentFacts {
    const message = `Captures need Linux; this is ${process.platform}.`
    return {
      ...this.#host(),
      nft: null,
      tcpdump: null,
      interfaces: [],
      findings: [{ id: 'linux', state: 'failed', message, command: null }],
    }
  }

  async #tryNflog(): Promise<readonly AgentFinding[]> {
    if (this.#trial !== undefined) return this.#trial
    const found = await tryNflog(new NflogGroups(this.#config.groups ?? defaultGroups))
    if (found.every(({ state }) => state !== 'failed')) this.#trial = found
    return found
  }
}

/** Of agentFactsSchema. */
const mostInterfaces = 1024
const mostAddresses = 256

/** First line of what it says about itself; undefined when it is not there. */
async function versionOf(program: string): Promise<string | undefined> {
  try {
    return (await runProgram(program, ['--version'])).split('\n')[0]
  } catch {
    return undefined
  }
}

function describeInterfaces(): AgentInterface[] {
  const addresses = addressesByInterface()
  return networkInterfaces()
    .slice(0, mostInterfaces)
    .map(({ name, index, mtu, state, mac }) => ({
      name,
      index,
      mtu,
      state,
      mac,
      addresses: (addresses[name] ?? []).flatMap(({ cidr }) => cidr ?? []).slice(0, mostAddresses),
      merging_offloads: mergingOffloads(name),
    }))
}
