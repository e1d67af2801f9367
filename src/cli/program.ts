// The command line as a whole: finds the command, loads only that one, and turns errors into advice and an exit code.
import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { explainError } from './explain-error.ts'

/** A command whose file is loaded when it is called. Loading all of them would take ten times as long as `--help` may. */
export interface LazyCommand {
  readonly name: string
  /** For the list of commands. */
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** The commands that live in this folder, in the order of the help text. */
export const cliCommands: readonly LazyCommand[] = [
  {
    name: 'decode',
    summary: 'show the flows in captures and files',
    load: async () => (await import('./decode.ts')).decodeCommand(),
  },
  {
    name: 'replay',
    summary: 'send the flow datagrams of a capture again',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    name: 'simulate',
    summary: 'send flows of fake routers',
    load: async () => (await import('./simulate.ts')).simulateCommand(),
  },
  {
    name: 'token',
    summary: 'create, list and revoke API tokens',
    load: async () => (await import('./token.ts')).tokenCommand(),
  },
  {
    name: 'members',
    summary: 'list, invite, change and remove the people of an account; links to sign in with',
    load: async () => (await import('./members.ts')).membersCommand(),
  },
  {
    name: 'rule',
    summary: 'show rules, replay them over history, suggest thresholds',
    load: async () => (await import('./rule.ts')).ruleCommand(),
  },
  {
    name: 'prefix',
    summary: 'register the prefixes that may be announced, lock and remove them',
    load: async () => (await import('./prefix.ts')).prefixCommand(),
  },
  {
    name: 'advertise',
    summary: 'announce a registered prefix',
    load: async () => (await import('./advertise.ts')).advertiseCommand(),
  },
  {
    name: 'withdraw',
    summary: 'withdraw what is announced of a prefix',
    load: async () => (await import('./withdraw.ts')).withdrawCommand(),
  },
  {
    name: 'advertisements',
    summary: 'show what is announced; stop all advertising, and resume',
    load: async () => (await import('./advertisements.ts')).advertisementsCommand(),
  },
  {
    name: 'capture',
    summary: 'capture packets on every edge at once; follow, stop and fetch captures',
    load: async () => (await import('./capture.ts')).captureCommand(),
  },
  {
    name: 'signature',
    summary: 'from a capture of an attack to a filter that blocks it, and to the rules of other systems',
    load: async () => (await import('./signature.ts')).signatureCommand(),
  },
  {
    name: 'bucket',
    summary: 'add buckets for full captures, prove that they are yours, remove them',
    load: async () => (await import('./bucket.ts')).bucketCommand(),
  },
  {
    name: 'agents',
    summary: 'list edge agents, enrol, change and remove them',
    load: async () => (await import('./agents.ts')).agentsCommand(),
  },
  {
    name: 'extcap',
    summary: 'show packets of all edges in Wireshark, live',
    load: async () => (await import('./extcap.ts')).extcapCommand(),
  },
  {
    name: 'firewall',
    summary: 'count, slow down and drop packets on the edges for a time; watch, undo, withdraw',
    load: async () => (await import('./firewall.ts')).firewallCommand(),
  },
  {
    name: 'query',
    summary: 'ask anything about the traffic: groups, rates, earlier times, both directions',
    load: async () => (await import('./query.ts')).queryCommand(),
  },
  {
    name: 'top',
    summary: 'show who has most of the traffic, once or again and again',
    load: async () => (await import('./top.ts')).topCommand(),
  },
  {
    name: 'export',
    summary: 'write single flows to a file: CSV, NDJSON, Parquet',
    load: async () => (await import('./export.ts')).exportCommand(),
  },
  {
    name: 'router-config',
    summary: 'print the commands that make a router or exporter send flows here',
    load: async () => (await import('./router-config.ts')).routerConfigCommand(),
  },
  {
    name: 'routers',
    summary: 'list routers, register, change and remove them',
    load: async () => (await import('./routers.ts')).routersCommand(),
  },
  {
    name: 'router-check',
    summary: 'watch a router being set up, from its first datagram to the graph',
    load: async () => (await import('./router-check.ts')).routerCheckCommand(),
  },
  {
    name: 'doctor',
    summary: 'can this machine take flows, and do they reach the store? What mends what is wrong',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  {
    name: 'settings',
    summary: 'show and change what a running server keeps for how long, and the own networks',
    load: async () => (await import('./settings.ts')).settingsCommand(),
  },
  {
    name: 'audit',
    summary: 'who changed what',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  {
    name: 'config',
    summary: 'check and print the configuration',
    load: async () => (await import('./config.ts')).configCommand(),
  },
]

const examples = `
Examples:
  $ drawbridge serve                                 start; data in ./data, page on http://127.0.0.1:8080
  $ drawbridge serve --demo                          the same with simulated routers
  $ drawbridge token create --name grafana           a token for the API
  $ drawbridge router-config vyos --collector 192.0.2.10     what to type into that router
  $ drawbridge router-check 192.0.2.1 --register     what comes of that router, until it is on the graph
  $ drawbridge decode capture.pcap                   what is in these flow datagrams?
  $ drawbridge replay capture.pcap --to 127.0.0.1:2055
  $ drawbridge rule backtest my_rule_1 --from 7d     when would that rule have fired?
  $ drawbridge advertise 203.0.113.0/24 --why flood  announce a prefix, after a look at what is sent
  $ drawbridge capture start 'udp and dst port 53' --wait    packets of all edges, by time
  $ drawbridge query 'dst port 53' --by src_as --last 6h     who sends to DNS servers?
  $ drawbridge top src --watch                       who sends most, every 5 s
  $ drawbridge config dump                           every option with its value and meaning

drawbridge COMMAND --help tells more about a command.
`

/** The program with a stand-in for each command. */
export function createProgram(commands: readonly LazyCommand[]): Command {
  const program = new Command('drawbridge')
    .description('Flow monitoring for your own network: collects NetFlow, IPFIX and sFlow, stores every flow, shows the traffic.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('Next: drawbridge --help')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', examples)
  for (const command of commands) program.addCommand(standIn(program, command))
  program.addCommand(helpFor(program, commands))
  return program
}

/**
 * Runs the program. Errors are told on standard error.
 * @param argv arguments without the names of node and the script
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration, or what the command has set
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return explainError(error)
  }
}

function standIn(program: Command, { name, summary, load }: LazyCommand): Command {
  return new Command(name)
    .description(summary)
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument('[arguments...]')
    .action(async (args: string[]) => {
      const command = await load()
      command.parent = program
      adopt(command, `drawbridge ${name}`)
      await command.parseAsync(args, { from: 'user' })
    })
}

/** Errors of a loaded command end in runProgram like those of the program, with the hint for that command. */
function adopt(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`Next: ${path} --help`)
  for (const child of command.commands) adopt(child, `${path} ${child.name()}`)
}

function helpFor(program: Command, commands: readonly LazyCommand[]): Command {
  return new Command('help')
    .description('show the help of a command')
    .argument('[command]')
    .action(async (name: string | undefined) => {
      if (name === undefined) program.help()
      if (!commands.some((command) => command.name === name)) program.error(`error: unknown command '${name}'`, { exitCode: 2 })
      await program.parseAsync([name, '--help'], { from: 'user' })
    })
}

function packageVersion(): string {
  // Two folders up both from src/cli and from dist/cli.
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(file) as { version: string }).version
}
