// The command `router-config`: what to type into a router so that it sends flows here. Works without a server.
import { Command, InvalidArgumentError, Option } from 'commander'
import { createReadStream } from 'node:fs'
import { suggestion } from '../base/nearest-name.ts'
import {
  configProtocols,
  type ConfigPart,
  type ConfigProtocol,
  type RouterConfig,
  type RouterConfigRequest,
} from '../contract/router-config.ts'
import { guideSummaries } from '../setup/config/guides.ts'
import { routerConfig } from '../setup/config/render.ts'
import { RouterConfigError } from '../setup/config/router-config-error.ts'
import { wholeNumber } from './capture-flags.ts'
import { CommandError } from './command-error.ts'
import { faultsText, guidesText, plainText, routerConfigText, undoText } from './router-config-text.ts'

interface ConfigFlags {
  readonly collector?: string
  readonly port?: number
  readonly protocol?: ConfigProtocol
  readonly variant?: string
  readonly router?: string
  readonly interface?: readonly string[]
  readonly sampling?: number
  readonly link?: number
  readonly undo?: boolean
  readonly part?: number
  readonly plain?: boolean
  readonly json?: boolean
}

export function routerConfigCommand(): Command {
  const command = new Command('router-config')
    .description('Print the commands that make a router or exporter send flows here; without a guide, list the guides')
    // So that --json after `check` is that of `check`.
    .enablePositionalOptions()
    .argument('[guide]', 'as vyos, cisco-ios, mikrotik')
  addConfigFlags(command).action(print)
  command
    .command('check')
    .description('Name what is wrong with a configuration of pmacct, as that of VyOS')
    .argument('<file>', 'as /run/pmacct/uacctd.conf')
    .option('--json', 'print JSON')
    .action(check)
  return command.addHelpText('after', examples)
}

const examples = `
Nothing is sent and no server is needed.

Examples:
  $ drawbridge router-config
  $ drawbridge router-config vyos --collector 192.0.2.10 --interface eth0
  $ drawbridge router-config cisco-ios --collector 192.0.2.10 --interface GigabitEthernet0/0/0 --link 10G --protocol ipfix
  $ drawbridge router-config mikrotik --collector 192.0.2.10 --plain | ssh admin@192.0.2.1
  $ drawbridge router-config juniper-mx --collector 192.0.2.10 --router 192.0.2.1 --undo
  $ drawbridge router-config check /run/pmacct/uacctd.conf
`

function addConfigFlags(command: Command): Command {
  return command
    .option('--collector <address>', 'of the machine that runs Drawbridge, as the router reaches it')
    .option('--port <number>', 'UDP port there (default: 2055, for sFlow 6343)', wholeNumber)
    .addOption(new Option('--protocol <protocol>', "what is exported (default: the guide's advice)").choices(configProtocols))
    .option('--variant <variant>', "of the guide, as a release (default: the guide's first)")
    .option('--router <address>', 'that the router sends from')
    .option('--interface <name>', 'to watch; several with commas or by several flags', addInterfaces)
    .option('--sampling <number>', '1 packet in so many (default: what suits the link)', wholeNumber)
    .option('--link <speed>', 'of the watched links: 100M, 10G (default: 1G)', linkSpeed)
    .option('--undo', 'print what takes it back')
    .option('--part <number>', 'only this part', wholeNumber)
    .option('--plain', 'print only the lines to paste')
    .option('--json', 'print JSON')
}

function addInterfaces(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((name) => name.trim())]
}

/** `10G` in Mbit/s. */
function linkSpeed(text: string): number {
  const [, digits, unit] = /^(\d{1,7}(?:\.\d{1,3})?)([MGT])$/.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('It is to be a speed like 100M or 10G.')
  return Math.max(1, Math.round(Number(digits) * { M: 1, G: 1000, T: 1_000_000 }[unit as 'M' | 'G' | 'T']))
}

function print(guide: string | undefined, flags: ConfigFlags): void {
  if (guide === undefined) {
    const guides = guideSummaries()
    process.stdout.write(flags.json ? `${JSON.stringify(guides)}\n` : guidesText(guides))
    return
  }
  process.stdout.write(shown(made(request(guide, flags)), flags))
}

