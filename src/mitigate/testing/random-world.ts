// The lab of random lives: a driver whose answers are drawn, and what has to hold whatever happened.
import { sql } from 'kysely'
import { containsPrefix, parseIpPrefix } from '../../base/ip-prefix.ts'
import { wanted } from '../advertisement-machine.ts'
import { readChanges, readHolding, stateOf, type AdvertisementRow, type CauseRow, type State } from '../advertisement-rows.ts'
import { AdvertiserLab, type Life } from './advertiser-lab.ts'
import type { DriverOutcome } from '../driver.ts'
import type { DriverCall, ScriptedAnswer } from './fake-peer.ts'

const owned = [
  { cidr: '203.0.113.0/24', divert_max_length: 26 },
  { cidr: '2001:db8::/32', divert_max_length: 48, approval: true },
]

/** The lab with what drivers have put off and what stands still. */
export class RandomWorld {
  readonly lab = new AdvertiserLab({ advertise: { max_announcements: 2, max_changes_per_hour: 1000 } })
  life!: Life
  /** Answers to come, the first one next; done when there is none. */
  readonly answers: ScriptedAnswer[] = []
  /** Put off by the driver of this life. */
  left: DriverCall[] = []
  waiting: (() => void)[] = []
  frozen = false
  readonly flaps: string[] = []
  /** Length of the peer's log when nothing new was let out any more. */
  quietSince: number | undefined

  async begin(): Promise<void> {
    await this.lab.prepare(owned)
    await this.live()
  }

  /** A new life; when it is killed while it starts, one more. */
  async live(): Promise<void> {
    for (;;) {
      const before = this.lab.peer().log.length
      this.life = this.lab.begin()
      this.left = []
      this.#script()
      try {
        await this.life.advertiser.start()
        await this.life.advertiser.idle()
        return await this.#noteFlaps(before)
      } catch (error) {
        if (!this.life.killed) throw error
      }
    }
  }

  kill(): void {
    this.life.kill()
    this.thaw()
  }

  thaw(): void {
    this.frozen = false
    for (const go of this.waiting.splice(0)) go()
  }

  async rows(): Promise<AdvertisementRow[]> {
    return await rowsIn(this.lab.db)
  }

  #script(): void {
    const [driver] = this.life.drivers.values()
    if (!driver) throw new Error('the lab has no driver')
    driver.pause = async () => {
      if (this.frozen) await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
    driver.answer = (call) => {
      // A new order takes the place of the old one.
      this.left = this.left.filter(({ route }) => route.id !== call.route.id)
      const answer = this.answers.shift()
      if (answer?.outcome.kind === 'delayed' && answer.outcome.retryAt === null) this.left.push(call)
      return answer
    }
  }

