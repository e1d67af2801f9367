// The command `simulate`: sends flows of fake routers, an exact number of them or realistic traffic without end.
import { Command, InvalidArgumentError, Option } from 'commander'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { parseHostPort, type HostPort } from '../base/host-port.ts'
import type { BlastResult } from '../sim/blast.ts'
import { simProtocols, type SimProtocol } from '../sim/exporters/exporter.ts'
import { CommandError } from './command-error.ts'

interface SimulateOptions {
  readonly to: HostPort
  readonly demo?: true
  readonly seconds?: number
  readonly protocol: SimProtocol
  readonly records: number
  readonly rate: number
  readonly streams: number
  readonly sampling: number
  readonly seed: number
  readonly from?: string
  readonly portable?: true
  readonly json?: true
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Send flows of fake routers to a collector')
    .addOption(new Option('--to <host:port>', 'collector').argParser(hostPort).default({ host: '127.0.0.1', port: 2055 }, '127.0.0.1:2055'))
    .option('--demo', 'realistic traffic of four routers on 127.0.0.2 to 127.0.0.5 until interrupted, attacks included')
    .option('--seconds <n>', 'with --demo: end after so many seconds', number(0.1, 1e7))
    .addOption(new Option('--protocol <name>', 'what to send').choices(simProtocols).default('netflow9'))
    .option('--records <n>', 'flow records to send, exactly', whole(1, 1e10), 100_000)
    .option('--rate <n>', 'flow records a second, or max', rate, 10_000)
    .option('--streams <n>', 'sockets to send from, each with sequence numbers of its own', whole(1, 64), 1)
    .option('--sampling <n>', 'sampling rate that the routers tell; the sums stay as exported', whole(1, 16_383), 1)
    .option('--seed <n>', 'another seed makes other flows', whole(0, 2 ** 32 - 1), 1)
    .option('--from <address>', 'own address to send from', address)
    .option('--portable', 'use Node’s sockets in place of sendmmsg')
    .option('--json', 'print the sums as JSON')
    .addHelpText('after', examples)
    .action(run)
}

const examples = `
The collector stores flows only of registered routers: register the address that --from names (or this machine's).

Examples:
  $ drawbridge simulate --to 127.0.0.1:2055 --records 2000000 --rate 100000 --json
  $ drawbridge simulate --demo --to 127.0.0.1:2055
`

async function run(options: SimulateOptions): Promise<void> {
  const target = await resolve(options.to)
  if (options.demo) await runDemo(target, options.seconds)
  else await runBlast(target, options)
}

async function runBlast(target: { address: string; port: number }, options: SimulateOptions): Promise<void> {
  const { blast } = await import('../sim/blast.ts')
  const { protocol, records, rate, streams, sampling, seed, from, portable = false } = options
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    const shape = { protocol, records, rate, streams, sampling, seed, portable }
    const result = await blast({ ...target, ...shape, from, signal: interrupt.signal })
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result))
    // 128 + 2, as a shell reports an interrupted command.
    if (interrupt.signal.aborted) process.exitCode = 130
  } catch (error) {
    throw new CommandError((error as Error).message, { next: 'drawbridge simulate --help' })
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

function describe(result: BlastResult): string {
  const n = (value: number) => value.toLocaleString('en-US')
  const refused = result.sendErrors === 0 ? '' : `The kernel refused ${n(result.sendErrors)} times: nobody listens there, or too fast.\n`
  return (
    `${n(result.records)} records in ${n(result.datagrams)} datagrams sent in ${result.seconds.toFixed(2)} s\n` +
    `${n(result.bytes)} bytes, ${n(result.packets)} packets as exported\n${refused}`
  )
}

async function runDemo({ address, port }: { address: string; port: number }, seconds: number | undefined): Promise<void> {
  if (!address.startsWith('127.')) {
    throw new CommandError(`the demo's routers send from loopback addresses and cannot reach ${address}`, {
      next: 'drawbridge simulate --demo --to 127.0.0.1:2055',
      exitCode: 2,
    })
  }
  const [{ Simulator }, { Lifecycle }, { createLog }, { systemClock }] = await Promise.all([
    import('../sim/simulator.ts'),
    import('../base/lifecycle.ts'),
    import('../base/log.ts'),
    import('../base/clock.ts'),
  ])
  const log = createLog({ level: 'info', format: 'auto' })
  const simulator = new Simulator({ host: address, port }, { clock: systemClock, log })
  const lifecycle = new Lifecycle({}, { log }).add('simulator', simulator)
  const timer = seconds === undefined ? undefined : setTimeout(() => lifecycle.shutdown('the time is over'), seconds * 1000)
  try {
    await lifecycle.run()
  } finally {
    clearTimeout(timer)
  }
  log.info(simulator.counters, 'sent')
}

async function resolve({ host, port }: HostPort): Promise<{ address: string; port: number }> {
  try {
    return { address: (await lookup(host)).address, port }
  } catch {
    throw new CommandError(`there is no address for ${host}`, { next: 'write --to as an address, for example 127.0.0.1:2055', exitCode: 2 })
  }
}

function hostPort(text: string): HostPort {
  const parsed = parseHostPort(text)
  if (!parsed || parsed.port === 0) throw new InvalidArgumentError('write it as host:port, for example 127.0.0.1:2055 or [::1]:2055')
  return parsed
}

function address(text: string): string {
  if (isIP(text) === 0 || text.includes('%')) throw new InvalidArgumentError('give an IPv4 or IPv6 address')
  return text
}

function number(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= low && value <= high)) throw new InvalidArgumentError(`give a number from ${low} to ${high}`)
    return value
  }
}

function whole(low: number, high: number): (text: string) => number {
  const parse = number(low, high)
  return (text) => {
    const value = parse(text)
    if (!Number.isInteger(value)) throw new InvalidArgumentError(`give a whole number from ${low} to ${high}`)
    return value
  }
}

function rate(text: string): number {
  return text === 'max' ? Number.POSITIVE_INFINITY : number(1, 1e9)(text)
}
