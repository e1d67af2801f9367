// The command `capture`: starts packet captures on every edge at once, follows, stops and fetches them.
import { Command, Option } from 'commander'
import type { Capture, CaptureManifest } from '../contract/capture.ts'
import { addApiAndJsonFlags, addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { writeBytes } from './byte-output.ts'
import { addCaptureFlags, captureBody, filterOf, wholeNumber, type CaptureAsked, type CaptureFlagValues } from './capture-flags.ts'
import { capturesPath, followCapture, isOver } from './capture-follow.ts'
import { addPolicy } from './capture-policy.ts'
import { addFields, addPreview } from './capture-preview.ts'
import { tailCapture, tailNewCapture } from './capture-tail.ts'
import { captureText, capturesText } from './capture-text.ts'
import { CommandError } from './command-error.ts'
import { interruptedExitCode, untilSignal } from './stop-signals.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface StartFlags extends CommonFlags, Omit<CaptureAsked, 'filter'> {
  readonly wait?: boolean
}

interface ListFlags extends CommonFlags {
  readonly running?: boolean
  readonly incident?: string
  readonly count: number
}

interface DownloadFlags extends ApiFlagValues {
  readonly output?: string
  readonly format: string
  readonly agent?: string
  readonly force?: boolean
}

const scopes = ['captures:write', 'captures:packets']
const filterHelp = "which packets, like 'udp and dst port 53' (default: all)"

