// Network namespaces for tests: routers and hosts of our own, joined by veth pairs, gone at the end whatever happens.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

import { LabProcess } from './lab-process.ts'
import { until } from './poll.ts'

const execute = promisify(execFile)

/** Namespaces of tests begin with this, then the process that made them: a later run knows which were left behind. */
const namePrefix = 'dbtest'

/** One end of a link: the interface, its address with prefix length, and its MAC address. */
export interface LinkEnd {
  readonly namespace: Namespace
  readonly device: string
  readonly address: string
  readonly mac: string
}

async function ip(...args: string[]): Promise<string> {
  const { stdout } = await execute('ip', args)
  return stdout
}

function bare(address: string): string {
  return address.replace(/\/\d+$/, '')
}

/** A network namespace. Commands are argument vectors, never a shell line. */
export class Namespace {
  readonly name: string
  readonly #lab: Lab
  constructor(name: string, lab: Lab) {
    this.name = name
    this.#lab = lab
  }

  /** Runs a command to its end; resolves to its standard output, rejects with its error output. */
  async run(command: string, ...args: string[]): Promise<string> {
    return await ip('netns', 'exec', this.name, command, ...args)
  }

  /** Starts a command that the lab ends at the latest when it stops. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): LabProcess {
    return this.#lab.adopt(new LabProcess({ command: 'ip', args: ['netns', 'exec', this.name, command, ...args], env }))
  }
}

/** A set of namespaces. `stop()` ends all that runs in them and removes them. */
export class Lab {
  readonly #suffix = `${process.pid}-${randomBytes(2).toString('hex')}`
  readonly #namespaces: Namespace[] = []
  readonly #processes: LabProcess[] = []

  /** Clears away what an earlier, killed run left. */
  async start(): Promise<void> {
    for (const name of await orphanedNamespaces()) await removeNamespace(name)
  }

  /** Adds a namespace without IPv6, so that nothing is sent that the test did not ask for. */
  async namespace(role: string): Promise<Namespace> {
    const namespace = new Namespace(`${namePrefix}${this.#suffix}-${role}`, this)
    await ip('netns', 'add', namespace.name)
    this.#namespaces.push(namespace)
    await namespace.run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1')
    await ip('-n', namespace.name, 'link', 'set', 'lo', 'up')
    return namespace
  }

  /** Joins two namespaces. Each end knows the other as a permanent neighbour: no ARP is ever sent. */
  async link(one: LinkEnd, other: LinkEnd): Promise<void> {
    const peer = ['peer', 'name', other.device, 'netns', other.namespace.name]
    await ip('link', 'add', 'name', one.device, 'netns', one.namespace.name, 'type', 'veth', ...peer)
    for (const [end, far] of [
      [one, other],
      [other, one],
    ] as const) {
      const at = ['-n', end.namespace.name]
      await ip(...at, 'link', 'set', end.device, 'address', end.mac, 'up')
      await ip(...at, 'address', 'add', end.address, 'dev', end.device)
      await ip(...at, 'neighbour', 'add', bare(far.address), 'lladdr', far.mac, 'dev', end.device, 'nud', 'permanent')
    }
  }

  async defaultRoute(namespace: Namespace, gateway: string): Promise<void> {
    await ip('-n', namespace.name, 'route', 'add', 'default', 'via', bare(gateway))
  }

  /** Takes responsibility for a process. */
  adopt(started: LabProcess): LabProcess {
    this.#processes.push(started)
    return started
  }

  /** Ends all processes, removes all namespaces, and fails when one is still there. */
  async stop(): Promise<void> {
    const results = await Promise.allSettled(this.#processes.toReversed().map((started) => started.stop('SIGTERM')))
    for (const namespace of this.#namespaces) await removeNamespace(namespace.name)
    const left = (await namespaceNames()).filter((name) => this.#namespaces.some((namespace) => namespace.name === name))
    const errors = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason)
    if (left.length > 0) errors.push(new Error(`namespaces left: ${left.join(', ')}`))
    if (errors.length > 0) throw new AggregateError(errors, `the lab did not stop in order: ${errors.map(String).join('; ')}`)
  }
}

async function namespaceNames(): Promise<string[]> {
  const listed = await ip('netns', 'list')
  return listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name.startsWith(namePrefix))
}

/** Namespaces of tests whose process is no longer there. */
async function orphanedNamespaces(): Promise<string[]> {
  const owner = (name: string) => Number(name.slice(namePrefix.length).split('-')[0])
  return (await namespaceNames()).filter((name) => !isAlive(owner(name)))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Whatever still runs inside was started there by a test, so it may be killed; then the namespace itself goes. */
async function removeNamespace(name: string): Promise<void> {
  await until(`an empty namespace ${name}`, async () => {
    const pids = (await ip('netns', 'pids', name)).split('\n').filter((pid) => pid !== '')
    for (const pid of pids) killQuietly(Number(pid))
    return pids.length === 0 ? true : undefined
  })
  await ip('netns', 'delete', name)
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself between the listing and now.
  }
}
