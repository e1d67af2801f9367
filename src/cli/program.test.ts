import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../base/config-error.ts'
import { CommandError } from './command-error.ts'
import { cliCommands, createProgram, runProgram, type LazyCommand } from './program.ts'

let out = ''
let err = ''

beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const loaded: string[] = []
function lazy(name: string, build: (command: Command) => Command): LazyCommand {
  return {
    name,
    summary: `does ${name}`,
    load: async () => {
      loaded.push(name)
      return build(new Command(name).description(`the whole story of ${name}`))
    },
  }
}

const failing = (error: Error) => (command: Command) =>
  command.action(() => {
    throw error
  })
const commands = [
  lazy('greet', (command) => command.option('--name <name>').action(({ name }) => void process.stdout.write(`hello ${name}\n`))),
  lazy('break', failing(new CommandError('the port is taken', { next: 'drawbridge serve --set http.port=8081', exitCode: 3 }))),
  lazy('misconfigured', failing(new ConfigError([{ where: 'drawbridge.yaml:2', message: 'there is no option a' }]))),
  lazy('crash', failing(new TypeError('x is not a function'))),
  lazy('nest', (command) => command.addCommand(new Command('deep').argument('<what>').action((what) => void process.stdout.write(what)))),
]
const run = (...argv: string[]) => {
  loaded.length = 0
  return runProgram(createProgram(commands), argv)
}

describe('createProgram', () => {
  it('shows help and version without loading a command', async () => {
    expect(await run('--help')).toBe(0)
    expect(out).toMatch(/greet +does greet\n/)
    expect(out).toContain('Examples:\n  $ drawbridge serve')
    expect(await run('--version')).toBe(0)
    expect(out).toMatch(/\d+\.\d+\.\d+\n$/)
    expect(loaded).toEqual([])
  })

  it('loads only the command that is called', async () => {
    expect(await run('greet', '--name', 'you')).toBe(0)
    expect(out).toBe('hello you\n')
    expect(loaded).toEqual(['greet'])
    expect(await run('nest', 'deep', 'down')).toBe(0)
    expect(out).toContain('down')
  })

  it.each([
    ['greet', '--help'],
    ['help', 'greet'],
  ])('shows the whole help of a command: %s %s', async (...argv) => {
    expect(await run(...argv)).toBe(0)
    expect(out).toContain('Usage: drawbridge greet [options]')
    expect(out).toContain('the whole story of greet')
  })
})

describe('runProgram', () => {
  const cases: [argv: string[], exitCode: number, message: string][] = [
    [['greeet'], 2, "error: unknown command 'greeet'\n(Did you mean greet?)\nNext: drawbridge --help\n"],
    [['help', 'nothing'], 2, "error: unknown command 'nothing'"],
    [['greet', '--nam', 'x'], 2, "error: unknown option '--nam'\n(Did you mean --name?)\nNext: drawbridge greet --help\n"],
    [['nest', 'deep'], 2, "error: missing required argument 'what'\nNext: drawbridge nest deep --help\n"],
    [['break'], 3, 'drawbridge: the port is taken\nNext: drawbridge serve --set http.port=8081\n'],
    [['misconfigured'], 2, 'drawbridge: The configuration cannot be used.\ndrawbridge.yaml:2: there is no option a\nNext: '],
    [['crash'], 1, 'drawbridge: TypeError: x is not a function\n    at '],
  ]
  it.each(cases)('%j', async (argv, exitCode, message) => {
    expect(await run(...argv)).toBe(exitCode)
    expect(err).toContain(message)
  })

  it('keeps the exit code that a command sets', async () => {
    const quiet = lazy('quiet', (command) => command.action(() => void (process.exitCode = 4)))
    expect(await runProgram(createProgram([quiet]), ['quiet'])).toBe(4)
  })
})

describe('cliCommands', () => {
  it.each(cliCommands.map((command) => [command.name, command] as const))(
    '%s loads under its name and describes itself',
    async (name, { load }) => {
      const command = await load()
      expect(command.name()).toBe(name)
      expect(command.description().length).toBeGreaterThan(10)
    },
  )
})
