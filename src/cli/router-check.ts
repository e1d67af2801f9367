// The command `router-check`: watches a router being set up, step by step, from its first datagram to flows on the graph.
import { Command } from 'commander'
import { apiErrors } from '../contract/api-errors.ts'
import type { RouterCheck, RouterCheckRequest } from '../contract/router-check.ts'
import { addApiAndJsonFlags, ApiClient, ServerUnreachableError, type ApiFlagValues } from './api-client.ts'
import { ApiRefusal } from './api-refusal.ts'
import { checkTarget, writeBytes, type ByteTarget } from './byte-output.ts'
import { bytesText } from './capture-text.ts'
import { CommandError } from './command-error.ts'
import { secondsOf } from './duration-flag.ts'
import { CheckScreen, checkTextStyle } from './router-check-screen.ts'
import { isOnGraph, routerCheckText, verdictText } from './router-check-text.ts'
import { checksPath, hasEnded, watchRouterCheck } from './router-check-watch.ts'
import { interruptedExitCode, untilSignal } from './stop-signals.ts'

interface CheckFlags extends ApiFlagValues {
  readonly guide?: string
  readonly register?: boolean
  readonly pcap?: string
  readonly force?: boolean
  /** Seconds. */
  readonly timeout?: number
  readonly json?: boolean
}

const everyMs = 1000
const usualSeconds = 300

export function routerCheckCommand(): Command {
  return addApiAndJsonFlags(new Command('router-check'))
    .description('Watch a router being set up: what arrives of it, what is wrong with it, until its flows are on the graph')
    .argument('[address]', 'that the router sends from (default: whoever begins to send)')
    .option('--guide <guide>', 'whose advice is wanted, one of drawbridge router-config')
    .option('--register', 'register the router as soon as it sends: the address that is named, or the only one that begins to')
    .option('--pcap <file>', 'save at the end what the router has sent')
    .option('--force', 'replace a file that is there')
    .option('--timeout <time>', 'how long at most: 90s, 5m, 1h (default: 5m)', secondsOf)
    .action(checkRouter)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scopes mnm:read and analytics:read, to register also mnm:write. It ends with
exit code 0 when the graph has flows and no step has failed, and with 1 when the time is over before. Ctrl+C ends it.

Examples:
  $ drawbridge router-check
  $ drawbridge router-check 192.0.2.1 --guide vyos --register
  $ drawbridge router-check 192.0.2.1 --timeout 30m --pcap router.pcap
`,
    )
}

async function checkRouter(expected: string | undefined, flags: CheckFlags): Promise<void> {
  const { guide, pcap: file, force = false, json = false, register = false, timeout = usualSeconds } = flags
  const client = new ApiClient(flags, register ? ['mnm:write', 'analytics:read'] : ['mnm:read', 'analytics:read'])
  const target = file === undefined ? undefined : { file, replace: force }
  if (target !== undefined) await checkFile(target)
  const request: RouterCheckRequest = { ...(expected !== undefined && { expected }), ...(guide !== undefined && { guide }) }
  const screen = new CheckScreen(json)
  const check = await untilSignal(async (signal) => {
    const watch = { request, register, signal, everyMs, forMs: timeout * 1000, wanted: () => screen.open, show: screen.show }
    const last = await watchRouterCheck(client, watch)
    await screen.end(
      json ? `${JSON.stringify(last)}\n` : `${routerCheckText(last, checkTextStyle())}\n${verdictText(last, signal.aborted)}`,
    )
    process.exitCode = exitCodeOf(last, signal.aborted)
    return last
  })
  // A second interrupt is for the saving.
  if (target !== undefined) await untilSignal((interrupt) => save(client, check, target, interrupt))
  await close(client, check)
}

/** @throws CommandError: standard output is for the steps */
async function checkFile(target: ByteTarget): Promise<void> {
  if (target.file === '-') throw new CommandError('packets do not go where the steps are shown', { next: 'name a file', exitCode: 2 })
  await checkTarget(target)
}

function exitCodeOf(check: RouterCheck, interrupted: boolean): number {
  if (isOnGraph(check)) return 0
  return interrupted ? interruptedExitCode : 1
}

async function save(client: ApiClient, { id }: RouterCheck, target: ByteTarget, stop: AbortSignal): Promise<void> {
  try {
    const written = await writeBytes((ended) => client.bytes(`${checksPath}/${id}/pcap`, ended), target, stop)
    process.stderr.write(`${bytesText(written)} are in ${target.file}.\nNext: drawbridge decode ${target.file}\n`)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== apiErrors.router_check_empty.code) throw error
    process.stderr.write(`No file is written: ${error.message}\n`)
  }
}

/** A check that nobody looks at ends by itself, so a server that is gone needs no word. */
async function close(client: ApiClient, { id }: RouterCheck): Promise<void> {
  try {
    await client.call('DELETE', `${checksPath}/${id}`)
  } catch (error) {
    if (!hasEnded(error) && !(error instanceof ServerUnreachableError)) throw error
  }
}
