// The real server in a network namespace, with an API token, as the tests' client sees it.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { promisify } from 'node:util'

import type { LedgerRun, LedgerView, ListenerStatus } from '../../src/contract/collector-status.ts'
import { repository } from '../requirements.ts'
import type { LabProcess } from './lab-process.ts'
import type { Namespace } from './lab.ts'
import { NamespaceHttp } from './namespace-http.ts'
import { until } from './poll.ts'

const execute = promisify(execFile)
const command = join(repository, 'bin', 'drawbridge')
const base = 'http://127.0.0.1:8080'
const clickhousePort = 8123

const settings = [
  'collect.seal_seconds=0.5',
  'collect.receive_buffer_mib=16',
  // Nothing here asks for them, and reading them is 2 of 6 seconds of CPU in which a server starts.
  'enrich.asn=off',
  'enrich.country=off',
  `store.http_port=${clickhousePort}`,
  'log.level=warn',
]

export interface ServerLedger {
  readonly totals: LedgerView
  readonly listeners: readonly ListenerStatus[]
  readonly runs: readonly LedgerRun[]
  readonly store: { readonly ready: boolean; readonly segments_waiting: number }
}

interface Envelope<T> {
  readonly success: boolean
  readonly errors: readonly { readonly code: number; readonly message: string }[]
  readonly result: T
}

/** Starts `drawbridge serve` on a data folder of its own. */
export class DrawbridgeServer {
  readonly #namespace: Namespace
  readonly #http: NamespaceHttp
  readonly #config: object
  #folder = ''
  #token = ''
  #account = ''
  #process: LabProcess | undefined

  /** @param config of the configuration file */
  constructor(namespace: Namespace, config: object = {}) {
    this.#namespace = namespace
    this.#http = new NamespaceHttp(namespace)
    this.#config = config
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  get #configFile(): string {
    return join(this.#folder, 'drawbridge.yaml')
  }

  /** An API token that may everything, and the id of its account. */
  get credentials(): { readonly token: string; readonly account: string } {
    return { token: this.#token, account: this.#account }
  }

  get process(): LabProcess {
    if (this.#process === undefined) throw new Error('the server was not started')
    return this.#process
  }

  /** Waits until it answers, then makes a token with the command that a person would use. */
  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-e2e-'))
    // JSON is YAML too.
    await writeFile(this.#configFile, JSON.stringify(this.#config))
    this.#http.start()
    await this.run()
    const { stdout } = await execute(command, ['token', 'create', '--scope', 'admin', '--data', this.#data, '--json'])
    const token = JSON.parse(stdout) as { secret: string; account_id: string }
    this.#token = token.secret
    this.#account = token.account_id
  }

  /** Starts the process, also again on the same data after it was stopped or killed. */
  async run(): Promise<void> {
    const files = ['--config', this.#configFile, '--data', this.#data]
    this.#process = this.#namespace.start(command, ['serve', ...files, ...settings.flatMap((setting) => ['--set', setting])])
    const state = await until('the server to answer', async () => {
      if (!this.process.isRunning) return 'ended'
      return (await this.#http.fetch({ url: `${base}/health` })).status === 200 ? 'answers' : undefined
    })
    if (state === 'ended') throw new Error(`the server ended:\n${this.process.output}`)
  }

  /** Ends the server without any warning. */
  async kill(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.ended()
  }

  /** Process ids of the children of the server: the embedded store. */
  async children(): Promise<number[]> {
    const pid = this.process.child.pid
    const tasks = await readdir(`/proc/${pid}/task`)
    const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')))
    return lists.join(' ').split(' ').filter(Boolean).map(Number)
  }

  async stop(): Promise<void> {
    await this.#process?.stop('SIGTERM')
    this.#http.stop()
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true })
  }

  /** The one-time sign-in link that it printed at its first start. */
  async signInLink(): Promise<string> {
    return (await this.process.waitFor(/https?:\/\/\S+\/sign-in#\S+/))[0]
  }

  /**
   * One request of the REST API; `path` follows `/client/v4`, with `{account}` for the account's id.
   * @throws Error with the API's own words when it refuses
   */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#http.fetch({
      url: `${base}/client/v4${path.replace('{account}', this.#account)}`,
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const envelope = JSON.parse(text) as Envelope<T>
    if (!envelope.success) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(envelope.errors)}`)
    return envelope.result
  }

  async register(address: string): Promise<void> {
    await this.api('POST', '/accounts/{account}/drawbridge/routers', { address })
  }

  async ledger(): Promise<ServerLedger> {
    return await this.api('GET', '/accounts/{account}/drawbridge/ledger')
  }

  /** What Prometheus would read. */
  async metrics(): Promise<string> {
    const { status, text } = await this.#http.fetch({ url: `${base}/metrics`, headers: { authorization: `Bearer ${this.#token}` } })
    if (status !== 200) throw new Error(`metrics: ${status} ${text}`)
    return text
  }

  /** Rows of a query by ClickHouse's own protocol, for what GraphQL does not show. */
  async sql<T>(query: string): Promise<T[]> {
    const format = 'default_format=JSONEachRow&database=drawbridge&output_format_json_quote_64bit_integers=0'
    const url = `http://127.0.0.1:${clickhousePort}/?${format}&query=${encodeURIComponent(query)}`
    const { status, text } = await this.#http.fetch({ url })
    if (status !== 200) throw new Error(`SQL: ${status} ${text}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T)
  }

  /** A statement that changes what is stored, through the socket of the embedded store, which is open to its owner. */
  async writeSql(statement: string): Promise<void> {
    const path = '/?database=drawbridge'
    const asked = request({ socketPath: join(this.#data, 'clickhouse.sock'), method: 'POST', path }).end(statement)
    // Sockets of HTTP answer with one message.
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const said = await readText(answer)
    if (answer.statusCode !== 200) throw new Error(`SQL: ${answer.statusCode} ${said}`)
  }

  /** Answers `data` of a query that may use the variable `$account`; throws what GraphQL calls errors. */
  async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const { status, text } = await this.#http.fetch({
      url: `${base}/client/v4/graphql`,
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { account: this.#account, ...variables } }),
    })
    const answer = JSON.parse(text) as { data: T | null; errors: readonly { message: string }[] | null }
    if (answer.data === null || answer.errors !== null) throw new Error(`GraphQL: ${status} ${JSON.stringify(answer.errors)}`)
    return answer.data
  }
}