  /** What is announced after a start must not have gone in between, and what is not must not have come. */
  async #noteFlaps(before: number): Promise<void> {
    const rows = (await this.rows()).filter(({ dry_run }) => dry_run === 0)
    const announced = new Set(rows.filter(({ state }) => state === 'announced').map(({ route_key }) => `-${route_key}`))
    const expected = new Set(rows.filter((row) => wanted.has(stateOf(row))).map(({ route_key }) => `+${route_key}`))
    const changes = this.lab.peer().log.slice(before)
    this.flaps.push(...changes.filter((line) => (line.startsWith('-') ? announced.has(line) : !expected.has(line))))
  }

  /**
   * What has to hold at every moment, whatever is under way: it is all read from one state of the database.
   * @returns what does not
   */
  async violations(): Promise<string[]> {
    return await this.lab.db.connection().execute(async (db) => {
      // Reading needs no lock, which a process that was killed may still hold.
      await sql`begin deferred`.execute(db)
      try {
        return await this.#violationsIn(db)
      } finally {
        await sql`commit`.execute(db)
      }
    })
  }

  async #violationsIn(db: State): Promise<string[]> {
    const rows = await rowsIn(db)
    const told = rows.filter((row) => !['withdrawn', 'pending'].includes(row.state) && row.dry_run === 0)
    const keys = new Set(told.map(({ route_key }) => route_key))
    const there = [...this.lab.peer().table.keys()]
    const live = rows
      .filter(({ state }) => state !== 'withdrawn')
      .map(({ route_key, driver, dry_run }) => `${driver} ${dry_run} ${route_key}`)
    const quiet = await this.#newWhileQuiet(db)
    const ofRows = await Promise.all(rows.map((row) => rowViolations(db, row)))
    return [
      ...this.flaps.map((line) => `${line} at a start`),
      ...quiet.map((line) => `${line} while nothing new is let out`),
      ...there.filter((key) => !keys.has(key)).map((key) => `${key} is at the peer and not written`),
      ...there.filter((key) => !isOwned(key)).map((key) => `${key} is not owned`),
      ...(new Set(live).size === live.length ? [] : [`two of a kind: ${live.join(', ')}`]),
      ...ofRows.flat(),
    ]
  }

  /** What came to the peer since a lock or the stop was seen first. */
  async #newWhileQuiet(db: State): Promise<string[]> {
    const stopped = await db.selectFrom('advertising_stop').select('id').executeTakeFirst()
    const open = await db.selectFrom('owned_prefix').select('id').where('locked', '=', 0).executeTakeFirst()
    const { log } = this.lab.peer()
    if (!stopped && open) this.quietSince = undefined
    else this.quietSince ??= log.length
    return this.quietSince === undefined ? [] : log.slice(this.quietSince).filter((line) => line.startsWith('+'))
  }

  /** The driver finishes what it had taken before. */
  async finish(outcome: DriverOutcome): Promise<void> {
    for (const call of this.left.splice(0)) this.life.drivers.get('bgp')?.settle(call, outcome)
    await this.life.advertiser.idle()
  }

  /** Everybody obeys from now on, and time passes. @returns how the peer differs from what is written */
  async settle(): Promise<string[]> {
    this.thaw()
    this.answers.length = 0
    if (this.life.killed) await this.live()
    const { life, lab } = this
    life.killAfter(Number.POSITIVE_INFINITY)
    lab.breaching.clear()
    await this.lock(0)
    await life.advertiser.resume({ who: 'eve@example.net', why: 'the end' })
    await this.finish({ kind: 'done', already: false, detail: 'at last' })
    // The longest pause between two tries is an hour.
    await lab.pass(life, 3700, 100)
    const rows = (await this.rows()).filter(({ dry_run }) => dry_run === 0)
    const announced = new Set(rows.filter(({ state }) => state === 'announced').map(({ route_key }) => route_key))
    const { table } = lab.peer()
    return [
      ...[...table.keys()].filter((key) => !announced.has(key)).map((key) => `${key} is at the peer and should not be`),
      ...[...announced].filter((key) => !table.has(key)).map((key) => `${key} is not at the peer and should be`),
      ...rows.filter(({ state }) => !['announced', 'withdrawn', 'pending'].includes(state)).map(({ state }) => `${state} in the end`),
    ]
  }

  async lock(locked: number): Promise<void> {
    await this.life.db.updateTable('owned_prefix').set({ locked }).execute()
    await this.life.advertiser.ownedPrefixesChanged()
  }
}

async function rowsIn(db: State): Promise<AdvertisementRow[]> {
  return await db.selectFrom('advertisement').selectAll().execute()
}

async function rowViolations(db: State, row: AdvertisementRow): Promise<string[]> {
  const causes = await readHolding(db, row.id)
  const held = causes.length > 0
  const heldBack = causes.length > 0 && (row.state === 'pending' || row.state === 'withdrawing')
  const changes = await readChanges(db, row.id)
  const states = [null, ...changes.map(({ to }) => to)]
  const needsCause = wanted.has(stateOf(row)) || row.state === 'pending'
  return [
    ...(needsCause && !held ? [`${row.state} without a cause`] : []),
    ...(row.state === 'withdrawn' && held ? ['withdrawn, and held'] : []),
    ...(heldBack && !causes.every(needsApproval) ? [`${row.state}, and held by one that needs no approval`] : []),
    ...(changes.every(({ from }, index) => from === states[index]) ? [] : [`a history with holes: ${JSON.stringify(changes)}`]),
    ...(states.at(-1) === row.state ? [] : [`${row.state}, but the history ends with ${states.at(-1)}`]),
    ...(changes.every(({ who, why }) => who !== '' && why !== '') ? [] : ['a change without who or why']),
  ]
}

/** Whoever asks tells by the name of the rule whether somebody has to approve it; one prefix always wants it. */
export const approvalRule = 'flood, to be approved'

function needsApproval({ kind, who }: CauseRow): boolean {
  return kind === 'rule' && who === approvalRule
}

/** By what is registered, not by what the guard says. */
function isOwned(key: string): boolean {
  const prefix = parseIpPrefix(key.replace('divert ', ''))?.prefix
  return owned.some(({ cidr }) => {
    const own = parseIpPrefix(cidr)?.prefix
    return own !== undefined && prefix !== undefined && containsPrefix(own, prefix)
  })
}
