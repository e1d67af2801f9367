// Sends the server a few flows of each protocol over loopback and looks whether the store has exactly them.
import { randomInt } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../../base/clock.ts'
import { selfTestAccount, type RegisteredRouter, type RouterStatus } from '../../../contract/collector-status.ts'
import type { SelfTestResult } from '../../../contract/doctor.ts'
import type { Endpoint } from '../endpoint.ts'
import { judgeLeg } from './judge.ts'
import { planLegs, sentSums, type Sums, type TestLeg, type TestMark } from './legs.ts'
import { sendLeg } from './send.ts'

export interface SelfTestConfig {
  /** Decoded flows are in a segment after this time at the latest. */
  readonly sealSeconds: number
}

/** What the test needs of the collectors. */
export interface TestedCollectors {
  boundAddresses(): readonly Endpoint[]
  routers(account: number): readonly RouterStatus[]
  /** Those of accounts. */
  allRouters(): readonly RouterStatus[]
  registerTest(routers: readonly RegisteredRouter[]): void
}

/** What the test and the checks need of the store of flows. */
export interface AskedStore {
  query(
    sql: string,
    options?: { readonly params?: Readonly<Record<string, unknown>>; readonly timeoutSeconds?: number; readonly signal?: AbortSignal },
  ): Promise<{ readonly rows: readonly unknown[] }>
}

export interface SelfTestDependencies {
  readonly collectors: TestedCollectors
  readonly flows: AskedStore
  readonly clock: Clock
}

export interface SelfTestAnswer {
  readonly results: readonly SelfTestResult[]
  /** Addresses that were not tested because a router of an account has them. */
  readonly skipped: readonly string[]
}

const lookEveryMs = 250
/** Over loopback a datagram takes no millisecond, but threads report once a second. */
const arriveMs = 10_000
/** How long the store may take with what is sealed. */
const storeMs = 30_000
const askSeconds = 10

const storedSql = `
select observation_domain as domain, toString(export_protocol) as protocol, toString(router) as router,
  count() as flows, sum(bytes) as bytes, sum(packets) as packets
from flows
where account = {account:UInt16} and time_received >= toDateTime({since:UInt32}, 'UTC')
  and src_port = {port:UInt16} and dst_addr = toIPv6({destination:String})
group by domain, protocol, router`

interface StoredRow {
  readonly domain: number
  readonly protocol: string
  readonly router: string
  readonly flows: string
  readonly bytes: string
  readonly packets: string
}

/** How a test goes while it runs. */
interface Run {
  readonly legs: readonly TestLeg[]
  readonly mark: TestMark
  /** ms since 1970; and of the clock that only goes forward. */
  readonly since: number
  readonly begun: number
  readonly sent: Map<TestLeg, number>
  readonly refused: Map<TestLeg, string>
  readonly stored: Map<TestLeg, Sums>
  /** When the store was seen to have all of a leg, ms from the beginning. */
  readonly complete: Map<TestLeg, number>
  storeFault: string | null
}

const nothing: Sums = { flows: 0, bytes: 0, packets: 0 }

/** @param signal ends the waiting; what has not come by then has failed */
export async function runSelfTest(config: SelfTestConfig, deps: SelfTestDependencies, signal: AbortSignal): Promise<SelfTestAnswer> {
  const { collectors, clock } = deps
  const mark = { port: randomInt(1024, 65_536), destination: `198.19.${randomInt(256)}.${randomInt(256)}`, net: randomInt(1, 255) }
  const known = new Set(collectors.allRouters().map(({ address }) => address))
  const planned = planLegs(collectors.boundAddresses(), mark, { linux: process.platform === 'linux', ipv6: hasIpv6() })
  const legs = planned.filter(({ router }) => !known.has(router))
  const run: Run = {
    legs,
    mark,
    since: clock.now(),
    begun: performance.now(),
    sent: new Map(),
    refused: new Map(),
    stored: new Map(),
    complete: new Map(),
    storeFault: null,
  }
  collectors.registerTest(registrations(legs))
  try {
    await Promise.all(legs.map((leg) => send(leg, run)))
    await wait(run, { ...config, ...deps, signal })
    const skipped = new Set(planned.filter((leg) => !legs.includes(leg)).map(({ router }) => router))
    return { results: legs.map((leg) => judgeLeg(leg, progressOf(leg, run, collectors))), skipped: [...skipped] }
  } finally {
    collectors.registerTest([])
  }
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
}

