// The command `serve`: loads the configuration, runs the server until a signal comes, and says where it is reached.
import { Command } from 'commander'
import { CommandError } from '../cli/command-error.ts'
import { addConfigFlags, configFromFlags, type ConfigFlagValues } from '../cli/config-flags.ts'
import { createLog } from '../base/log.ts'
import { Lifecycle } from '../base/lifecycle.ts'
import { Server, type ServerReady } from './server.ts'

/** Stopping takes the last datagrams, seals them and waits for the store to take them. */
const stopMilliseconds = 60_000

export function serveCommand(): Command {
  return addConfigFlags(new Command('serve').description('Start the server and run until interrupted'))
    .option('--demo', 'run simulated routers that send real datagrams over loopback')
    .addHelpText(
      'after',
      `
UDP 2055 and 6343 take NetFlow v5, v9, IPFIX and sFlow; the page is on http://127.0.0.1:8080.
On first start a sign-in link is printed.

Examples:
  $ drawbridge serve --demo
  $ drawbridge serve --data /var/lib/drawbridge --set http.host=0.0.0.0
`,
    )
    .action(serve)
}

async function serve(flags: ConfigFlagValues): Promise<void> {
  const { config, given } = await configFromFlags(flags)
  const log = createLog(config.log)
  const lifecycle = new Lifecycle({ stopMilliseconds }, { log })
  const server = new Server(config, { log, given, fail: (name, error) => lifecycle.fail(name, error) })
  let announced = false
  lifecycle.add('server', {
    start: async () => {
      announce(await server.start(), config.demo)
      announced = true
    },
    stop: () => server.stop(),
  })
  try {
    await lifecycle.run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new CommandError(announced ? `the server ended: ${message}` : `the server could not start: ${message}`)
  }
}

/** The few lines that a person needs first; everything else is in the log, on standard error. */
function announce({ url, signIn, listeners }: ServerReady, demo: boolean): void {
  const lines = [`Drawbridge is running at ${url}`]
  if (signIn !== undefined) lines.push(`Sign in (once, within 24 h): ${signIn}`)
  lines.push(`Flows (NetFlow v5, v9, IPFIX, sFlow) are taken on UDP ${listeners.join(', ')}`)
  if (demo) lines.push('Simulated routers are sending; the first page shows their traffic.')
  process.stdout.write(`${lines.join('\n')}\n`)
}
