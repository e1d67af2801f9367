// kill -9 at each step of a change and at random moments, with BIRD as the peer: afterwards its table and our state agree,
// and nothing that stayed announced was ever withdrawn.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ownedPrefixDefaults } from '../../src/contract/owned-prefix.ts'
import type { AnnounceRequest } from '../../src/mitigate/advertising.ts'
import { Random } from '../../src/sim/random.ts'
import { openState } from '../../src/store/state.ts'
import { BgpLab } from '../bgp/bgp-lab.ts'
import { BirdPeer } from '../bgp/bird-peer.ts'
import { ownAs, peerAs } from '../bgp/lab-addresses.ts'
import { speakerConfig } from '../bgp/lab-routes.ts'
import { families, type Family } from '../bgp/peer.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { AdvertiserProcess, killSteps, ProcessGone, type Kill, type KillStep } from './advertiser-process.ts'

const skip = needs({ root: true, commands: ['bird', 'birdc', 'tcpdump', 'ip'], paths: ['dist/mitigate/advertiser.js'] })

/** Each step once and two random moments; more by hand. */
const runs = Number(process.env['DRAWBRIDGE_TEST_KILLS'] ?? killSteps.length + 2)
const seed = Number(process.env['DRAWBRIDGE_TEST_SEED'] ?? 1)

const owned: Readonly<Record<Family, { cidr: string; longest: number }>> = {
  ipv4: { cidr: '203.0.113.0/24', longest: 28 },
  ipv6: { cidr: '2001:db8::/32', longest: 48 },
}
/** Announced from the beginning to the end. */
const stable = ['203.0.113.0/28', '2001:db8:1::/48']
/** Announced and withdrawn all the time. */
const restless = ['203.0.113.16/28', '203.0.113.32/28', '203.0.113.48/28', '2001:db8:2::/48', '2001:db8:3::/48', '2001:db8:4::/48']
const markers = ['203.0.113.240/28', '2001:db8:ffff::/48']

/** Long: a busy machine must neither end a session nor the peer's patience with a restart. */
const [holdSeconds, restartSeconds] = [120, 600]

const actor = { who: 'eve@example.net', why: 'a test' }

function asks(prefix: string): AnnounceRequest {
  const cause = { kind: 'person', ...actor, rule_id: null, incident_id: null, until: null, hold_seconds: null, signal: null } as const
  return { account: 1, purpose: 'divert', prefix, flowspec: null, driver: null, cause, dryRun: false, approval: false }
}

async function prepareState(file: string): Promise<void> {
  const state = await openState(file)
  const { db } = state
  const at = new Date().toISOString()
  await db
    .insertInto('account')
    .values({ id: 'a'.repeat(32), name: 'lab', created_at: at })
    .execute()
  for (const family of families) {
    const { cidr, longest } = owned[family]
    const fields = ownedPrefixDefaults(family === 'ipv4' ? 4 : 6, longest)
    const flags = { flowspec: 0, automatic: 1, approval: 0, locked: 0 }
    const row = {
      ...fields,
      ...flags,
      drivers: JSON.stringify(fields.drivers),
      id: family.padEnd(32, '0'),
      account: 1,
      cidr,
      origin_as: ownAs,
    }
    await db
      .insertInto('owned_prefix')
      .values({ ...row, created_at: at, modified_at: at })
      .execute()
  }
  await state.close()
}

class KillSituation {
  readonly lab = new BgpLab((namespace, folder) => {
    this.#peerFolder = folder
    return new BirdPeer(namespace, folder)
  })
  readonly random = new Random(seed)
  /** By prefix: what its state in the database became, run after run, without repetitions. */
  readonly history = new Map<string, ('added' | 'removed')[]>()
  #folder = ''
  #peerFolder = ''
  #process: AdvertiserProcess | undefined

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-kill-'))
    await prepareState(this.#file)
    await this.lab.start()
    await this.lab.parts.peer.start({ as: peerAs, neighborAs: ownAs, password: '', ttlSecurity: false, holdSeconds })
    await until('the watcher to be connected', async () => (await this.lab.parts.watcher.isEstablished()) || undefined)
  }

