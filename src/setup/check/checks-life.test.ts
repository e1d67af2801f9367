import { describe, expect, it } from 'vitest'
import { ipText } from '../../wire/address-text.ts'
import { capturedPackets, flowPayloads } from '../../wire/capture-file.ts'
import { healthy, made } from './testing/made-datagrams.ts'
import { account, begin, CheckScene, codes, findings, router } from './testing/check-scene.ts'

const stranger = 2
const foreign = '203.0.113.7'

describe('whom a check looks at', () => {
  it('is who begins to send first, until another one is chosen', async () => {
    const scene = new CheckScene()
    const { id, sender } = await scene.open()
    expect(sender).toBeNull()
    scene.send(healthy('ipfix'), { from: '198.51.100.1' })
    scene.send(healthy('netflow5'), { from: '198.51.100.2' })
    expect(await scene.checks.look(account, id)).toMatchObject({ sender: '198.51.100.1', flows: 60 })
    const chosen = await scene.checks.choose(account, id, '198.51.100.2')
    expect(chosen).toMatchObject({ sender: '198.51.100.2', flows: 60 })
    expect(chosen.senders).toMatchObject([
      { address: '198.51.100.1', protocols: ['ipfix'], is_new: true, registered: false },
      { address: '198.51.100.2', protocols: ['netflow5'], is_new: true, registered: false },
    ])
  })

  it('is not somebody who sent before, as long as a new one may come', async () => {
    const scene = new CheckScene()
    const seen = new Date(begin - 5000).toISOString()
    scene.unregistered = [
      { address: '198.51.100.1', agent_address: null, protocols: ['ipfix'], datagrams: 9, first_seen: seen, last_seen: seen },
    ]
    const { id } = await scene.open()
    scene.send(healthy('ipfix'), { from: '198.51.100.1' })
    expect((await scene.checks.look(account, id)).sender).toBe('198.51.100.1')
    scene.send(healthy('netflow9'), { from: '198.51.100.2' })
    const check = await scene.checks.look(account, id)
    expect(check.sender).toBe('198.51.100.2')
    expect(check.senders.map(({ is_new }) => is_new)).toEqual([false, true])
  })

  it('may be named by the sFlow agent address', async () => {
    const scene = new CheckScene()
    scene.register('10.9.9.9')
    const { id } = await scene.open('10.9.9.9')
    scene.send(healthy('sflow5', { agent: Uint8Array.of(10, 9, 9, 9) }))
    const check = await scene.checks.look(account, id)
    expect(check).toMatchObject({ sender: router, flows: 60 })
    expect(check.steps[1]).toMatchObject({ state: 'ok', text: 'Registered by its sFlow agent address 10.9.9.9.' })
    expect(codes(check)).toEqual([])
  })
})

describe('routers of another account', () => {
  it('are never shown, watched or saved', async () => {
    const scene = new CheckScene()
    scene.register(foreign, stranger)
    const { id } = await scene.open(foreign)
    expect(scene.tap.watch).toEqual({ addresses: [], unregistered: true })
    scene.send(healthy('netflow9'), { from: foreign })
    // By its agent address the datagram is theirs too.
    scene.send(healthy('sflow5', { agent: Uint8Array.of(203, 0, 113, 7) }))
    const check = await scene.checks.look(account, id)
    expect(check).toMatchObject({ sender: foreign, senders: [], datagrams: 0, templates: [], sample: null })
    expect(check.steps[1]?.text).toContain('registered in another account')
    expect(() => scene.checks.pcap(account, id)).toThrow('nothing has been received')
  })

  it('are forgotten when they are registered during the check', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    scene.send(healthy('netflow9'), { from: foreign })
    expect((await scene.checks.look(account, id)).flows).toBe(60)
    scene.register(foreign, stranger)
    const check = await scene.checks.look(account, id)
    expect(check).toMatchObject({ sender: null, senders: [], flows: 0 })
    expect(() => scene.checks.pcap(account, id)).toThrow('nothing has been received')
  })

  it('have checks that others cannot look at', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    await expect(scene.checks.look(stranger, id)).rejects.toThrow('there is no live check')
    expect(() => scene.checks.close(stranger, id)).toThrow('there is no live check')
    expect(() => scene.checks.pcap(stranger, id)).toThrow('there is no live check')
    expect(await scene.checks.list(stranger)).toEqual([])
    expect((await scene.checks.list(account)).map((check) => check.id)).toEqual([id])
  })
})

