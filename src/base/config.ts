// Loads the configuration: defaults, then the YAML file, then the environment, then flags; later ones win.
import { existsSync } from 'node:fs'
import { configSchema, type Config } from '../contract/config.ts'
import { checkConfig } from './config-checks.ts'
import { ConfigError, type ConfigProblem, type OptionProblem } from './config-error.ts'
import { readConfigFile, type Assignment } from './config-file.ts'
import { valueProblems } from './config-faults.ts'
import { describeConfig, environmentPrefix, sectionPaths, splitList, type ConfigOption } from './config-options.ts'
import { suggestion } from './nearest-name.ts'

/** File that is read when it exists and none is named. */
const defaultConfigFile = './drawbridge.yaml'

/** Names the file, for places where a flag is inconvenient. */
const configFileVariable = 'DRAWBRIDGE_CONFIG'

/** Of commands that ask a running server; a server that is started from the same shell is not meant. */
const clientVariables: ReadonlySet<string> = new Set([`${environmentPrefix}URL`, `${environmentPrefix}TOKEN`])

/** Variables of our own test runs, which servers started by tests inherit. */
const testPrefix = `${environmentPrefix}TEST_`

interface ConfigFlags {
  /** Assignments `path=value`. */
  readonly set?: readonly string[]
  /** Short for `--set data=…`. */
  readonly data?: string
  /** Short for `--set demo=true`. */
  readonly demo?: boolean
}

export interface ConfigSources {
  /** Configuration file; without it DRAWBRIDGE_CONFIG or the default file. */
  readonly file?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly flags?: ConfigFlags
}

export interface LoadedConfig {
  readonly config: Config
  /** The file that was read, if any. */
  readonly file: string | undefined
  /** Paths of the options that a source gives a value, be it the default. */
  readonly given: ReadonlySet<string>
}

/**
 * Reads all sources and checks the result.
 * @throws ConfigError with every problem found: unknown names, wrong kinds, values out of range
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const environment = sources.environment ?? {}
  const file = sources.file ?? (environment[configFileVariable] || (existsSync(defaultConfigFile) ? defaultConfigFile : undefined))
  const load = new Load(describeConfig())
  if (file !== undefined) load.addFile(file)
  load.addEnvironment(environment)
  load.addFlags(sources.flags ?? {})
  return { config: load.finish(), file, given: load.given }
}

/** What is wrong with values of options, by their paths, in the words of a configuration file. */
export function optionProblems(values: Readonly<Record<string, unknown>>): OptionProblem[] {
  const load = new Load(describeConfig())
  load.addValues(values)
  return load.check().problems
}

/** Gathers assignments and problems; the last assignment of an option wins. */
class Load {
  private readonly options: ReadonlyMap<string, ConfigOption>
  private readonly problems: ConfigProblem[] = []
  private readonly assigned = new Map<string, Assignment>()

  constructor(options: readonly ConfigOption[]) {
    this.options = new Map(options.map((option) => [option.path, option]))
  }

  addFile(file: string): void {
    const sections = sectionPaths([...this.options.values()])
    for (const assignment of readConfigFile(file, sections)) {
      if (sections.has(assignment.path)) this.problem(assignment.where, `${assignment.path} has to hold names and values`)
      else if (this.known(assignment, [...this.options.keys(), ...sections])) this.assigned.set(assignment.path, assignment)
    }
  }

  addEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
    const byVariable = new Map([...this.options.values()].map((option) => [option.environment, option]))
    for (const [variable, text] of Object.entries(environment)) {
      if (!variable.startsWith(environmentPrefix) || variable.startsWith(testPrefix)) continue
      if (variable === configFileVariable || clientVariables.has(variable)) continue
      // An empty variable counts as not set: compose files leave such ones behind.
      if (text === undefined || text === '') continue
      const option = byVariable.get(variable)
      if (option) this.assignText(option, text, variable)
      else this.problem(variable, `there is no option for this variable${suggestion(variable, byVariable.keys())}`)
    }
  }

  addFlags({ set = [], data, demo }: ConfigFlags): void {
    for (const text of set) this.addSet(text)
    if (data !== undefined) this.assigned.set('data', { path: 'data', value: data, where: '--data' })
    if (demo !== undefined) this.assigned.set('demo', { path: 'demo', value: demo, where: '--demo' })
  }

  addValues(values: Readonly<Record<string, unknown>>): void {
    for (const [path, value] of Object.entries(values)) this.assigned.set(path, { path, value, where: '' })
  }

  /** A name without a value, as a file may have it, gives none. */
  get given(): ReadonlySet<string> {
    return new Set([...this.assigned.values()].filter(({ value }) => value !== undefined).map(({ path }) => path))
  }

  /** The configuration as far as the schema takes it, and what is wrong with its values. */
  check(): { readonly config: Config | undefined; readonly problems: OptionProblem[] } {
    const { data: config, error } = configSchema.safeParse(this.tree())
    const problems = valueProblems(error?.issues ?? [], this.options, (path) => this.assigned.get(path)?.value)
    return { config, problems: config === undefined ? problems : [...problems, ...checkConfig(config)] }
  }

  /** The configuration, or a ConfigError with all problems. */
  finish(): Config {
    const { config, problems } = this.check()
    for (const { path, message } of problems) this.problem(this.assigned.get(path)?.where ?? '', message)
    if (this.problems.length > 0 || config === undefined) throw new ConfigError(this.problems)
    return config
  }

  private addSet(text: string): void {
    const equals = text.indexOf('=')
    const path = text.slice(0, equals)
    if (equals < 1) return this.problem('--set', `${JSON.stringify(text)} is not of the form path=value`)
    if (!this.known({ path, value: text, where: '--set' }, this.options.keys())) return
    const option = this.options.get(path)
    if (option) this.assignText(option, text.slice(equals + 1), '--set')
  }

  private known({ path, where }: Assignment, names: Iterable<string>): boolean {
    if (this.options.has(path)) return true
    this.problem(where, `there is no option ${path}${suggestion(path, names)}`)
    return false
  }

  private assignText(option: ConfigOption, text: string, where: string): void {
    this.assigned.set(option.path, { path: option.path, value: fromText(option, text), where })
  }

  private tree(): object {
    const root: Record<string, unknown> = {}
    for (const { path, value } of this.assigned.values()) {
      if (value === undefined) continue
      const names = path.split('.')
      const last = names.pop() ?? ''
      let section = root
      for (const name of names) section = (section[name] ??= {}) as Record<string, unknown>
      section[last] = value
    }
    return root
  }

  private problem(where: string, message: string): void {
    this.problems.push({ where, message })
  }
}

/** The value that a text stands for; a text that is none of the option's kind stays a text and is refused by the schema. */
function fromText(option: ConfigOption, text: string): unknown {
  if (option.kind === 'list') return splitList(text)
  if (option.kind === 'boolean') return ({ true: true, false: false } as Readonly<Record<string, boolean>>)[text] ?? text
  if (option.kind === 'integer' || option.kind === 'number') return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : text
  return option.kind === 'sections' ? fromJson(text) : text
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Left as a text, which is refused as none of the option's kind.
    return text
  }
}
