// An edge is left as it was found, whatever happens to a capture, to its programs and to its agent; others' rules are not touched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { PacketFilter } from '../../src/contract/packet-filter.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { captureJob, CaptureLab, identification, inside, numberedFrames, type EngineProcess } from './capture-lab.ts'

const lacking = needs({ root: true, commands: ['ip', 'nft', 'tcpdump', 'setpriv', 'tcpreplay', 'taskset'] })

const filter: PacketFilter = { kind: 'port', side: 'destination', spans: [[9, 9]] }

describe.skipIf(lacking)('an edge with captures', () => {
  const lab = new CaptureLab()
  let engine: EngineProcess

  /** Adds a table of somebody else, which logs to a group. */
  async function addOther(group: number): Promise<void> {
    await lab.edge.run('nft', 'add table inet other; add chain inet other c { type filter hook prerouting priority 0; }')
    await lab.edge.run('nft', `add rule inet other c udp dport 9999 log group ${group}`)
  }

  async function expectNothingLeft(): Promise<void> {
    const left = async () => [...(await lab.tables()), ...(await lab.processes('tcpdump')), ...(await lab.processes('nft'))]
    await until('a clean edge', async () => ((await left()).length === 0 ? true : undefined))
  }

  beforeAll(async () => {
    await lab.start()
    engine = lab.engine()
  })
  afterAll(async () => {
    await lab.stop()
  })

  it('has no rule and no process of ours after an agent was killed', async () => {
    const agent = lab.engine()
    const jobs = [
      captureJob({ filter }),
      captureJob({ engine: 'interface', interface: inside }),
      captureJob({ hook: 'ingress', interface: inside }),
    ]
    for (const job of jobs) expect(await agent.start(job)).toMatchObject({ state: 'capturing', error: null })
    expect(await lab.tables()).toHaveLength(2)
    expect(await lab.processes('tcpdump')).toHaveLength(3)
    agent.kill()
    await expectNothingLeft()
  })

  it('keeps the groups and rules of others', async () => {
    await addOther(30_001)
    const before = await lab.edge.run('nft', 'list', 'table', 'inet', 'other')
    const reader = lab.edge.start('tcpdump', ['-i', 'nflog:30000', '-w', '/dev/null'])
    await reader.waitFor(/listening on/)
    const agent = lab.engine()
    await agent.useGroups(30_000, 30_002)
    const job = captureJob({ filter })
    expect(await agent.start(job)).toMatchObject({ state: 'capturing', error: null })
    expect(await lab.edge.run('nft', 'list', 'ruleset')).toContain('log group 30002 ')
    const second = captureJob({ filter })
    await agent.start(second)
    expect(await agent.done(second)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('30000 to 30002 are in use') as string,
    })
    await lab.send(numberedFrames(5))
    expect(await agent.stopAfter(job, 5)).toMatchObject({ packets: 5, error: null })
    expect(await lab.edge.run('nft', 'list', 'table', 'inet', 'other')).toBe(before)
    expect(reader.isRunning).toBe(true)
    await reader.stop()
    await lab.edge.run('nft', 'delete', 'table', 'inet', 'other')
  })

  it('goes on capturing when somebody flushes all rules', async () => {
    await addOther(5)
    const job = captureJob({ filter })
    await engine.start(job)
    await lab.send(numberedFrames(10))
    await lab.edge.run('nft', 'flush', 'ruleset')
    expect(await lab.edge.run('nft', 'list', 'tables')).not.toContain('other')
    await lab.send(numberedFrames(10))
    expect(await engine.stopAfter(job, 20)).toMatchObject({ packets: 20, kernel_drops: 0, error: null, state: 'done' })
    await expectNothingLeft()
  })

  it.each([
    { program: 'tcpdump', error: /^tcpdump ended.*drawbridge agent doctor/ },
    { program: 'nft', error: /^nft ended/ },
  ])('says so when somebody kills $program, and keeps what was captured', async ({ program, error }) => {
    const job = captureJob({ filter })
    await engine.start(job)
    await lab.send(numberedFrames(10))
    await until('the packets', async () => ((await engine.progress(job)).packets === 10 ? true : undefined))
    for (const pid of await lab.processes(program)) await lab.edge.run('kill', '-9', String(pid))
    const ended = await engine.done(job)
    expect(ended).toMatchObject({ state: 'failed', end: 'failed', packets: 10, error: expect.stringMatching(error) as string })
    expect(await engine.packets(job)).toHaveLength(10)
    await expectNothingLeft()
  })

  it('tells exactly how many packets were lost while nobody read them', async () => {
    const job = captureJob({ filter })
    const last = captureJob({ filter: { kind: 'port', side: 'destination', spans: [[10, 10]] } })
    await engine.start(job)
    const readers = await lab.processes('tcpdump')
    await engine.start(last)
    const signal = async (name: string) => await lab.edge.run('kill', `-${name}`, ...readers.map(String))
    await signal('STOP')
    // Two in a buffer of 4 KiB: more than the 32 MiB that the kernel gives to a reader at the most.
    const sent = 20_000
    await lab.send([...numberedFrames(sent, { length: 1400 }), ...numberedFrames(1, { destinationPort: 10 })])
    await engine.stopAfter(last, 1)
    await signal('CONT')
    const { packets, kernel_drops: drops, error } = await engine.stop(job)
    expect(drops).toBeGreaterThan(0)
    expect(packets).toBeGreaterThan(0)
    expect(packets + drops).toBe(sent)
    expect(error).toBeNull()
  })

  it('ends a capture whose delivery has failed', async () => {
    const job = captureJob({ filter })
    await engine.start(job)
    await engine.failDelivery(job)
    expect(await engine.done(job)).toMatchObject({ state: 'failed', end: 'failed', error: 'the bucket is gone' })
    await expectNothingLeft()
  })

  it('goes on capturing when an interface goes down and comes up', async () => {
    const job = captureJob({ filter, interface: inside })
    await engine.start(job)
    const hasMoreThan = async (packets: number) => ((await engine.progress(job)).packets > packets ? true : undefined)
    await lab.send(numberedFrames(10))
    await until('the packets', async () => await hasMoreThan(9))
    await lab.edge.run('ip', 'link', 'set', inside, 'down')
    await lab.edge.run('ip', 'link', 'set', inside, 'up')
    // The kernel lets the link come up in its own time, and drops what is sent before.
    await until('a packet', async () => {
      await lab.send(numberedFrames(1))
      return await hasMoreThan(10)
    })
    expect(await engine.stop(job)).toMatchObject({ error: null, state: 'done' })
    expect((await engine.packets(job)).slice(0, 11).map(identification)).toEqual([...Array(10).keys(), 0])
  })

  it.each(['nflog', 'interface'] as const)('says so when the interface has gone, %s', async (kind) => {
    await lab.edge.run('ip', 'link', 'add', 'x0', 'type', 'veth', 'peer', 'name', 'x1')
    await lab.edge.run('ip', 'link', 'set', 'x0', 'up')
    const job = captureJob({ engine: kind, hook: 'ingress', interface: 'x0' })
    expect(await engine.start(job)).toMatchObject({ state: 'capturing', error: null })
    await lab.edge.run('ip', 'link', 'delete', 'x0')
    expect(await engine.done(job)).toMatchObject({ state: 'failed', error: expect.stringMatching(/gone|tcpdump ended/) as string })
    const missing = captureJob({ engine: kind, hook: 'ingress', interface: 'x0' })
    await engine.start(missing)
    expect(await engine.done(missing)).toMatchObject({ error: 'there is no network interface x0 on this host; see: ip -brief link' })
    await expectNothingLeft()
  })

  it('is swept by the next agent where the kernel knows no owners of tables', async () => {
    const agent = lab.engine()
    await agent.useOldNft(lab.folder)
    const job = captureJob({ filter })
    expect(await agent.start(job)).toMatchObject({ state: 'capturing', error: null })
    expect((await agent.facts()).findings).toContainEqual(expect.objectContaining({ id: 'owner_tables', state: 'warning' }))
    agent.kill()
    await until('the end of its programs', async () => ((await lab.processes('nft')).length === 0 ? true : undefined))
    expect(await lab.tables()).toEqual([`drawbridge_${job.id}`])
    expect(await engine.sweep()).toEqual({ tables: [`drawbridge_${job.id}`], processes: [], failures: [] })
    await expectNothingLeft()
  })

  it('keeps no rule of a capture whose nft was killed where the kernel knows no owners of tables', async () => {
    const agent = lab.engine()
    await agent.useOldNft(lab.folder)
    const job = captureJob({ filter })
    await agent.start(job)
    for (const pid of await lab.processes('nft')) await lab.edge.run('kill', '-9', String(pid))
    expect(await agent.done(job)).toMatchObject({ state: 'failed', error: expect.stringMatching(/^nft ended/) as string })
    await expectNothingLeft()
  })

  it('sweeps tables whose owner is gone or that are over, and no others', async () => {
    const running = captureJob({ filter })
    await engine.start(running)
    const comment = (await lab.edge.run('nft', 'list', 'table', 'inet', `drawbridge_${running.id}`)).match(/comment "(.+)"/)?.[1] ?? ''
    const owner = comment.split(' ').at(-1) ?? ''
    const gone = owner.replace(/\d+$/, '1')
    const tables = [
      { name: `drawbridge_${'1'.repeat(32)}`, until: '2099-01-01T00:00:00Z', by: gone, isLeft: true },
      { name: `drawbridge_${'2'.repeat(32)}`, until: '2001-01-01T00:00:00Z', by: owner, isLeft: true },
      { name: `drawbridge_${'3'.repeat(32)}`, until: '2099-01-01T00:00:00Z', by: owner, isLeft: false },
      { name: `drawbridge_${'4'.repeat(32)}`, until: '2099-01-01T00:00:00Z', by: '1/1/1', isLeft: false },
      { name: 'drawbridge_of_the_castle', until: '2001-01-01T00:00:00Z', by: gone, isLeft: false },
    ]
    for (const { name, until: end, by } of tables) {
      await lab.edge.run('nft', `add table inet ${name}; add chain inet ${name} capture;`)
      await lab.edge.run(
        'nft',
        `add rule inet ${name} capture counter comment "drawbridge capture ${'1'.repeat(32)} until ${end} by ${by}"`,
      )
    }
    const left = tables.filter(({ isLeft }) => isLeft).map(({ name }) => name)
    expect(await engine.sweep()).toEqual({ tables: left, processes: [], failures: [] })
    const kept = tables.filter(({ isLeft }) => !isLeft).map(({ name }) => name)
    expect(new Set(await lab.tables())).toEqual(new Set([...kept, `drawbridge_${running.id}`]))
    expect(await engine.stop(running)).toMatchObject({ state: 'done', error: null })
    for (const name of kept) await lab.edge.run('nft', 'delete', 'table', 'inet', name)
  })

  it('sweeps a tcpdump whose agent is gone', async () => {
    const left = lab.edge.start('tcpdump', ['-i', 'nflog:30010', '-w', '/dev/null'], {
      DRAWBRIDGE_CAPTURE: `${'1'.repeat(32)} ${await goneOwner()}`,
    })
    const other = lab.edge.start('tcpdump', ['-i', 'nflog:30011', '-w', '/dev/null'])
    for (const reader of [left, other]) await reader.waitFor(/listening on/)
    expect(await engine.sweep()).toEqual({ tables: [], processes: [left.child.pid], failures: [] })
    expect(other.isRunning).toBe(true)
    await other.stop()
  })

  /** Of this PID namespace, and of no process. */
  async function goneOwner(): Promise<string> {
    const namespace = await lab.edge.run('readlink', '/proc/self/ns/pid')
    return `${/\d+/.exec(namespace)?.[0]}/${process.pid}/1`
  }

  it('is described by its agent, which has tried whether captures work', async () => {
    const facts = await engine.facts()
    const states = Object.fromEntries(facts.findings.map(({ id, state }) => [id, state]))
    expect(states).toMatchObject({ nft: 'ok', tcpdump: 'ok', setpriv: 'ok', privileges: 'ok', nflog: 'ok', owner_tables: 'ok' })
    expect(facts).toMatchObject({ version: '1.2.3', nft: expect.stringContaining('nftables') as string })
    const found = facts.interfaces.find(({ name }) => name === inside)
    expect(found).toMatchObject({ mtu: 1500, state: 'up', mac: '02:00:00:00:01:01', addresses: ['10.88.1.1/24'] })
    await expectNothingLeft()
  })
})