function shown(config: RouterConfig, flags: ConfigFlags): string {
  const asked = withPart(config, flags)
  if (flags.json) return `${JSON.stringify(asked)}\n`
  if (flags.plain) return pasted(flags.undo ? asked.undo : asked.parts)
  const columns = Math.min(process.stdout.columns ?? 120, 140)
  return flags.undo ? undoText(asked, columns) : routerConfigText(asked, columns)
}

/** The one part that was asked for, of what is shown. */
function withPart(config: RouterConfig, { part, undo }: ConfigFlags): RouterConfig {
  if (part === undefined) return config
  const parts = undo ? config.undo : config.parts
  const one = parts[part - 1]
  if (one === undefined) throw new CommandError(`there is no part ${part}: it has ${parts.length}`, { exitCode: 2 })
  return undo ? { ...config, undo: [one] } : { ...config, parts: [one] }
}

/** What guides write where the router's address has to be and nobody gave it: a router would take the other lines. */
const openAddress = /\bADDRESS-OF-THIS-/

function pasted(parts: readonly ConfigPart[]): string {
  const text = plainText(parts)
  if (openAddress.test(text)) {
    throw new CommandError('these commands need the address that the router sends from', {
      next: 'the same command with --router ADDRESS',
      exitCode: 2,
    })
  }
  if (text !== '') return text
  throw new CommandError('this is set up by clicks: there is nothing to paste', {
    next: 'the same command without --plain',
    exitCode: 2,
  })
}

function request(guide: string, flags: ConfigFlags): RouterConfigRequest {
  const { collector, port, protocol, variant, router, interface: interfaces, sampling, link } = flags
  if (collector === undefined) throw missingCollector(guide)
  return {
    guide,
    collector,
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    ...(variant !== undefined && { variant }),
    ...(router !== undefined && { router }),
    ...(interfaces !== undefined && { interfaces }),
    ...(sampling !== undefined && { sampling }),
    ...(link !== undefined && { link_mbps: link }),
  }
}

/** A guide that does not exist is told of first: its name comes first in what was typed. */
function missingCollector(guide: string): CommandError {
  if (!guideSummaries().some(({ id }) => id === guide)) return unknownGuide(guide)
  return new CommandError('where should the router send to? Say the address of the machine that runs Drawbridge', {
    next: `drawbridge router-config ${guide} --collector 192.0.2.10`,
    exitCode: 2,
  })
}

function made(asked: RouterConfigRequest): RouterConfig {
  try {
    return routerConfig(asked)
  } catch (error) {
    if (!(error instanceof RouterConfigError)) throw error
    if (error.field === 'guide') throw unknownGuide(asked.guide)
    throw new CommandError(`${flagOf(error.field)}: ${error.reason}`, { next: 'drawbridge router-config --help', exitCode: 2 })
  }
}

/** People look for makers and products too: their guides are named. */
function unknownGuide(name: string): CommandError {
  const guides = guideSummaries()
  const wanted = name.toLowerCase()
  const fitting = guides.filter(({ names }) => wanted.length > 1 && names.some((each) => each.toLowerCase().includes(wanted)))
  const ids = guides.map(({ id }) => id)
  const hint = fitting.length === 0 ? suggestion(name, ids) : `; for that there is ${fitting.map(({ id }) => id).join(', ')}`
  return new CommandError(`there is no guide ${JSON.stringify(name)}${hint}`, { next: 'drawbridge router-config', exitCode: 2 })
}

function flagOf(field: keyof RouterConfigRequest): string {
  const flags: Readonly<Partial<Record<keyof RouterConfigRequest, string>>> = { interfaces: '--interface', link_mbps: '--link' }
  return flags[field] ?? `--${field}`
}

async function check(file: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const { lintPmacct } = await import('../setup/config/pmacct-lint.ts')
  const faults = lintPmacct(await fileText(file))
  process.stdout.write(json ? `${JSON.stringify(faults)}\n` : faultsText(file, faults))
  if (faults.some(({ severity }) => severity === 'failed')) process.exitCode = 1
}

/** Twice of what is looked at: what is longer is refused there. */
const lastByte = 131_071

async function fileText(file: string): Promise<string> {
  try {
    let text = ''
    for await (const chunk of createReadStream(file, { encoding: 'utf8', end: lastByte })) text += String(chunk)
    return text
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 })
  }
}
