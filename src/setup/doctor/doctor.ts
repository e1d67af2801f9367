// The doctor of a running server: looks at the machine and at the server, and sends it test flows when asked.
import type { Clock } from '../../base/clock.ts'
import type { ListenerStatus } from '../../contract/collector-status.ts'
import type { Config } from '../../contract/config.ts'
import type { DoctorFinding, DoctorReport, SelfTestResult } from '../../contract/doctor.ts'
import { checkSelfTest } from './checks/self-test.ts'
import type { StoreReading } from './checks/store.ts'
import { gravest } from './finding.ts'
import { examineMachine } from './machine.ts'
import { runSelfTest, type AskedStore, type TestedCollectors } from './self-test/self-test.ts'

export interface DoctorDependencies {
  readonly collectors: TestedCollectors & {
    listeners(): readonly ListenerStatus[]
    ledger(): { readonly datagrams_received: number }
  }
  readonly flows: AskedStore
  readonly clock: Clock
}

/** What the API needs of a doctor. */
export type Examining = Pick<Doctor, 'look' | 'test'>

const askSeconds = 5
const versionSql = 'select version() as version'
/** Of each day that is over; merges may still change them a little. */
const daysSql = `
select sum(bytes_on_disk) as bytes from system.parts
where active and database = currentDatabase() and table = 'flows' and partition < toString(toYYYYMMDD(now('UTC')))
group by partition order by partition`

/** Component. `look` and `test` answer all who ask at a time with one look and one test. */
export class Doctor {
  readonly #config: () => Config
  readonly #deps: DoctorDependencies
  readonly #ends = new AbortController()
  #looking: Promise<readonly DoctorFinding[]> | undefined
  #testing: Promise<DoctorReport> | undefined

  /** @param config asked at each look: settings change while the server runs */
  constructor(config: () => Config, deps: DoctorDependencies) {
    this.#config = config
    this.#deps = deps
  }

  async look(): Promise<DoctorReport> {
    return report(await this.#look(), [])
  }

  /** With the self test, which takes some seconds. */
  test(): Promise<DoctorReport> {
    this.#testing ??= this.#test().finally(() => (this.#testing = undefined))
    return this.#testing
  }

  /** Ends a test that is running. */
  async stop(): Promise<void> {
    this.#ends.abort()
    await Promise.allSettled([this.#testing, this.#looking])
  }

  #look(): Promise<readonly DoctorFinding[]> {
    this.#looking ??= this.#examine().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #test(): Promise<DoctorReport> {
    const config = { sealSeconds: this.#config().collect.seal_seconds }
    const [findings, answer] = await Promise.all([this.#look(), runSelfTest(config, this.#deps, this.#ends.signal)])
    return report([...findings, ...checkSelfTest(answer)], answer.results)
  }

  async #examine(): Promise<DoctorFinding[]> {
    const { collectors, clock } = this.#deps
    const [store, days] = await Promise.all([this.#askStore(), this.#storedDays()])
    return examineMachine({
      config: this.#config(),
      file: undefined,
      listeners: collectors.boundAddresses(),
      now: clock.now(),
      store,
      days,
      server: { listeners: collectors.listeners(), received: collectors.ledger().datagrams_received, pid: process.pid },
    })
  }

  async #askStore(): Promise<StoreReading> {
    const { kind: where, url = null } = this.#config().store
    try {
      const { rows } = await this.#deps.flows.query(versionSql, { timeoutSeconds: askSeconds })
      // The column of the statement.
      const [row] = rows as readonly { readonly version: string }[]
      return { kind: 'answer', where, version: row?.version ?? '' }
    } catch (error) {
      return { kind: 'silent', where, reason: error instanceof Error ? error.message : String(error), url }
    }
  }

  async #storedDays(): Promise<readonly number[] | null> {
    // A ClickHouse server has a disk of its own.
    if (this.#config().store.kind !== 'embedded') return null
    try {
      const { rows } = await this.#deps.flows.query(daysSql, { timeoutSeconds: askSeconds })
      // The column of the statement.
      return (rows as readonly { readonly bytes: string }[]).map(({ bytes }) => Number(bytes))
    } catch {
      // That the store does not answer is a finding of its own.
      return null
    }
  }
}

function report(findings: readonly DoctorFinding[], tests: readonly SelfTestResult[]): DoctorReport {
  return { state: gravest(findings.map(({ state }) => state)), server: true, findings, self_test: tests }
}
