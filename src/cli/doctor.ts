// The command `doctor`: can this machine take flows, and does each protocol come through to the store? Asks the server
// that runs, or looks by itself and tries a server of its own.
import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { LoadedConfig } from '../base/config.ts'
import { ConfigError } from '../base/config-error.ts'
import { localAccessFile, type LocalAccess } from '../contract/local-access.ts'
import type { DoctorFinding, DoctorReport, SelfTestResult } from '../contract/doctor.ts'
import { gravest } from '../setup/doctor/finding.ts'
import { addApiAndJsonFlags, ApiClient, ServerUnreachableError, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { addConfigFlags, configFromFlags, type ConfigFlagValues } from './config-flags.ts'
import { doctorText } from './doctor-text.ts'
import { interruptedExitCode, untilSignal } from './stop-signals.ts'
import { testLoneServer } from './lone-server.ts'

interface DoctorFlags extends ApiFlagValues, ConfigFlagValues {
  readonly json?: boolean
  readonly selfTest: boolean
}

export function doctorCommand(): Command {
  return addConfigFlags(addApiAndJsonFlags(new Command('doctor')))
    .description('Say whether this machine can take flows, and what mends what is wrong')
    .option('--no-self-test', 'only look; send no test flows')
    .addHelpText(
      'after',
      `
Test flows of each protocol go to the running server over loopback and have to come back from its store. They belong to no
account: no graph, rule or alert sees them. Where no server runs, one is started for the test, with a data folder of its own.
Exits with 1 when something failed.

Examples:
  $ drawbridge doctor
  $ drawbridge doctor --data /var/lib/drawbridge
  $ drawbridge doctor --json --no-self-test
`,
    )
    .action(doctor)
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const report = await untilSignal((signal) => examine(flags, signal))
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : doctorText(report))
  if (report.state === 'failed') process.exitCode = 1
}

async function examine(flags: DoctorFlags, signal: AbortSignal): Promise<DoctorReport> {
  const loaded = await loadConfig(flags)
  if (loaded instanceof ConfigError) return badConfig(flags, loaded)
  return (await askServer(flags, loaded, signal)) ?? lookAlone(flags, loaded, signal)
}

async function loadConfig(flags: DoctorFlags): Promise<LoadedConfig | ConfigError> {
  try {
    const { config, set, data } = flags
    return await configFromFlags({ ...(config && { config }), ...(set && { set }), ...(data && { data }) })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

async function badConfig({ config }: DoctorFlags, { problems }: ConfigError): Promise<DoctorReport> {
  const { examineBadConfig } = await import('../setup/doctor/machine.ts')
  return aloneReport(examineBadConfig(config ?? null, problems), [])
}

/** Undefined where no server runs that could be meant. */
async function askServer(flags: DoctorFlags, { config }: LoadedConfig, signal: AbortSignal): Promise<DoctorReport | undefined> {
  const named = Boolean(flags.url ?? process.env['DRAWBRIDGE_URL'])
  const access = accessOf(flags, config.data)
  if (access === undefined && !named) return undefined
  try {
    const client = new ApiClient({ ...flags, ...access }, ['mnm:write'])
    return await client.call<DoctorReport>(flags.selfTest ? 'POST' : 'GET', '/drawbridge/doctor', undefined, signal)
  } catch (error) {
    if (signal.aborted) throw new CommandError('interrupted', { exitCode: interruptedExitCode })
    if (error instanceof ServerUnreachableError && !named) return undefined
    throw error
  }
}

/** What is needed to ask: a token that was given, or what the server of the data folder has written there. */
function accessOf({ url, token }: DoctorFlags, data: string): ApiFlagValues | undefined {
  const given = token ?? process.env['DRAWBRIDGE_TOKEN']
  if (given) return { token: given }
  const local = localAccess(data)
  if (local === undefined) return undefined
  return url === undefined || url === local.url ? { url: local.url, token: local.secret } : undefined
}

/** What the server of a data folder has written. @throws CommandError for a folder that is another user's */
function localAccess(data: string): LocalAccess | undefined {
  try {
    // The server writes this shape.
    return JSON.parse(readFileSync(path.join(data, localAccessFile), 'utf8')) as LocalAccess
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== 'EACCES') throw error
    const next = 'ask as the user that runs the server, or as root: sudo drawbridge doctor; or with a token in DRAWBRIDGE_TOKEN'
    throw new CommandError(`${data} is closed to this user, so a server that runs there cannot be asked`, { next })
  }
}

async function lookAlone({ selfTest }: DoctorFlags, loaded: LoadedConfig, signal: AbortSignal): Promise<DoctorReport> {
  const { examineMachineAlone } = await import('../setup/doctor/machine-alone.ts')
  const findings = await examineMachineAlone(loaded, Date.now())
  if (!selfTest) return aloneReport(findings, [])
  const tested = await testLoneServer(loaded.config, findings, signal)
  return aloneReport([...findings, ...tested.findings], tested.results)
}

function aloneReport(findings: readonly DoctorFinding[], results: readonly SelfTestResult[]): DoctorReport {
  return { state: gravest(findings.map(({ state }) => state)), server: false, findings, self_test: results }
}
