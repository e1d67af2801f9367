// What people come for, one task after the other, by the page in a real browser, on a live system with real parts: a router that
// exports by uacctd, BIRD, three edges with agents, and a flood. What the page says is what the API says, and what is so.
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { AdvertisementHistory } from '../../src/contract/advertisement.ts'
import type { Capture, PacketSummary } from '../../src/contract/capture.ts'
import type { FirewallRule } from '../../src/contract/firewall.ts'
import type { Incident } from '../../src/contract/incident.ts'
import type { ApiToken } from '../../src/contract/member.ts'
import type { Signature } from '../../src/contract/signature.ts'
import { captureNeeds } from '../capture/edge-lab.ts'
import { flowGroups } from '../lab/flow-sums.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { choose, openList } from '../web/choose.ts'
import { Person } from './person.ts'
import { attacker, flood, network, router, TaskLab, victim } from './task-lab.ts'

const skip = needs({ ...captureNeeds, commands: [...captureNeeds.commands, 'uacctd', 'bird', 'birdc', 'chromium'] })
const base = '/accounts/{account}/drawbridge'
/** What is announced. */
const target = `${victim}/32`
const url = 'http://127.0.0.1:8080'

/** Of the usual traffic, to compare the flood with. */
const quiet = { type: 'simple', filter: 'tcp', time_limit: 60, packet_limit: 500, colo_name: 'ord01', drawbridge: { sampling: 1 } }