  async stop(): Promise<void> {
    await this.#process?.kill()
    await this.lab.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #file(): string {
    return join(this.#folder, 'state.sqlite')
  }

  get process(): AdvertiserProcess {
    if (!this.#process) throw new Error('the advertiser was not started')
    return this.#process
  }

  async live(kill?: Kill): Promise<void> {
    this.#process = new AdvertiserProcess(this.lab.parts.drawbridge)
    const bgp = { ...speakerConfig({ hold_seconds: holdSeconds }), restart_seconds: restartSeconds }
    await this.#process.start(this.#file, bgp, kill)
  }

  /** One or two restless prefixes change; meanwhile the process is killed. */
  async change(kill: Kill): Promise<void> {
    const { process } = this
    const there = await process.current()
    const chosen = new Set([this.random.integer(0, restless.length - 1), this.random.integer(0, restless.length - 1)])
    await process.arm(kill)
    const changes = [...chosen].map((index) => {
      const prefix = restless[index] ?? ''
      const known = there.find(({ route }) => route.prefix === prefix)
      return known ? process.release(known.id, actor) : process.announce(asks(prefix))
    })
    for (const result of await Promise.allSettled(changes)) {
      if (result.status === 'rejected' && !(result.reason instanceof ProcessGone)) throw result.reason
    }
    // The step may have come too seldom, and the moment after the change.
    await process.kill()
  }

  /** The process is killed, and once more while it starts. */
  async restart(kill: Kill): Promise<void> {
    await this.process.kill()
    await this.live(kill).catch((error: unknown) => {
      if (!(error instanceof ProcessGone)) throw error
    })
    await this.process.ended()
  }

  /** Waits until our state rests and the peer has what it says. @returns the prefixes */
  async agree(): Promise<readonly string[]> {
    const announced = await until('a state at rest', async () => {
      const [driver] = (await this.process.status()).drivers
      if (!driver?.neighbors.every(({ state }) => state === 'Established')) return undefined
      const current = await this.process.current()
      return current.every(({ state }) => state === 'announced') ? current.map(({ route }) => route.prefix).toSorted() : undefined
    })
    let seen: string[] = []
    await until('the peer to agree', async () => {
      if (await this.#isRestarting()) return undefined
      const routes = await Promise.all(families.map((family) => this.lab.parts.peer.routes(family)))
      seen = routes.flat().map(({ prefix }) => prefix)
      return String(seen.toSorted()) === String(announced) ? true : undefined
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${announced.join(', ')} is announced, it has ${seen.join(', ')}`, { cause: error })
    })
    this.#note(new Set(announced))
    if (this.process.failures.length > 0) throw new Error(`the advertiser has logged: ${this.process.failures.join('; ')}`)
    return announced
  }

  /**
   * Whether the peer still waits for the end of what we tell it anew. A process that is killed again before that has restarted
   * twice in a row: then the peer has to forget what it kept (RFC 4724 §4.2).
   */
  async #isRestarting(): Promise<boolean> {
    const socket = join(this.#peerFolder, 'bird.ctl')
    const answer = await this.lab.parts.peerNamespace.run('birdc', '-s', socket, 'show', 'protocols', 'all')
    return answer.includes('graceful restart active')
  }

  /** What the peer has logged about it, if something that stayed was withdrawn. */
  async withdrawals(): Promise<string[]> {
    const seen = await this.lab.parts.watcher.sightings()
    if (!seen.some(({ kind, prefix }) => kind === 'removed' && stable.includes(prefix))) return []
    return (await readFile(join(this.#peerFolder, 'bird.log'), 'utf8')).split('\n').slice(-80)
  }

  #note(announced: ReadonlySet<string>): void {
    for (const prefix of [...stable, ...restless, ...markers]) {
      const known = this.history.get(prefix) ?? []
      const is = announced.has(prefix)
      if ((known.at(-1) === 'added') !== is) this.history.set(prefix, [...known, is ? 'added' : 'removed'])
    }
  }
}

describe.skipIf(skip !== undefined)(`kill -9, ${runs} times, seed ${seed}`, () => {
  const situation = new KillSituation()

  beforeAll(async () => {
    await situation.start()
    await situation.live()
    for (const prefix of stable) await situation.process.announce(asks(prefix))
    await situation.agree()
  })
  afterAll(async () => {
    await situation.stop()
  })

  const stepOf = (run: number): KillStep | undefined => killSteps[run % (killSteps.length + 2)]

  for (let run = 0; run < runs; run++) {
    const step = stepOf(run)
    it(`at ${step ?? 'a random moment'} (${run + 1})`, async () => {
      const { random } = situation
      const kill: Kill = step ? { step, count: random.integer(1, 2) } : { afterMs: random.integer(0, 30) }
      if (step === 'beginning' || step === 'begun') await situation.restart({ step, count: 1 })
      else await situation.change(kill)
      await situation.live()
      expect(await situation.agree()).toEqual(expect.arrayContaining(stable))
      expect(await situation.withdrawals()).toEqual([])
    })
  }

  it('has withdrawn nothing that stayed', async () => {
    // What comes after the markers has gone through the peer after all else.
    const { watcher } = situation.lab.parts
    for (const prefix of markers) {
      await situation.process.announce(asks(prefix))
      await watcher.appears(prefix, 0)
    }
    await situation.agree()
    const seen = await watcher.sightings()
    const changesOf = (prefix: string) => seen.filter((one) => one.prefix === prefix && one.kind !== 'updated').map(({ kind }) => kind)
    const prefixes = [...situation.history.keys()]
    expect(Object.fromEntries(prefixes.map((prefix) => [prefix, changesOf(prefix)]))).toEqual(Object.fromEntries(situation.history))
    expect(stable.map(changesOf)).toEqual(stable.map(() => ['added']))
  })
})