describe('the life of a check', () => {
  it('watches and looks for strays only while one is open', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const first = await scene.open(router)
    const second = await scene.checks.open({ account, expected: null, guide: null })
    expect(scene.tap.watch).toEqual({ addresses: [router], unregistered: true })
    expect(scene.strays.runs).toBe(1)
    scene.checks.close(account, first.id)
    expect(scene.strays.runs).toBe(1)
    scene.checks.close(account, second.id)
    expect(scene.tap.watch).toBeNull()
    await scene.checks.stop()
    expect(scene.strays.runs).toBe(0)
  })

  it('ends two minutes after the last look', async () => {
    const scene = new CheckScene()
    const { id, expires } = await scene.open()
    expect(Date.parse(expires)).toBe(begin + 120_000)
    scene.now += 119_000
    expect(Date.parse((await scene.checks.look(account, id)).expires)).toBe(begin + 239_000)
    scene.now += 120_000
    await expect(scene.checks.look(account, id)).rejects.toThrow(`there is no live check ${id}`)
    expect(scene.tap.watch).toBeNull()
  })

  it('leaves room for so many', async () => {
    const scene = new CheckScene({ maxChecks: 2 })
    await scene.open()
    await scene.checks.open({ account: stranger, expected: null, guide: null })
    await expect(scene.checks.open({ account, expected: null, guide: null })).rejects.toThrow('2 live checks are open')
    scene.now += 120_000
    await expect(scene.checks.open({ account, expected: null, guide: null })).resolves.toMatchObject({ state: 'waiting' })
  })

  it('takes what the collectors know of templates, also for sets that wait already', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const fields = [8, 12].map((element) => ({ element, enterprise: 0, length: 4 }))
    scene.known = [{ protocol: 9, domain: 0, id: 300, fields, scope: null }]
    const { id } = await scene.open(router)
    scene.send([
      made({
        template: false,
        fields: [
          [8, 4],
          [12, 4],
        ],
      }),
    ])
    expect(await scene.checks.look(account, id)).toMatchObject({ flows: 10, templates: [{ id: 300, records: 10 }] })
  })

  it('goes on when what the collectors know cannot be used', async () => {
    const scene = new CheckScene()
    scene.known = [{ protocol: 9, domain: 0, id: 301, fields: [], scope: null }]
    const { id } = await scene.open()
    scene.send([made()])
    expect(await scene.checks.look(account, id)).toMatchObject({ flows: 10 })
    expect(scene.warnings).toHaveLength(1)
  })

  it('adds what the guide of the router knows', async () => {
    const scene = new CheckScene()
    const { id: plain } = await scene.open(router)
    const { id: guided } = await scene.checks.open({ account, expected: router, guide: 'softflowd' })
    expect(findings(await scene.checks.look(account, plain)).map(({ code }) => code)).toEqual(['unregistered'])
    scene.now += 10_000
    const looked = [await scene.checks.look(account, plain), await scene.checks.look(account, guided)]
    expect(looked.map((check) => findings(check)[0]?.code)).toEqual(['nothing_arrives', 'nothing_arrives'])
    const [without, withGuide] = looked.map((check) => findings(check)[0]?.advice ?? '')
    expect(withGuide?.startsWith(without ?? '-')).toBe(true)
    expect(withGuide?.length).toBeGreaterThan(without?.length ?? 0)
    // Where its datagrams go astray is seen: what might hold them back is no question then.
    scene.strays.seen = [{ source: router, address: '192.0.2.100', port: 9995, protocol: 'ipfix', datagrams: 4, reason: 'port' }]
    const astray = [await scene.checks.look(account, plain), await scene.checks.look(account, guided)]
    const [first, second] = astray.map((check) => findings(check)[0])
    expect(first?.code).toBe('wrong_port')
    expect(second).toEqual(first)
  })
})

describe('what is kept', () => {
  it.each([
    ['192.0.2.1', '192.0.2.100'],
    ['2001:db8::1', '::1'],
  ])('is a pcap file with the true source: %s', async (from, to) => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    const sent = healthy('netflow9')
    scene.send(sent, { from, port: 51_000, listener: 1 })
    const file = scene.checks.pcap(account, id)
    const payloads = [...flowPayloads(file)]
    expect(payloads.map(({ source }) => ipText(source, 0))).toEqual(sent.map(() => from))
    expect(payloads.map(({ offset, length }) => Buffer.from(file.subarray(offset, offset + length)).toString('hex'))).toEqual(
      sent.map((bytes) => bytes.toString('hex')),
    )
    expect(payloads[0]?.timeNs).toBe(BigInt(begin) * 1_000_000n)
    const [packet] = capturedPackets(file)
    const view = new DataView(file.buffer, packet?.offset ?? 0)
    const udp = from.includes(':') ? 40 : 20
    expect([view.getUint16(udp), view.getUint16(udp + 2)]).toEqual([51_000, 6343])
    expect(to.includes(':') ? view.getUint8(39) : view.getUint8(19)).toBe(to.includes(':') ? 1 : 100)
  })

  it('is bounded, the first of the sender that is looked at before all others', async () => {
    const scene = new CheckScene({ keptBytes: 20_000 })
    const { id } = await scene.open()
    scene.send(
      Array.from({ length: 40 }, () => made()),
      { from: '198.51.100.1' },
    )
    const { kept } = await scene.checks.look(account, id)
    expect(kept.datagrams + kept.missed).toBe(40)
    expect(kept.missed).toBeGreaterThan(0)
    await scene.checks.choose(account, id, '198.51.100.2')
    scene.send(
      Array.from({ length: 3 }, () => made()),
      { from: '198.51.100.2' },
    )
    expect((await scene.checks.look(account, id)).kept).toMatchObject({ datagrams: 3, missed: 0 })
  })
})