export function captureCommand(): Command {
  const command = new Command('capture').description('Capture packets on every edge at once')
  addStart(command)
  addReading(command)
  addApiAndJsonFlags(command.command('stop')).description('End it now; what was captured is kept').argument('<id>', 'its id').action(stop)
  addApiFlags(command.command('remove'))
    .description('Forget it, and delete what the server has of it; buckets are left alone')
    .argument('<id>', 'its id')
    .action(remove)
  addDownload(command)
  addTail(command)
  addPreview(command)
  addFields(command)
  addPolicy(command)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope captures:write, captures:packets to see packets, or captures:read to look.

Examples:
  $ drawbridge capture start 'udp and dst port 53 and len > 500' --seconds 30 --wait
  $ drawbridge capture start 'dst in 203.0.113.0/24' --full --colo ORD --destination 's3://pcaps/edge?region=us-east-1'
  $ drawbridge capture download ID --output edge.pcapng --format pcapng
  $ drawbridge capture tail 'tcp and dst 203.0.113.7' | wireshark -k -i -
`,
  )
}

function addStart(command: Command): void {
  addCaptureFlags(addApiAndJsonFlags(command.command('start')), { seconds: 60 })
    .description('Start a capture on all agents, or on those at the places that are named')
    .argument('[filter...]', filterHelp)
    .option('--full', 'whole packets to a bucket (--destination); otherwise 160 bytes of 1 in 100 packets, kept by the server')
    .option('--destination <uri>', 'bucket of a full capture, whose ownership is proven')
    .option('--before <time>', 'answer from samples of the last 24 h, backwards from this time (RFC 3339)')
    .option('--wait', 'show progress until it is over')
    .action(start)
}

function addReading(command: Command): void {
  addApiAndJsonFlags(command.command('list'))
    .description('List captures, the newest first')
    .option('--running', 'only those that are not over')
    .option('--incident <id>', 'only those of an incident')
    .option('--count <number>', 'how many at most', wholeNumber, 20)
    .action(list)
  addApiAndJsonFlags(command.command('show')).description('Show one, agent by agent').argument('<id>', 'its id').action(show)
  addApiFlags(command.command('manifest'))
    .description('Print as JSON which packets a download holds, from which agents, with checksums')
    .argument('<id>', 'its id')
    .action(manifest)
}

function addDownload(command: Command): void {
  addApiFlags(command.command('download'))
    .description('Fetch the packets of all agents, by time')
    .argument('<id>', 'its id')
    .option('--output <file>', '- for standard output (default: pcap_ID.FORMAT)')
    .addOption(new Option('--format <format>', 'pcapng has an interface for each agent').choices(['pcap', 'pcapng']).default('pcap'))
    .option('--agent <agent>', 'only the packets of one agent: its name or id')
    .option('--force', 'replace a file that is there')
    .action(download)
}

function addTail(command: Command): void {
  addCaptureFlags(addApiFlags(command.command('tail')), { seconds: 300 })
    .description('Write packets to standard output as they come, as pcap: every packet, whole, unless flags say otherwise')
    .argument('[filter...]', `${filterHelp}; or the id of a capture that runs`)
    .action(tail)
}

async function start(words: readonly string[], { json, wait, ...flags }: StartFlags): Promise<void> {
  const client = new ApiClient(flags, scopes)
  if (flags.full && flags.destination === undefined)
    throw new CommandError('a full capture needs a bucket', {
      next: 'drawbridge bucket list, then the same command with --destination',
      exitCode: 2,
    })
  const started = await client.call<Capture>('POST', capturesPath, captureBody({ ...flags, filter: filterOf(words) }))
  const capture = wait ? await waitFor(client, started) : started
  print(json ? `${JSON.stringify(capture)}\n` : `${captureText(capture)}${nextStep(capture)}`)
  if (capture.status === 'failed') process.exitCode = 1
}

/** Who does not want to wait any longer gets the capture as it was last seen. */
async function waitFor(client: ApiClient, started: Capture): Promise<Capture> {
  return await untilSignal(async (signal) => {
    const capture = await followCapture(client, started, signal)
    if (!isOver(capture.status)) {
      process.stderr.write(`The capture goes on.\nNext: drawbridge capture stop ${capture.id}\n`)
      process.exitCode = interruptedExitCode
    }
    return capture
  })
}

function nextStep({ id, status, downloadable }: Capture): string {
  if (!isOver(status)) return `Next: drawbridge capture show ${id}\n`
  return downloadable ? `Next: drawbridge capture download ${id}\n` : ''
}

/** The API's pages are not longer. */
const pageLength = 100

async function list({ json, running, incident, count, ...flags }: ListFlags): Promise<void> {
  const client = new ApiClient(flags, ['captures:read'])
  const captures: Capture[] = []
  for (let page = 1, more = true; more && captures.length < count; page++) {
    const query = new URLSearchParams({
      page: String(page),
      per_page: String(Math.min(count, pageLength)),
      ...(running && { state: 'running' }),
      ...(incident !== undefined && { incident_id: incident }),
    })
    const found = await client.call<readonly Capture[]>('GET', `${capturesPath}?${query.toString()}`)
    captures.push(...found)
    more = found.length === pageLength
  }
  const shown = captures.slice(0, count)
  print(json ? `${JSON.stringify(shown)}\n` : capturesText(shown))
}

async function show(id: string, { json, ...flags }: CommonFlags): Promise<void> {
  answer(await new ApiClient(flags, ['captures:read']).call<Capture>('GET', pathOf(id)), json)
}

async function manifest(id: string, flags: ApiFlagValues): Promise<void> {
  const found = await new ApiClient(flags, ['captures:read']).call<CaptureManifest>('GET', `${pathOf(id)}/manifest`)
  print(`${JSON.stringify(found, undefined, 2)}\n`)
}

async function stop(id: string, { json, ...flags }: CommonFlags): Promise<void> {
  answer(await new ApiClient(flags, scopes).call<Capture>('POST', `${pathOf(id)}/stop`), json)
}

function answer(capture: Capture, json = false): void {
  print(json ? `${JSON.stringify(capture)}\n` : `${captureText(capture)}${nextStep(capture)}`)
}

async function remove(id: string, flags: ApiFlagValues): Promise<void> {
  await new ApiClient(flags, scopes).call('DELETE', pathOf(id))
  print(`Capture ${id} is removed.\n`)
}

async function download(id: string, { output, format, agent, force = false, ...flags }: DownloadFlags): Promise<void> {
  const client = new ApiClient(flags, ['captures:packets'])
  const path = pathOf(id)
  const query = new URLSearchParams({ format, ...(agent !== undefined && { agent: await agentId(client, path, agent) }) })
  const target = { file: output ?? `pcap_${id}.${format}`, replace: force }
  await untilSignal(async (signal) => {
    const written = await writeBytes((ended) => client.bytes(`${path}/download?${query.toString()}`, ended), target, signal)
    if (signal.aborted) process.exitCode = interruptedExitCode
    else if (target.file !== '-') print(`${target.file}: ${written} bytes\n`)
  })
}

/** Of an agent of this capture, which may have been removed since. */
async function agentId(client: ApiClient, path: string, agent: string): Promise<string> {
  const { agents } = await client.call<Capture>('GET', path)
  const found = agents.find((one) => one.agent === agent) ?? agents.find(({ name }) => name === agent)
  if (found) return found.agent
  const names = agents.map(({ name }) => name).join(', ')
  throw new CommandError(`${JSON.stringify(agent)} has no part in this capture; it has ${names || 'no agents'}`, { exitCode: 2 })
}

const idPattern = /^[0-9a-f]{32}$/

async function tail(words: readonly string[], flags: ApiFlagValues & CaptureFlagValues, command: Command): Promise<void> {
  const client = new ApiClient(flags, scopes)
  const target = { file: '-', replace: false }
  const filter = filterOf(words)
  if (filter === undefined || !idPattern.test(filter)) return await tailNewCapture(client, { ...flags, filter }, { target })
  const unused = command.options.filter((option) => !isApiFlag(option) && command.getOptionValueSource(option.attributeName()) === 'cli')
  if (unused.length > 0)
    throw new CommandError(`${unused.map(({ long }) => long).join(', ')}: this capture has begun already, as it is`, {
      next: `drawbridge capture tail ${filter}`,
      exitCode: 2,
    })
  await tailCapture(client, filter, { target })
}

function isApiFlag(option: Option): boolean {
  return option.long === '--url' || option.long === '--token'
}

/** An id is part of a path: what is none is refused here, before it is anything else there. */
function pathOf(id: string): string {
  if (!idPattern.test(id))
    throw new CommandError(`${JSON.stringify(id)} is no id of a capture`, { next: 'drawbridge capture list', exitCode: 2 })
  return `${capturesPath}/${id}`
}

function print(text: string): void {
  process.stdout.write(text)
}
