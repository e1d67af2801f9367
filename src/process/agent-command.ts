// The command `agent` of edge hosts: enroll once, run for good, doctor when something is missing.
import { Command } from 'commander'
import { hostname } from 'node:os'
import { ConfigError } from '../base/config-error.ts'
import { Lifecycle } from '../base/lifecycle.ts'
import { createLog } from '../base/log.ts'
import { enrol } from '../capture/agent/enrol.ts'
import { probeServer } from '../capture/agent/server-probe.ts'
import { CommandError } from '../cli/command-error.ts'
import { agentConfigSchema, defaultAgentConfigFile, type AgentConfig, type AgentConfigInput } from '../contract/agent-config.ts'
import type { AgentFacts, AgentFinding } from '../contract/agent.ts'
import { AgentProcess, hostFacts } from './agent.ts'
import { draftAgentConfig, hasAgentConfig, readAgentConfig } from './agent-config-file.ts'

/** Captures end within seconds; uploads that are being finished take longer. systemd waits 90 s. */
const stopMilliseconds = 60_000

interface FileFlag {
  readonly config: string
}

interface EnrolFlags extends FileFlag {
  readonly server: string
  readonly code: string
  readonly name?: string
  readonly ca?: string
  readonly clientCertificate?: string
  readonly clientKey?: string
  readonly allowPlaintext?: boolean
  readonly force?: boolean
}

export function agentCommand(): Command {
  const command = new Command('agent').description('Capture packets on an edge host for a Drawbridge server').addHelpText(
    'after',
    `
Examples:
  $ drawbridge agent enroll --server https://drawbridge.example.net --code 7K3M-9QXA-2B4C-WZ1P
  $ drawbridge agent doctor
  $ drawbridge agent run

The page Agents of the dashboard makes codes. docs/captures.md tells more.
`,
  )
  addFileFlag(command.command('run').description('Run the agent until interrupted')).action(run)
  addFileFlag(command.command('doctor').description('Say what captures need here and what is missing'))
    .option('--json', 'print the findings as JSON')
    .action(doctor)
  addFileFlag(command.command('enroll').description('Get a token for this host with a one-time code'))
    .requiredOption('--server <url>', 'address of the server’s page')
    .requiredOption('--code <code>', 'one-time code')
    .option('--name <name>', 'name of this agent (default: the host name)')
    .option('--ca <file>', 'PEM file of the authority that signed the server’s certificate')
    .option('--client-certificate <file>', 'PEM file, where a proxy before the server asks for one')
    .option('--client-key <file>', 'PEM file of its key')
    .option('--allow-plaintext', 'connect without TLS to another host')
    .option('--force', 'replace the configuration that is there')
    .action(enroll)
  return command
}

function addFileFlag(command: Command): Command {
  return command.option('--config <file>', 'configuration file of the agent', defaultAgentConfigFile)
}

async function run({ config: file }: FileFlag): Promise<void> {
  const config = readEnrolled(file)
  const log = createLog(config.log)
  const lifecycle = new Lifecycle({ stopMilliseconds }, { log })
  lifecycle.add('agent', new AgentProcess(config, log))
  // As the child of a server: it goes when the server goes, however that ends.
  if (process.connected) process.once('disconnect', () => lifecycle.shutdown('the server is gone'))
  // The channel alone is no reason to go on.
  process.channel?.unref()
  try {
    await lifecycle.run()
  } catch (error) {
    throw new CommandError(`the agent ended: ${error instanceof Error ? error.message : String(error)}`, {
      next: 'drawbridge agent doctor',
    })
  }
}

async function enroll(flags: EnrolFlags): Promise<void> {
  const address = serverAddress(flags)
  if (hasAgentConfig(flags.config) && flags.force !== true) {
    throw new CommandError(`${flags.config} is there already; this host has been enrolled`, {
      next: 'drawbridge agent doctor, or enroll with --force to replace it',
    })
  }
  const draft = openDraft(flags.config)
  const facts = await hostFacts(undefined).read()
  const { token, colo } = await askForToken(flags, address, facts).catch((error: unknown) => {
    draft.discard()
    throw new CommandError(`not enrolled: ${error instanceof Error ? error.message : String(error)}`)
  })
  draft.finish({ ...address, token })
  process.stdout.write(`Enrolled as an agent at ${colo}; ${flags.config} is written.\nNext: ${nextAfterEnrolment(flags.config)}\n`)
  complainAbout(facts.findings)
}

