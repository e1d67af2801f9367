// Set-ups that are broken on purpose, with real exporters: the live check names what is wrong, and finds nothing where all is well.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { CheckCode, RouterCheck } from '../../src/contract/router-check.ts'
import { exporterNeeds } from '../exporters/exporter-commands.ts'
import { needs } from '../requirements.ts'
import { ipv4Port, others, samplingUntold, silent, unregistered, type BrokenSetUp, type SetUp } from './faults.ts'
import { healthy, watched } from './healthy.ts'
import { findingsOf, isOnGraph, LiveCheck, stepOf } from './live-check.ts'
import { SetUpLab, type LabRouter } from './set-up-lab.ts'
import { describeVyos } from './vyos-cases.ts'

const skip = needs(exporterNeeds('pmacctd', 'uacctd', 'softflowd', 'tshark'))

/** What is found, and the codes beside that it does not explain. */
function foundIn(seen: RouterCheck, { code, also = [] }: BrokenSetUp) {
  const found = findingsOf(seen)
  const named = found.find(({ finding }) => finding.code === code)
  const explained = new Set<CheckCode>([code, ...also])
  const beside = found.map(({ finding }) => finding.code).filter((other) => !explained.has(other))
  return { step: named?.step, state: named?.finding.state, text: named?.finding.text, advice: named?.finding.advice, beside }
}

/** Exactly this is found, where it belongs, and it is said what to do about it. */
function findingOf({ step, state, says }: BrokenSetUp) {
  return { step, state, text: expect.stringMatching(says) as string, advice: expect.stringMatching(/\w/) as string, beside: [] }
}

describe.skipIf(skip !== undefined)('a live check', () => {
  const lab = new SetUpLab({ collect: { listen: ['[::]:2055', '[::]:6343', `0.0.0.0:${ipv4Port}`] } })
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  /** A check looks while a router sends its traffic by an exporter. */
  async function during(setUp: SetUp, look: (check: LiveCheck, router: LabRouter) => Promise<RouterCheck>): Promise<RouterCheck> {
    const router = await lab.router()
    if (!setUp.isUnregistered) await lab.server.register(router.address)
    if (!setUp.isUnregistered && !setUp.isSamplingUnknown) await setSampling(router, 1)
    const check = await LiveCheck.open(lab.server, { expected: router.address })
    try {
      await setUp.start(lab, router)
      await lab.traffic(router, setUp.pauseMs)
      return await look(check, router)
    } catch (error) {
      const said = router.processes.map(({ isRunning, output }) => `${isRunning ? 'runs' : 'has ended'}: ${output.trim()}`)
      throw new Error(`${String(error)}; of its programs each\n${said.join('\n')}`, { cause: error })
    } finally {
      await lab.quiet(router)
      await check.close()
    }
  }

  async function setSampling({ address }: LabRouter, rate: number): Promise<void> {
    await lab.server.api('PATCH', `/accounts/{account}/drawbridge/routers/${address}`, { sampling_override: rate })
  }

  it.each(silent)('names $name', async (broken) => {
    const seen = await during(broken, async (check) => await check.names(broken))
    expect(foundIn(seen, broken)).toEqual(findingOf(broken))
  })

  // First, because it takes longest: ten seconds may pass until a rate is told.
  it.concurrent('names sampling that nobody is told of, and finds nothing once its action was taken', async () => {
    const seen = await during(samplingUntold, async (check, router) => {
      const named = await check.names(samplingUntold)
      expect(foundIn(named, samplingUntold)).toEqual(findingOf(samplingUntold))
      expect(findingsOf(named)[0]?.finding.action).toMatchObject({ kind: 'set_sampling', address: router.address })
      await setSampling(router, 2)
      return await check.until('nothing to find', ({ state }) => state === 'ok')
    })
    expect(findingsOf(seen)).toEqual([])
  })

  it.concurrent.each(others)('names $name', async (broken) => {
    const seen = await during(broken, async (check) => await check.names(broken))
    expect(foundIn(seen, broken)).toEqual(findingOf(broken))
  })

  it.concurrent('names an unregistered router, which is on the graph once its action was taken', async () => {
    const seen = await during(unregistered, async (check, { address }) => {
      const named = await check.names(unregistered)
      expect(foundIn(named, unregistered)).toEqual(findingOf(unregistered))
      expect(findingsOf(named)[0]?.finding.action).toEqual({ kind: 'register', address })
      await lab.server.register(address)
      return await check.until('the graph', isOnGraph)
    })
    expect(stepOf(seen, 'registered').state).toBe('ok')
  })

  it.concurrent.each(healthy)('finds nothing of $name', async (exporter) => {
    const seen = await during(exporter, async (check) => await check.until('the graph', ({ state }) => state === 'ok'))
    expect(findingsOf(seen)).toEqual([])
    expect(seen.steps.map(({ state }) => state).filter((state) => state !== 'ok' && state !== 'skipped')).toEqual([])
  })

  it.concurrent('ends the command with what it sees, and keeps what came in a file that can be read', async () => {
    const seen = await during(watched, async (check, { address }) => {
      const file = lab.path('router.pcap')
      const shown = JSON.parse(await lab.command('router-check', address, '--json', '--pcap', file)) as RouterCheck
      expect(shown).toMatchObject({ state: 'ok', sender: address })
      const fields = ['-T', 'fields', '-e', 'ip.src', '-e', 'udp.dstport']
      const packets = await lab.hosts.collector.run('tshark', '-r', file, '-Y', 'cflow', ...fields)
      expect(new Set(packets.trim().split('\n'))).toEqual(new Set([`${address}\t2055`]))
      const flows = (await lab.command('decode', '--json', file)).trim().split('\n')
      expect(flows.length).toBeGreaterThanOrEqual(shown.flows)
      expect(new Set(flows.map((line) => (JSON.parse(line) as { router: string }).router))).toEqual(new Set([address]))
      return await check.look()
    })
    expect(findingsOf(seen)).toEqual([])
  })

  describeVyos(lab)
})
