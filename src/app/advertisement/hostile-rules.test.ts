// Rules are held to the table of hostile requests: whatever a rule asks for, what must not be announced is not, and why is told.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { noFacts, type DetectedIncident } from '../../contract/incident.ts'
import { refusals } from '../../contract/advertisement.ts'
import { testRule } from '../../detect/testing/rules.ts'
import { hostileRequests, type HostileRequest } from '../../mitigate/testing/hostile-requests.ts'
import { enqueueAlert } from '../../notify/enqueue-alert.ts'
import { detectedIncident } from '../incident/testing/detected-incident.ts'
import { until } from '../incident/testing/until.ts'
import { readIncident, writeIncident } from '../incident/rows.ts'
import type { TestContext } from '../testing/test-context.ts'
import { newId } from '../../base/secret.ts'
import { AutomaticAdvertisement } from './automatic.ts'
import { arrange, openHostileContext } from './testing/hostile-situation.ts'

/** What a rule can ask for: a prefix, diverted; an attacked host, blackholed. */
const keys = new Set(['prefix', 'purpose'])
const isRules = ({ body }: HostileRequest) =>
  Object.keys(body).every((key) => keys.has(key)) && typeof body['prefix'] === 'string' && body['purpose'] !== 'flowspec'
const divertRequests = hostileRequests.filter((request) => isRules(request) && request.body['purpose'] === 'divert')
const blackholeRequests = hostileRequests.filter((request) => isRules(request) && request.body['purpose'] === 'blackhole')

interface Case {
  readonly context: TestContext
  readonly automatic: AutomaticAdvertisement
  close(): Promise<void>
}

async function open(request?: HostileRequest): Promise<Case> {
  const context = await openHostileContext(request?.situation)
  await arrange(context, request?.situation ?? {}, request?.body['prefix'])
  const { state, clock, advertising } = context
  const log = { error: (entry: unknown) => expect.fail(JSON.stringify(entry)), warn: () => undefined }
  const links = () => ({ base: 'https://drawbridge.example' })
  const automatic = new AutomaticAdvertisement(
    { maxLifetimeHours: 24, probeSeconds: 60 },
    { state, clock, advertising, log, enqueueAlert, links },
  )
  await automatic.start()
  const close = async () => {
    await automatic.stop()
    await context.close()
  }
  return { context, automatic, close }
}

function incidentOf({ body }: HostileRequest): DetectedIncident {
  // The table's prefixes are text here.
  const prefix = body['prefix'] as string
  const blackhole = body['purpose'] === 'blackhole'
  const rule = testRule({
    automatic_advertisement: true,
    type: blackhole ? 'advanced_ddos' : 'threshold',
    prefixes: [prefix],
    extension: { advertise_purpose: blackhole ? 'blackhole' : 'divert' },
  })
  return detectedIncident({ id: newId(), rule, rule_type: rule.type, targets: [prefix] })
}

/** What the timeline says of a rule that has asked. */
async function asked({ context, automatic }: Case, request: HostileRequest): Promise<string> {
  const incident = incidentOf(request)
  await writeIncident(context.state, { incident, facts: noFacts, startTold: true, endTold: false })
  automatic.onIncident('opened', incident)
  const entries = async () => {
    const { timeline } = (await readIncident(context.state, 1, incident.id)) ?? { timeline: [] }
    return timeline.filter(({ kind }) => kind === 'advertisement').map(({ text }) => text)
  }
  await until(async () => (await entries()).length > 0)
  return (await entries()).join('\n')
}

/** As far as a rule goes, a single address is the prefix of that address. */
const expected = ({ name, refusal }: HostileRequest) => refusals[name === 'an address without a length' ? 'too_long' : refusal]

describe('a rule cannot announce', () => {
  let shared: Case
  beforeAll(async () => {
    shared = await open()
  })
  afterAll(() => shared.close())

  it.each(divertRequests.filter(({ situation }) => !situation).map((request) => [request.name, request] as const))(
    '%s',
    async (_, request) => {
      expect(await asked(shared, request)).toContain(`could not be advertised: ${expected(request)}`)
      expect(shared.context.peer.log).toEqual([])
    },
  )

  it('hosts that are not its owner’s, and no networks', async () => {
    const hosts = blackholeRequests.filter(({ body, situation }) => String(body['prefix']).endsWith('/32') && !situation)
    expect(hosts.length).toBeGreaterThan(3)
    const announce = vi.spyOn(shared.context.advertising, 'announce')
    for (const network of blackholeRequests.filter((request) => !hosts.includes(request) && !request.situation)) {
      shared.automatic.onIncident('opened', incidentOf(network))
    }
    for (const host of hosts) expect(await asked(shared, host)).toContain(`could not be advertised: ${refusals[host.refusal]}`)
    expect(announce.mock.calls.map(([{ prefix }]) => prefix)).toEqual(hosts.map(({ body }) => body['prefix']))
    expect(shared.context.peer.log).toEqual([])
  })
})

describe('a rule cannot announce either', () => {
  let opened: Case | undefined
  afterEach(() => opened?.close())

  const requests = divertRequests.filter(({ situation }) => situation)
  it.each(requests.map((request) => [request.name, request] as const))('%s', async (_, request) => {
    opened = await open(request)
    const before = opened.context.peer.log.length
    expect(await asked(opened, request)).toContain(`could not be advertised: ${expected(request)}`)
    expect(opened.context.peer.log).toHaveLength(before)
  })
})

it('is tested with a table that is long enough', () => {
  expect(divertRequests.length).toBeGreaterThan(60)
})
