// The agent process of an edge host: wires the connection to the server with the engine, the buckets and the host's facts.
import { readFileSync } from 'node:fs'
import type { Component } from '../base/lifecycle.ts'
import type { Log } from '../base/log.ts'
import { Agent } from '../capture/agent/agent.ts'
import { openSink } from '../capture/delivery/open-sink.ts'
import { CaptureEngine } from '../capture/engine/capture-engine.ts'
import { HostFacts } from '../capture/engine/host-facts.ts'
import { sweep } from '../capture/engine/sweep.ts'
import { ForbiddenFirewall } from '../firewall/agent/forbidden-firewall.ts'
import { NftFirewall } from '../firewall/agent/nft-firewall.ts'
import { removeLeftTables } from '../firewall/agent/own-table.ts'
import type { AgentConfig } from '../contract/agent-config.ts'

export class AgentProcess implements Component {
  readonly #log: Log
  readonly #agent: Agent

  constructor(config: AgentConfig, log: Log) {
    this.#log = log
    const engine = new CaptureEngine(config.nflog_groups)
    const host = hostFacts(config)
    this.#agent = new Agent(config, {
      makeCapture: (job, sink) => engine.run(job, sink),
      openSink: (job) => openSink(job, { allowFolders: config.allow_folders, log }),
      firewall: config.firewall.enabled ? new NftFirewall(config.firewall, { log }) : new ForbiddenFirewall(),
      facts: () => host.read(),
      log,
    })
  }

  async start(): Promise<void> {
    await this.#sweep()
    await this.#agent.start()
  }

  stop(): Promise<void> {
    return this.#agent.stop()
  }

  /** What a killed agent has left is removed before anything new begins. */
  async #sweep(): Promise<void> {
    try {
      const captures = await sweep()
      const rules = await removeLeftTables()
      const [tables, failures] = [
        [...captures.tables, ...rules.removed],
        [...captures.failures, ...rules.failures],
      ]
      const { processes } = captures
      if (tables.length + processes.length > 0) this.#log.info({ tables, processes }, 'removed what an earlier agent had left')
      if (failures.length > 0) this.#log.warn({ failures }, 'could not remove what an earlier agent had left: nft list tables')
    } catch (err) {
      // Without nft there are no tables either; the doctor and every capture say what is missing.
      this.#log.warn({ err }, 'did not look for what an earlier agent had left; next: drawbridge agent doctor')
    }
  }
}

export function hostFacts(config: Pick<AgentConfig, 'nflog_groups' | 'firewall'> | undefined): HostFacts {
  return new HostFacts({
    version: packageVersion(),
    ...(config === undefined ? {} : { groups: config.nflog_groups, firewall: config.firewall.enabled }),
  })
}

function packageVersion(): string {
  // Two folders up both from src/process and from dist/process; our own package.json always has a version.
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(file) as { version: string }).version
}
