// The command `replay`: sends the flow datagrams of a file to a collector again.
import { Command, InvalidArgumentError } from 'commander'
import { parseHostPort, type HostPort } from '../base/host-port.ts'
import type { ReplayPace } from './replay-file.ts'

/** Datagrams a second unless told otherwise: any collector follows, and 10 000 datagrams take ten seconds. */
const defaultRate = 1000

interface ReplayOptions {
  readonly to: HostPort
  readonly rate?: number
  readonly speed?: number
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('Send the flow datagrams of a pcap or pcapng capture, or of a file of datagrams, by UDP')
    .argument('<file>', 'file to send')
    .requiredOption('--to <host:port>', 'where to send them, for example 127.0.0.1:2055', target)
    .option('--rate <n>', `datagrams a second (default: ${defaultRate})`, positive)
    .option('--speed <factor>', 'times the speed of the capture in place of a fixed rate; 1 is as captured', positive)
    .addHelpText('after', '\nDatagrams come from this machine’s address: register that as a router, or their flows are not stored.')
    .action(run)
}

function target(text: string): HostPort {
  const parsed = parseHostPort(text)
  if (parsed === undefined || parsed.port === 0)
    throw new InvalidArgumentError('write it as host:port, for example 127.0.0.1:2055 or [::1]:2055')
  return parsed
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('give a number greater than 0')
  return value
}

async function run(file: string, options: ReplayOptions, command: Command): Promise<void> {
  if (options.rate !== undefined && options.speed !== undefined)
    command.error('error: --rate and --speed exclude each other; give one of them')
  const pace: ReplayPace = options.speed === undefined ? { rate: options.rate ?? defaultRate } : { speed: options.speed }
  const { replayFile } = await import('./replay-file.ts')
  const sent = await replayFile(file, options.to, pace)
  process.stdout.write(`${sent.message}\n`)
  if (sent.datagrams === 0) process.exitCode = 1
}
