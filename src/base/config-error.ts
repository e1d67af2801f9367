// What is wrong with a configuration, told in the user's words. Light on imports: the command line loads it always.

export interface ConfigProblem {
  /** Where the value was given: `drawbridge.yaml:12`, `DRAWBRIDGE_HTTP_PORT`, `--set`; empty when nowhere. */
  readonly where: string
  readonly message: string
}

/** What is wrong with the value of an option. */
export interface OptionProblem {
  /** Path of the option that was assigned. */
  readonly path: string
  readonly message: string
}

/** Thrown when a configuration cannot be used. The message holds every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ where, message }) => (where === '' ? message : `${where}: ${message}`)).join('\n'))
    this.problems = problems
  }
}