describe.skipIf(skip !== undefined)('a person with a browser', () => {
  const lab = new TaskLab()
  let person: Person
  /** Ids of what the tasks make. */
  let [rule, incident, capture, signature, filter] = ['', '', '', '', '']

  beforeAll(async () => {
    await lab.start()
    const { server } = lab.edges
    await server.api('POST', `${base}/prefixes`, { cidr: network, origin_as: 64_500, divert_max_length: 32 })
    await server.api('POST', `${base}/captures`, quiet)
    const secret = decodeURIComponent((await server.signInLink()).replace(/^.*#/, ''))
    person = await Person.signIn(await lab.chromium(), url, secret)
  })
  afterAll(async () => {
    await person?.leave()
    await lab.stop()
  })

  const api = <T>(path: string) => lab.edges.server.api<T>('GET', `${base}/${path}`)
  const region = (name: string) => person.page.getByRole('region', { name, exact: true })
  // Toasts are dialogs as well.
  const dialog = () => person.page.getByRole('dialog').filter({ has: person.page.locator('form') })
  const button = (name: string | RegExp, inside: Locator = person.page.getByRole('main')) =>
    inside.getByRole('button', { name, exact: true })

  /** Waits until the page is at one of these, and answers its id. */
  async function idOf(part: string): Promise<string> {
    const one = new RegExp(`^/${part}/([0-9a-f]{32})$`)
    await person.page.waitForURL((address) => one.test(address.pathname))
    return one.exec(new URL(person.page.url()).pathname)?.[1] ?? ''
  }

  it('registers a router that is sending', async () => {
    const { page } = person
    await person.open('/')
    await page.getByRole('button', { name: `Register ${router}` }).click()
    await page.getByText(`${router} is registered`).first().waitFor()
    const routers = await api<{ address: string }[]>('routers')
    expect(routers.map(({ address }) => address)).toEqual([router])
    await region('Destinations').getByText(victim).first().waitFor()
  })

  it('finds who caused a spike', async () => {
    const { page } = person
    const before = Date.now()
    await lab.startFlood()
    const after = Date.now()
    const first = region('Sources').getByRole('row').nth(1)
    await first.getByText(attacker).waitFor()
    const chart = page.locator('canvas').first()
    const box = await until('the chart', async () => (await chart.boundingBox()) ?? undefined)
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.99, box.y + box.height / 2, { steps: 8 })
    await page.mouse.up()
    await page.waitForURL((address) => address.searchParams.has('from'))
    const { searchParams } = new URL(page.url())
    expect(Date.parse(searchParams.get('from') ?? '')).toBeLessThan(before)
    expect(Date.parse(searchParams.get('to') ?? '')).toBeGreaterThan(after)
    await first.getByText(attacker).waitFor()
    await first.getByRole('button').first().click()
    await page.waitForURL((address) => address.searchParams.get('is') === `sourceAddress:${attacker}`)
    await region('Source ports').getByRole('row').nth(1).getByText(String(flood.port), { exact: true }).waitFor()
    await region('Destinations').getByRole('row').nth(1).getByRole('button').first().click()
    await page.waitForURL((address) => address.searchParams.getAll('is').includes(`destinationAddress:${victim}`))
    const talkers = await flowGroups(lab.edges.server, ['sourceAddress'], { destinationAddress: victim })
    expect(talkers.toSorted((one, other) => other.sum.bits - one.sum.bits)[0]?.dimensions).toEqual({ sourceAddress: attacker })
  })

  it('makes a rule of that', async () => {
    const { page } = person
    await page.getByRole('button', { name: 'Make a rule of this' }).click()
    await page.waitForURL((address) => address.pathname === '/rules/new')
    await until('the prefix of the view', async () => ((await page.getByLabel('Prefixes').inputValue()) === target ? true : undefined))
    await page.getByLabel('Name', { exact: true }).fill('time-servers')
    await page.getByLabel('Bits a second').fill('')
    await page.getByLabel('Packets a second').fill(String(flood.perSecond / 3))
    await choose(page.getByRole('combobox', { name: 'For at least' }), '5 seconds')
    await page.getByRole('switch', { name: 'Automatic advertisement' }).click()
    await page.getByText('Its prefix can be announced').waitFor()
    await page.getByRole('button', { name: 'Create rule' }).click()
    rule = await idOf('rules')
    const rules = await lab.edges.server.api<{ id: string; prefixes: string[] }[]>('GET', '/accounts/{account}/mnm/rules')
    expect(rules).toMatchObject([{ id: rule, name: 'time-servers', prefixes: [target], automatic_advertisement: true }])
  })

  it('sees it fire', async () => {
    const { page } = person
    await page.getByRole('link', { name: /^Show the incident/ }).click()
    incident = await idOf('incidents')
    await page.getByRole('heading', { level: 1, name: new RegExp(`^time-servers: .*${victim}`) }).waitFor()
    await page.getByText('Open', { exact: true }).first().waitFor()
    expect(await api<Incident>(`incidents/${incident}`)).toMatchObject({ rule_id: rule, state: 'open' })
    await person.goTo('Overview')
    await region('How things stand')
      .getByText(new RegExp(`${victim}.* beyond the limit of time-servers`))
      .first()
      .waitFor()
    await region('What fires now').getByRole('link', { name: 'time-servers', exact: true }).waitFor()
  })

  it('watches the announcement, and withdraws it', async () => {
    const { page } = person
    await person.goTo('Advertising')
    const row = page.getByRole('row').filter({ hasText: target })
    await row.getByText('Announced', { exact: true }).waitFor()
    expect((await lab.bird.routes()).map(({ prefix }) => prefix)).toEqual([target])
    const [announced] = await api<{ id: string }[]>(`advertisements?prefix=${encodeURIComponent(target)}`)
    const id = announced?.id ?? ''
    expect(await api<AdvertisementHistory>(`advertisements/${id}`)).toMatchObject({
      state: 'announced',
      causes: [{ incident_id: incident }],
    })
    await page.getByRole('button', { name: `Withdraw ${target}` }).click()
    await dialog().getByLabel('Why').fill('The customer wants to see it')
    await button('Withdraw', dialog()).click()
    await page.getByRole('button', { name: `Withdraw ${target}` }).waitFor({ state: 'detached' })
    await until('the withdrawal at BIRD', async () => ((await lab.bird.changes()).at(-1)?.kind === 'removed' ? true : undefined))
    expect((await lab.bird.changes()).map(({ prefix, kind }) => `${prefix} ${kind}`)).toEqual([`${target} added`, `${target} removed`])
    expect(await api<AdvertisementHistory>(`advertisements/${id}`)).toMatchObject({ state: 'withdrawn' })
  })

  it('captures on three edges, and looks at packets', async () => {
    const { page } = person
    await person.open(`/?is=sourceAddress:${attacker}&is=destinationAddress:${victim}`)
    await page.getByRole('link', { name: 'Capture these packets' }).click()
    await page.getByLabel('Packet limit').fill('100000')
    await page.getByLabel('Sampling: 1 in').fill('1')
    await page.getByRole('button', { name: 'Start capture' }).click()
    capture = await idOf('captures')
    const taken = () => api<Capture>(`captures/${capture}`)
    await until('packets from all edges', async () =>
      (await taken()).agents.filter(({ packets }) => packets > 50).length === 3 ? true : undefined,
    )
    await page.getByRole('button', { name: /^Stop capturing / }).click()
    await page.getByText('Complete', { exact: true }).waitFor()
    const { status, agents, packets: all } = await taken()
    expect({ status, ends: agents.map(({ end }) => end) }).toEqual({ status: 'success', ends: ['stopped', 'stopped', 'stopped'] })
    await page
      .getByText(`${all.toLocaleString('en')} packets`)
      .first()
      .waitFor()
    await page.getByRole('option').first().click()
    const details = page.getByRole('heading', { name: 'Headers' }).locator('xpath=ancestor::section[1]')
    await details.getByText('Packet 1', { exact: true }).waitFor()
    await details.getByText(attacker).first().waitFor()
    const [packet] = await api<PacketSummary[]>(`captures/${capture}/packets`)
    expect(packet).toMatchObject({ number: 0, source: attacker, destination: victim, protocol: 'UDP', length: flood.length })
  })

  it('derives a signature of that, and deploys it', async () => {
    const { page } = person
    await page.getByRole('button', { name: 'Derive a signature…' }).click()
    const normal = region('Normal traffic')
    await normal.getByRole('radio', { name: 'A capture' }).click()
    await openList(normal.getByRole('combobox', { name: 'Capture' }))
    await page.getByRole('option', { name: / tcp / }).click()
    await page.getByRole('button', { name: 'Derive signature' }).click()
    signature = await idOf('signatures')
    await page.getByText('Holds 100% of the attack and 0% of normal traffic.').waitFor()
    expect(await api<Signature>(`signatures/${signature}`)).toMatchObject({ state: 'done' })
    await page.getByRole('button', { name: 'Deploy…' }).first().click()
    await dialog().getByLabel('Name', { exact: true }).fill('time-servers')
    await dialog().getByLabel('Why').fill('Nobody asks for that much time')
    await button('Preview', dialog()).click()
    await button('Deploy, counting', dialog()).click()
    filter = await idOf('firewall')
    const counted = await until('all agents to count', async () => {
      const { agents } = await api<FirewallRule>(`firewall/rules/${filter}`)
      return agents.length === 3 && agents.every(({ packets }) => packets > 0) ? agents : undefined
    })
    expect(counted.map(({ state, dropped_packets }) => `${state} ${dropped_packets}`)).toEqual(Array(3).fill('active 0'))
    await page.getByRole('button', { name: 'Enforce time-servers' }).click()
    await dialog().getByLabel('Why').fill('It holds nothing else')
    await button('Enforce', dialog()).click()
    await until('all agents to drop', async () => {
      const { agents } = await api<FirewallRule>(`firewall/rules/${filter}`)
      return agents.every(({ dropped_packets: dropped }) => dropped > 0) ? true : undefined
    })
    for (const { namespace } of lab.edges.edges) {
      const counter = await namespace.run('nft', 'list', 'counters')
      expect(Number(new RegExp(`counter d_${filter} \\{\\s*packets (\\d+)`).exec(counter)?.[1])).toBeGreaterThan(0)
    }
  })

  it('mints a token that may only read', async () => {
    const { page } = person
    await person.goTo('Settings')
    await page.getByRole('link', { name: 'Tokens', exact: true }).click()
    await page.getByRole('button', { name: 'New token' }).click()
    await dialog().getByLabel('Name', { exact: true }).fill('wall-display')
    await dialog().getByRole('radio', { name: 'Read only' }).click()
    await button('Make token', dialog()).click()
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    const { account } = lab.edges.server.credentials
    const rules = `/accounts/${account}/mnm/rules`
    expect(await person.program(secret, 'GET', `${rules}?`)).toBe(200)
    expect(await person.program(secret, 'POST', rules, { name: 'none', type: 'threshold', prefixes: [target] })).toBe(403)
    const tokens = await api<ApiToken[]>('tokens')
    const made = tokens.find(({ name }) => name === 'wall-display')
    expect(made?.scopes.filter((scope) => !scope.endsWith(':read'))).toEqual([])
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('wall-display').first().waitFor()
  })

  it('complains about nothing', () => expect(person.complaints).toEqual([]))
})
