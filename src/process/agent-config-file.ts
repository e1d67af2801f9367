// Reads and writes the configuration file of an agent.
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { ConfigError } from '../base/config-error.ts'
import { readConfigFile, type Assignment } from '../base/config-file.ts'
import { agentConfigSchema, type AgentConfig, type AgentConfigInput } from '../contract/agent-config.ts'

const sections: ReadonlySet<string> = new Set(['nflog_groups', 'always_on', 'log'])

/** @throws ConfigError with every problem and its line */
export function readAgentConfig(file: string): AgentConfig {
  const assignments = readConfigFile(file, sections)
  const { data, error } = agentConfigSchema.safeParse(tree(assignments))
  if (data !== undefined) return data
  throw new ConfigError(
    error.issues.map((issue) => {
      const name = issue.path.join('.')
      const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => (name === '' ? key : `${name}.${key}`)) : []
      const where = assignments.find(({ path }) => `${keys[0] ?? name}.`.startsWith(`${path}.`))?.where ?? file
      return { where, message: keys.length > 0 ? `there is no option ${keys.join(', ')}` : `${name}: ${issue.message}` }
    }),
  )
}

/** A new file that only its owner can read, at its place once `finish` is called. */
export interface AgentConfigDraft {
  finish(config: AgentConfigInput): void
  discard(): void
}

/** Begun before anything is asked of the server, so that a code is not used up for a file that cannot be written. @throws what node throws */
export function draftAgentConfig(file: string): AgentConfigDraft {
  mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.new`
  rmSync(draft, { force: true })
  const descriptor = openSync(draft, 'wx', 0o600)
  chmodSync(draft, 0o600)
  return {
    finish: (config) => {
      writeSync(descriptor, `# Agent of Drawbridge. Every option: docs/captures.md. The token is a secret.\n${stringify(config)}`)
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(draft, file)
    },
    discard: () => {
      closeSync(descriptor)
      rmSync(draft, { force: true })
    },
  }
}

export function hasAgentConfig(file: string): boolean {
  return existsSync(file)
}

function tree(assignments: readonly Assignment[]): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const { path, value } of assignments) {
    if (value === undefined) continue
    const [name = '', inner] = path.split('.')
    if (inner === undefined) root[name] = value
    else root[name] = { ...(root[name] as object | undefined), [inner]: value }
  }
  return root
}
