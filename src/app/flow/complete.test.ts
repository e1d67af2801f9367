import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../store/errors.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { registerRouter } from '../router/register.ts'
import { createRule } from '../rule/create.ts'
import { completeFilter } from './complete.ts'

let context: TestContext
let rule: string
/** What the store answers; without it the store is away. */
let groups: readonly object[] | undefined

beforeAll(async () => {
  const query = async () => {
    if (groups === undefined) throw new StoreUnavailableError('it is away')
    return { rows: groups, rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 } as never
  }
  context = await openTestContext({ ready: true, query })
  await registerRouter(context, context.local, { address: '192.0.2.1' })
  const made = await createRule(context, context.local, { name: 'web_servers', prefixes: ['203.0.113.0/24'], packet_threshold: 1 })
  rule = made.result.id
})
afterAll(() => context.close())

async function values(text: string): Promise<string[]> {
  const { candidates } = await completeFilter(context, context.local, { text, at: text.length })
  return candidates.filter(({ kind }) => kind === 'value').map((candidate) => `${candidate.text}: ${candidate.description}`)
}

describe('completion', () => {
  it('has its words, rules and routers while the store is away', async () => {
    groups = undefined
    expect(await values('direction in')).toEqual([expect.stringMatching(/^inbound: /), expect.stringMatching(/^internal: /)])
    expect(await values('rule web')).toEqual([`${rule}: web_servers`])
    expect(await values('router 192')).toEqual(['192.0.2.1: '])
  })

  it('offers what is written alike once, with the traffic, the largest first', async () => {
    groups = [
      { d0: 6, sum_bits: '4320000000000' },
      { d0: 17, sum_bits: '4356' },
      { d0: 250, sum_bits: '0' },
    ]
    const offered = await values('proto ')
    expect(offered.slice(0, 3)).toEqual(['tcp: TCP, 1.2 Gbit/s', 'udp: UDP, 1.21 bit/s', '250: '])
    expect(offered.filter((text) => text.startsWith('tcp:'))).toHaveLength(1)
  })

  it('adds up what has the same number at several routers, with the names that are known', async () => {
    const names = { exporter: '192.0.2.1', protocol: 9, domain: 0, kind: 'interface', description: '' } as const
    context.telemetry.watch.noteMemory({ ...names, id: 3, name: 'xe-0/0/3' })
    groups = [
      { d0: '::ffff:192.0.2.2', d1: 4, sum_bits: '10800' },
      { d0: '::ffff:192.0.2.1', d1: 3, sum_bits: '7200' },
      { d0: '::ffff:192.0.2.2', d1: 3, sum_bits: '7200' },
    ]
    expect(await values('in_if ')).toEqual(['3: xe-0/0/3 of 192.0.2.1, 4 bit/s', '4: 3 bit/s'])
    expect(await values('in_if XE')).toEqual(['3: xe-0/0/3 of 192.0.2.1, 4 bit/s'])
  })

  it('offers ten values of the traffic at the most', async () => {
    groups = Array.from({ length: 30 }, (_, index) => ({ d0: 64_512 + index, sum_bits: '3600' }))
    expect(await values('src_as 645')).toHaveLength(10)
    expect(await values('src_as 64530')).toEqual(['64530: 1 bit/s'])
  })
})
