// A live check of the real server by its API: opened, looked at until it names something, and closed.
import type { CheckFinding, CheckStep, CheckStepName, RouterCheck, RouterCheckRequest } from '../../src/contract/router-check.ts'
import type { DrawbridgeServer } from '../lab/drawbridge-server.ts'
import { until } from '../lab/poll.ts'

const checks = '/accounts/{account}/drawbridge/router-checks'
const deadlineMs = 40_000

/** All that a check finds, with the step that it is found at. */
export function findingsOf({ steps }: RouterCheck): { readonly step: CheckStepName; readonly finding: CheckFinding }[] {
  return steps.flatMap(({ name, findings }) => findings.map((finding) => ({ step: name, finding })))
}

export function stepOf({ steps }: RouterCheck, name: CheckStepName): CheckStep {
  const found = steps.find((step) => step.name === name)
  if (found === undefined) throw new Error(`the check has no step ${name}`)
  return found
}

export function isOnGraph(check: RouterCheck): boolean {
  return stepOf(check, 'graph').state === 'ok'
}

/** What it shows, in short, for an error. */
function gist(check: RouterCheck): string {
  const steps = check.steps.map(({ name, state, findings }) => [name, state, ...findings.map(({ code }) => code)].join(' '))
  return `${check.sender ?? 'nobody'}, ${check.datagrams} datagrams, ${check.flows} flows: ${steps.join('; ')}`
}

export class LiveCheck {
  readonly #server: DrawbridgeServer
  readonly #id: string

  private constructor(server: DrawbridgeServer, id: string) {
    this.#server = server
    this.#id = id
  }

  static async open(server: DrawbridgeServer, request: RouterCheckRequest): Promise<LiveCheck> {
    const { id } = await server.api<RouterCheck>('POST', checks, request)
    return new LiveCheck(server, id)
  }

  async look(): Promise<RouterCheck> {
    return await this.#server.api('GET', `${checks}/${this.#id}`)
  }

  /** Looks until `isThere`. @throws Error with what it shows in place of that */
  async until(what: string, isThere: (check: RouterCheck) => boolean): Promise<RouterCheck> {
    let seen: RouterCheck | undefined
    const there = async () => {
      seen = await this.look()
      return isThere(seen) ? seen : undefined
    }
    return await until(what, there, deadlineMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows ${seen === undefined ? 'nothing' : gist(seen)}`, { cause: error })
    })
  }

  /** Looks until it names this, and holds it for so grave. */
  async names({ code, state }: Pick<CheckFinding, 'code' | 'state'>): Promise<RouterCheck> {
    const isNamed = (check: RouterCheck) => findingsOf(check).some(({ finding }) => finding.code === code && finding.state === state)
    return await this.until(`${code}, ${state}`, isNamed)
  }

  async close(): Promise<void> {
    await this.#server.api('DELETE', `${checks}/${this.#id}`)
  }
}
