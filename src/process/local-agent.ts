// An agent for the server's own host: a supervised child with an enrolment of its own, over loopback.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Kysely } from 'kysely'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AgentRegistry } from '../capture/agent-registry.ts'
import { hashSecret } from '../base/secret.ts'
import { insertAgent } from '../capture/hub/enrolments.ts'
import type { StateTables } from '../store/state-tables.ts'
import { draftAgentConfig, hasAgentConfig, readAgentConfig } from './agent-config-file.ts'

export interface LocalAgentConfig {
  /** Number of the account that it belongs to. */
  readonly account: number
  readonly colo: string
  /** Where its configuration is kept, and with it its token. */
  readonly file: string
  /** Where the server listens. */
  readonly host: string
  readonly port: number
  /** Program; the built `main.js` beside this file when left out. */
  readonly entry?: string
}

export interface LocalAgentDependencies {
  readonly state: Kysely<StateTables>
  readonly agents: Pick<AgentRegistry, 'changed'>
  readonly clock: Clock
  readonly log: Log
}

export interface LocalAgent {
  /** Id of the agent. */
  readonly id: string
  /** Of the process that runs now, for tests that kill it. */
  pid(): number | undefined
  /** Times it has been started. */
  starts(): number
  stop(): Promise<void>
}

const firstBackoffMs = 500
const longestBackoffMs = 30_000
/** A process that lived this long has earned the shortest wait again. */
const provenMs = 60_000
/** Captures end within seconds. */
const stopMs = 15_000
/** Its name among the agents. */
const localName = 'local'

/** To be called when the server listens. Resolves when the agent is enrolled and its first process is started. */
export async function startLocalAgent(config: LocalAgentConfig, deps: LocalAgentDependencies): Promise<LocalAgent> {
  const id = await enrolLocally(config, deps)
  const child = new LocalAgentProcess(config, deps.log)
  child.start()
  return { id, pid: () => child.pid, starts: () => child.starts, stop: () => child.stop() }
}

/** The enrolment of an earlier start is kept, as far as the state still knows it. */
async function enrolLocally({ account, colo, file, host, port }: LocalAgentConfig, deps: LocalAgentDependencies): Promise<string> {
  const { state, agents, clock } = deps
  const known = await earlierEnrolment(file, state)
  const { id, token } = known ?? (await insertAgent(state, { account, colo, name: localName, facts: null }, clock.now()))
  await state.updateTable('agent').set({ colo }).where('id', '=', id).execute()
  await agents.changed(id)
  // An address of this host needs no TLS: nothing leaves it.
  draftAgentConfig(file).finish({ ...known?.rest, server: `http://${reachable(host)}:${port}`, token, allow_plaintext: true })
  return id
}

async function earlierEnrolment(file: string, state: Kysely<StateTables>) {
  if (!hasAgentConfig(file)) return undefined
  const { token, ...rest } = readAgentConfig(file)
  const row = await state.selectFrom('agent').select('id').where('token_hash', '=', hashSecret(token)).executeTakeFirst()
  return row && { id: row.id, token, rest }
}

/** A server that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

class LocalAgentProcess {
  starts = 0
  readonly #config: LocalAgentConfig
  readonly #log: Log
  #child: ChildProcess | undefined
  #backoffMs = firstBackoffMs
  #restart: NodeJS.Timeout | undefined
  #stopping = false

  constructor(config: LocalAgentConfig, log: Log) {
    this.#config = config
    this.#log = log
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    this.starts++
    const { file, entry = fileURLToPath(new URL('./main.js', import.meta.url)) } = this.#config
    // The channel is what tells the child that the server is gone. Its log is ours.
    const child = fork(entry, ['agent', 'run', '--config', file], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const begun = performance.now()
    child.on('error', (err) => this.#log.error({ err }, 'the local agent could not be started or reached'))
    child.once('close', (code, signal) => this.#ended({ code, signal, lived: performance.now() - begun }))
    this.#child = child
  }

  #ended({ code, signal, lived }: { code: number | null; signal: string | null; lived: number }): void {
    this.#child = undefined
    if (this.#stopping) return
    if (lived > provenMs) this.#backoffMs = firstBackoffMs
    this.#log.error({ code, signal, again_in_ms: this.#backoffMs }, 'the local agent ended and is started again')
    this.#restart = setTimeout(() => this.start(), this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    const child = this.#child
    if (child === undefined) return
    const closed = new Promise<void>((resolve) => {
      child.once('close', () => resolve())
    })
    const deadline = setTimeout(() => child.kill('SIGKILL'), stopMs)
    child.kill('SIGTERM')
    await closed
    clearTimeout(deadline)
  }
}
