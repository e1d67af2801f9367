// The command `extcap`: Wireshark's interface to programs that capture. Wireshark asks for interfaces, link types and
// options, then wants packets in a named pipe (the extcap manual page of Wireshark has the lines that are printed here).
import { Command, InvalidArgumentError } from 'commander'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { FilterError } from '../filter/filter-error.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { ApiClient, type ApiFlagValues } from './api-client.ts'
import { faultText } from './api-refusal.ts'
import { closeNamedPipe } from './byte-pipe.ts'
import type { CaptureAsked } from './capture-flags.ts'
import { tailNewCapture } from './capture-tail.ts'
import { CommandError } from './command-error.ts'
import { explainError } from './explain-error.ts'
import { extcapInterface, installExtcap } from './extcap-install.ts'

/** LINKTYPE_RAW, and the DLT of the same number in capture files. */
const rawIp = 101
/** The longest that a simple capture lasts. */
const longestSeconds = 300

/** What Wireshark shows in the options of the interface; `call` is the flag that it passes the value by. */
const extcapArguments = [
  { call: '--url', display: 'Server', type: 'string', tooltip: 'Address of Drawbridge (default: DRAWBRIDGE_URL or http://127.0.0.1:8080)' },
  { call: '--token-file', display: 'File with the API token', type: 'fileselect', tooltip: 'Scopes captures:write and captures:packets' },
  { call: '--token', display: 'API token', type: 'password', tooltip: 'Not kept; other users of this machine can see it. Better a file' },
  { call: '--filter', display: 'Filter', type: 'string', tooltip: 'Like: udp and dst port 53' },
  { call: '--colo', display: 'Places', type: 'string', tooltip: 'A colo like ord02, a group like ORD, several with commas, or * for all' },
  { call: '--sampling', display: 'Sampling', type: 'unsigned', tooltip: '1 in so many packets (default: 1)' },
  { call: '--snap', display: 'Snap length', type: 'unsigned', tooltip: 'Bytes kept of each packet (default: whole packets)' },
  {
    call: '--seconds',
    display: 'Time limit',
    type: 'unsigned',
    tooltip: `Seconds, ${longestSeconds} at the most (default: ${longestSeconds})`,
  },
] as const

interface ExtcapFlags extends ApiFlagValues {
  readonly extcapInterfaces?: boolean
  readonly extcapInterface?: string
  readonly extcapDlts?: boolean
  readonly extcapConfig?: boolean
  readonly extcapCaptureFilter?: string
  readonly capture?: boolean
  readonly fifo?: string
  readonly tokenFile?: string
  readonly filter?: string
  readonly colo?: string
  readonly sampling?: number
  readonly snap?: number
  readonly seconds?: number
  readonly install?: string | true
}

export function extcapCommand(): Command {
  const command = new Command('extcap')
    .description('Be an interface of Wireshark: packets of all edges, live')
    .option('--install [folder]', 'write the program that Wireshark starts into a folder for extcaps (default: the one that tshark names)')
    .option('--extcap-interfaces', 'asked by Wireshark: print the interfaces')
    .option('--extcap-version [version]', 'told by Wireshark')
    .option('--extcap-interface <name>', 'told by Wireshark')
    .option('--extcap-dlts', 'asked by Wireshark: print the link types')
    .option('--extcap-config', 'asked by Wireshark: print the options')
    .option('--extcap-capture-filter <filter>', 'told by Wireshark: a filter, in our language; alone: whether it is one')
    .option('--capture', 'asked by Wireshark: capture')
    .option('--fifo <path>', 'told by Wireshark: where the packets go')
  addOptions(command)
  return command
    .addHelpText(
      'after',
      `
Examples:
  $ drawbridge extcap --install
  $ DRAWBRIDGE_TOKEN=SECRET wireshark -k -i ${extcapInterface}
  $ DRAWBRIDGE_TOKEN=SECRET tshark -i ${extcapInterface} -o 'extcap.${extcapInterface}.filter:udp and dst port 53'
`,
    )
    .action(extcap)
}

/** Values come from a dialog: what was left empty comes as an empty text. */
function addOptions(command: Command): void {
  for (const { call, type, tooltip } of extcapArguments) {
    if (type === 'unsigned') command.option(`${call} <number>`, tooltip, numberOrNone)
    else command.option(`${call} <text>`, tooltip)
  }
}

function numberOrNone(text: string): number | undefined {
  if (text === '') return undefined
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number')
  return Number(text)
}

async function extcap(flags: ExtcapFlags): Promise<void> {
  if (flags.install !== undefined) return await installExtcap(flags.install === true ? undefined : flags.install)
  if (flags.extcapInterfaces)
    return print([`extcap {version=1.0}`, `interface {value=${extcapInterface}}{display=Drawbridge: packets of all edges}`])
  if (flags.extcapInterface !== undefined && flags.extcapInterface !== extcapInterface)
    throw new CommandError(`there is no interface ${JSON.stringify(flags.extcapInterface)}`, { exitCode: 2 })
  if (flags.extcapDlts) return print([`dlt {number=${rawIp}}{name=RAW}{display=Raw IP}`])
  if (flags.extcapConfig) return print(extcapArguments.map(argumentLine))
  if (flags.capture && flags.fifo !== undefined) return await capture(flags, flags.fifo)
  if (flags.extcapCaptureFilter !== undefined) return checkFilter(flags.extcapCaptureFilter)
  throw new CommandError('Wireshark starts this command; people start Wireshark', { next: 'drawbridge extcap --install', exitCode: 2 })
}

function argumentLine({ call, display, type, tooltip }: (typeof extcapArguments)[number], number: number): string {
  return `arg {number=${number}}{call=${call}}{display=${display}}{type=${type}}{tooltip=${tooltip}}`
}

/** Wireshark takes silence for a yes, and shows the first line of anything else. */
function checkFilter(filter: string): void {
  try {
    if (filter.trim() !== '') parseFilter(filter)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    print([`${error.fault.message}${faultText(filter, error.fault)}`])
  }
}

async function capture(flags: ExtcapFlags, file: string): Promise<void> {
  try {
    const client = new ApiClient(await credentials(flags), ['captures:write', 'captures:packets'])
    await tailNewCapture(client, askedFor(flags), { target: { file, replace: true }, quiet: true })
  } catch (error) {
    // Said before the pipe is closed: Wireshark shows what stands on standard error when the packets end.
    process.exitCode = explainError(error)
    if (existsSync(file)) await closeNamedPipe(file)
  }
}

async function credentials({ url, token, tokenFile }: ExtcapFlags): Promise<ApiFlagValues> {
  const secret = token || (tokenFile ? await readToken(tokenFile) : undefined)
  return { ...(url && { url }), ...(secret && { token: secret }) }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new CommandError(`the token cannot be read: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 })
  }
}

function askedFor({ filter, extcapCaptureFilter, colo, sampling, snap, seconds }: ExtcapFlags): CaptureAsked {
  const filters = [filter ?? '', extcapCaptureFilter ?? ''].filter((text) => text.trim() !== '')
  return {
    seconds: seconds ?? longestSeconds,
    filter: filters.length > 1 ? filters.map((text) => `(${text})`).join(' and ') : filters[0],
    ...(colo && { colo: [colo] }),
    ...(sampling !== undefined && { sampling }),
    ...(snap !== undefined && { snap }),
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