async function askForToken(flags: EnrolFlags, address: Omit<AgentConfigInput, 'token'>, facts: AgentFacts) {
  const { code, name = hostname() } = flags
  return await enrol(agentConfigSchema.parse({ ...address, token: placeholder }), { code, name, facts })
}

/** Stands for the token while there is none. */
const placeholder = '-'.repeat(43)

function nextAfterEnrolment(file: string): string {
  return file === defaultAgentConfigFile
    ? 'systemctl enable --now drawbridge-agent, or drawbridge agent run'
    : `drawbridge agent run --config ${file}`
}

/** Only what was given: the rest stays with the defaults of later versions. */
function serverAddress(flags: EnrolFlags): Omit<AgentConfigInput, 'token'> {
  const given = {
    server: flags.server,
    ...(flags.ca === undefined ? {} : { ca: flags.ca }),
    ...(flags.clientCertificate === undefined ? {} : { client_certificate: flags.clientCertificate }),
    ...(flags.clientKey === undefined ? {} : { client_key: flags.clientKey }),
    ...(flags.allowPlaintext === true ? { allow_plaintext: true } : {}),
  }
  const { error } = agentConfigSchema.safeParse({ ...given, token: placeholder })
  const [issue] = error?.issues ?? []
  if (issue !== undefined) throw new CommandError(`--${issue.path.join('.')} ${issue.message}`, { exitCode: 2 })
  return given
}

function openDraft(file: string) {
  try {
    return draftAgentConfig(file)
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      next: 'run it as root, or name another file with --config',
    })
  }
}

async function doctor({ config: file, json }: FileFlag & { readonly json?: boolean }): Promise<void> {
  const config = hasAgentConfig(file) ? readConfig(file) : undefined
  const facts = await hostFacts(config).read()
  const findings = [...facts.findings, ...(await serverFindings(file, config))]
  process.stdout.write(json === true ? `${JSON.stringify({ ...facts, findings }, undefined, 2)}\n` : describe(facts, findings))
  if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1
}

async function serverFindings(file: string, config: AgentConfig | undefined): Promise<AgentFinding[]> {
  if (config !== undefined) return probeServer(config, config.token)
  const message = `This host is not enrolled: there is no ${file}.`
  return [{ id: 'enrolled', state: 'warning', message, command: 'drawbridge agent enroll --server URL --code CODE' }]
}

const signs = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const

function describe({ hostname: host, version, kernel, architecture }: AgentFacts, findings: readonly AgentFinding[]): string {
  const lines = findings.map(({ state, message, command }) => {
    const next = command === null ? '' : `\n         next: ${command}`
    return `${signs[state]}  ${message}${next}`
  })
  return `${host}: Drawbridge ${version} on Linux ${kernel}, ${architecture}\n${lines.join('\n')}\n`
}

/** What would make captures fail is told at once, not at the first capture. */
function complainAbout(findings: readonly AgentFinding[]): void {
  for (const { state, message, command } of findings) {
    if (state === 'failed') process.stderr.write(`Missing: ${message}${command === null ? '' : `\nNext: ${command}`}\n`)
  }
}

function readEnrolled(file: string): AgentConfig {
  if (hasAgentConfig(file)) return readConfig(file)
  throw new CommandError(`there is no ${file}: this host is not enrolled`, {
    next: 'drawbridge agent enroll --server URL --code CODE; the page Agents of the dashboard makes codes',
  })
}

function readConfig(file: string): AgentConfig {
  try {
    return readAgentConfig(file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new CommandError(`the configuration of the agent cannot be used.\n${error.message}`, {
      next: 'correct that; docs/captures.md has every option',
      exitCode: 2,
    })
  }
}