function registrations(legs: readonly TestLeg[]): RegisteredRouter[] {
  const routers = new Set(legs.map(({ router }) => router))
  return [...routers].map((address) => ({ account: selfTestAccount, address, samplingOverride: null, accountSampling: 1 }))
}

async function send(leg: TestLeg, run: Run): Promise<void> {
  try {
    run.sent.set(leg, await sendLeg(leg, run.since))
  } catch (error) {
    run.refused.set(leg, error instanceof Error ? error.message : String(error))
  }
}

/** Until every leg is complete or cannot become it any more. */
async function wait(run: Run, parts: SelfTestConfig & SelfTestDependencies & { readonly signal: AbortSignal }): Promise<void> {
  const { sealSeconds, collectors, flows, signal } = parts
  for (;;) {
    await ask(run, flows, signal)
    const passed = performance.now() - run.begun
    const open = run.legs.filter((leg) => !run.complete.has(leg) && !run.refused.has(leg))
    const hopeful = passed < arriveMs ? open : open.filter((leg) => progressOf(leg, run, collectors).decoded > 0)
    if (hopeful.length === 0 || passed >= storeMs + sealSeconds * 1000 || signal.aborted) return
    await delay(lookEveryMs)
  }
}

async function ask(run: Run, flows: AskedStore, signal: AbortSignal): Promise<void> {
  const { port, destination } = run.mark
  const params = { account: selfTestAccount, since: Math.floor(run.since / 1000) - 1, port, destination }
  try {
    const { rows } = await flows.query(storedSql, { params, timeoutSeconds: askSeconds, signal })
    run.storeFault = null
    // The columns of the statement.
    for (const leg of run.legs) noteStored(leg, run, rows as readonly StoredRow[])
  } catch (error) {
    run.storeFault = error instanceof Error ? error.message : String(error)
  }
}

function noteStored(leg: TestLeg, run: Run, rows: readonly StoredRow[]): void {
  const row = rows.find(
    ({ domain, protocol, router }) => domain === leg.domain && protocol === leg.protocol && plainAddress(router) === leg.router,
  )
  if (row === undefined) return
  const stored = { flows: Number(row.flows), bytes: Number(row.bytes), packets: Number(row.packets) }
  run.stored.set(leg, stored)
  if (stored.flows >= sentSums(leg).flows && !run.complete.has(leg)) run.complete.set(leg, performance.now() - run.begun)
}

/** The store has IPv4 mapped into IPv6. */
function plainAddress(text: string): string {
  return text.startsWith('::ffff:') ? text.slice('::ffff:'.length) : text
}

function progressOf(leg: TestLeg, run: Run, collectors: TestedCollectors) {
  const status = collectors.routers(selfTestAccount).find(({ address }) => address === leg.router)
  const stored = run.stored.get(leg) ?? nothing
  return {
    sent: run.sent.get(leg) ?? 0,
    refused: run.refused.get(leg) ?? null,
    received: status?.ledger.datagrams_received ?? 0,
    decoded: Math.min(leg.flows.length, stored.flows + decodedOnly(leg, run, status?.ledger.records_decoded ?? 0)),
    stored,
    milliseconds: run.complete.get(leg) ?? performance.now() - run.begun,
    storeFault: run.storeFault,
  }
}

/** Flows of a leg's router that were decoded and are not in the store; over IPv6 several legs have one address. */
function decodedOnly(leg: TestLeg, run: Run, decoded: number): number {
  const stored = run.legs.filter(({ router }) => router === leg.router).map((one) => run.stored.get(one)?.flows ?? 0)
  return Math.max(0, decoded - stored.reduce((sum, flows) => sum + flows, 0))
}
