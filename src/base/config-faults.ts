// Says which values the schema refuses, in terms of options: the schema's own sentences would speak of types. Secrets are
// not shown.
import type { z } from 'zod'
import type { OptionProblem } from './config-error.ts'
import { optionValue, type ConfigOption } from './config-options.ts'
import { suggestion } from './nearest-name.ts'

type Issue = z.core.$ZodIssue

/**
 * One problem for each option, and for each field of an item where the option is a list of sections.
 * @param valueOf what was assigned to an option
 */
export function valueProblems(
  issues: readonly Issue[],
  options: ReadonlyMap<string, ConfigOption>,
  valueOf: (path: string) => unknown,
): OptionProblem[] {
  const problems = new Map<string, OptionProblem>()
  for (const issue of issues) {
    for (const problem of problemsOf(issue, options, valueOf)) problems.set(problem.message, problem)
  }
  return [...problems.values()]
}

function problemsOf(issue: Issue, options: ReadonlyMap<string, ConfigOption>, valueOf: (path: string) => unknown): OptionProblem[] {
  const found = longestMatch(issue.path, (path) => options.get(path))
  const path = found?.match.path ?? issue.path.join('.')
  const [index, ...inside] = found?.rest ?? []
  const value = valueOf(path)
  if (found?.match.kind !== 'sections' || typeof index !== 'number') {
    return [{ path, message: `${path} is ${shown(found?.match, value)}; it has to be ${found?.match.allowed ?? 'left out'}` }]
  }
  const item = Array.isArray(value) ? (value[index] as unknown) : undefined
  return itemProblems({ issue, item, inside, fields: found.match.fields, name: `${path}[${index}]` }).map((message) => ({ path, message }))
}

interface ItemIssue {
  readonly issue: Issue
  readonly item: unknown
  /** Path of the issue inside the item. */
  readonly inside: readonly PropertyKey[]
  readonly fields: readonly ConfigOption[]
  /** How the item is called: `advertise.bgp.neighbors[0]`. */
  readonly name: string
}

function itemProblems({ issue, item, inside, fields, name }: ItemIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    const paths = issue.keys.map((key) => [...inside, key].join('.'))
    return paths.map(
      (path) =>
        `there is no option ${name}.${path}${suggestion(
          path,
          fields.map((field) => field.path),
        )}`,
    )
  }
  const found = longestMatch(inside, (path) => fields.find((field) => field.path === path))
  if (!found) return [`${[name, ...inside].join('.')} has to hold names and values`]
  const { match } = found
  const value = optionValue(item, match.path)
  const state = value === undefined ? 'missing' : shown(match, value)
  return [`${name}.${match.path} is ${state}; it has to be ${match.allowed}`]
}

/** What the longest beginning of a path stands for, and the rest of the path. */
function longestMatch(path: readonly PropertyKey[], find: (path: string) => ConfigOption | undefined) {
  for (let length = path.length; length > 0; length--) {
    const match = find(path.slice(0, length).join('.'))
    if (match) return { match, rest: path.slice(length) }
  }
  return undefined
}

function shown(option: ConfigOption | undefined, value: unknown): string {
  // A list of sections may hold secrets anywhere.
  return option?.secret || option?.kind === 'sections' ? kindOf(value) : describeValue(value)
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'number') return 'a number'
  return typeof value === 'boolean' ? 'true or false' : 'a section'
}

// Long enough to recognise the value, short enough for one line of a terminal.
const longestShown = 60

function describeValue(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return `the text ${clip(JSON.stringify(value))}`
  return Array.isArray(value) ? `the list ${clip(JSON.stringify(value))}` : kindOf(value)
}

function clip(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}
