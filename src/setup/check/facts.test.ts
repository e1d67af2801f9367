// Signs that take more than one datagram: streams that tell the same, several devices behind one address, numbering.
import { describe, expect, it } from 'vitest'
import { hostFacts, defaultGateway } from './host-facts.ts'
import { DeviceTally } from './device-tally.ts'
import { healthy, made } from './testing/made-datagrams.ts'
import { account, begin, CheckScene, codes, findings, router } from './testing/check-scene.ts'
import { spanText } from './wording.ts'

async function lookAfter(send: (scene: CheckScene) => void) {
  const scene = new CheckScene()
  scene.register(router)
  const { id } = await scene.open(router)
  send(scene)
  return await scene.checks.look(account, id)
}

describe('flows told more than once', () => {
  it('are recognised across protocols whose times differ by what headers round', async () => {
    const check = await lookAfter((scene) => {
      // v9 tells uptimes against a header of whole seconds, IPFIX times of its own.
      scene.send(healthy('netflow9', { bootedAt: begin - 86_400_321 }))
      scene.send(healthy('ipfix'), { port: 40_001 })
    })
    const [finding] = findings(check)
    expect(finding).toMatchObject({ code: 'two_protocols', state: 'failed', values: { flows: 60 } })
  })

  it('are not those of a long flow that is told piece by piece', async () => {
    const check = await lookAfter((scene) => {
      for (let second = 0; second < 20; second++) {
        const start = begin + second * 1000
        scene.send([made({ records: 1, sequence: second, values: { start, end: start + 1000 } })])
      }
    })
    expect(codes(check)).toEqual([])
  })

  it('are a datagram that was sent twice', async () => {
    const check = await lookAfter((scene) => scene.send([made(), made()]))
    expect(findings(check)).toMatchObject([{ code: 'told_twice' }])
    expect(findings(check)[0]?.text).toContain('exactly the same')
  })
})

describe('several devices behind one address', () => {
  it('are told by two numberings in one domain', async () => {
    const check = await lookAfter((scene) => {
      for (let round = 0; round < 4; round++) {
        scene.send([made({ records: 1, sequence: 100 + round, values: { port: round * 2 } })], { port: 41_000 })
        scene.send([made({ records: 1, sequence: 9000 + round, values: { port: 100 + round * 2 } })], { port: 42_000 })
      }
    })
    expect(findings(check)).toMatchObject([{ code: 'many_behind_one', values: { ports: ['41000', '42000'] } }])
  })

  it('are not one device that sends from several ports or starts again', async () => {
    const check = await lookAfter((scene) => {
      for (let sequence = 0; sequence < 12; sequence++)
        scene.send([made({ records: 1, sequence, values: { port: sequence } })], { port: 41_000 + (sequence % 3) })
      for (let sequence = 0; sequence < 6; sequence++)
        scene.send([made({ records: 1, sequence, uptimeMs: 1000 + sequence, values: { port: 100 + sequence } })], { port: 43_000 })
    })
    expect(codes(check)).toEqual([])
  })

  it('number their datagrams modulo 2³²', () => {
    const tally = new DeviceTally()
    for (const sequence of [0xffff_fffe, 0xffff_ffff, 0, 3]) tally.noteSequence({ domain: '', sourcePort: 1, sequence, units: 1 })
    expect(tally.sequence()).toEqual({ seen: 3, lost: 2 })
  })
})

describe('what was not seen', () => {
  it('is no loss', async () => {
    const check = await lookAfter((scene) => {
      for (let index = 0; index < 30; index++)
        scene.send([made({ records: 1, sequence: index * 10, values: { port: index } })], { missed: index === 0 ? 0 : 9 })
    })
    expect(codes(check)).toEqual([])
  })
})

describe('what is waited for', () => {
  it('is the next flow where those that came are not kept', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open(router)
    scene.send([made()])
    scene.register(router)
    const { steps } = await scene.checks.look(account, id)
    expect(steps.at(-1)).toMatchObject({ name: 'graph', state: 'waiting', findings: [] })
    expect(steps.at(-1)?.text).toContain('What came before it was registered (10 flows) is not kept')
  })

  it('turns red with time: nothing, and templates', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const { id } = await scene.open(router)
    const stateAfter = async (milliseconds: number) => {
      // Somebody looks now and then, or the check would end.
      for (let waited = 0; waited < milliseconds; waited += 100_000) {
        scene.now += Math.min(100_000, milliseconds - waited)
        await scene.checks.look(account, id)
      }
      return findings(await scene.checks.look(account, id)).map(({ code, state }) => `${code} ${state}`)
    }
    expect(await stateAfter(179_000)).toEqual(['nothing_arrives waiting'])
    expect(await stateAfter(1000)).toEqual(['nothing_arrives failed'])
    scene.send([made({ template: false, exportSeconds: scene.now / 1000 })])
    expect(await stateAfter(299_000)).toEqual(['no_template waiting'])
    expect(await stateAfter(1000)).toEqual(['no_template warning'])
    expect(await stateAfter(1_500_000)).toEqual(['no_template failed'])
  })

  it('is told by the router after all: its sampler table', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const { id } = await scene.open(router)
    scene.send(healthy('ipfix', { sampling: 1 }))
    expect(codes(await scene.checks.look(account, id))).toEqual(['sampling_untold'])
    scene.send(healthy('ipfix'))
    const sampling = (await scene.checks.look(account, id)).steps[7]
    expect(sampling).toMatchObject({ state: 'ok', text: 'One packet in 100, told by the router in its options data.' })
  })

  it('may be set in Drawbridge: the sampling rate', async () => {
    const scene = new CheckScene()
    scene.register(router, account, { sampling_override: 1 })
    const { id } = await scene.open(router)
    scene.send(healthy('netflow9', { sampling: 1 }))
    scene.now += 60_000
    expect((await scene.checks.look(account, id)).steps[7]).toMatchObject({
      state: 'ok',
      text: 'Every packet, as set for this router in Drawbridge.',
    })
  })
})

describe('addresses of this machine', () => {
  it('stand in for routers behind the gateway of a container', async () => {
    const scene = new CheckScene()
    scene.host = { reachable: ['172.17.0.2'], own: [], isContainer: true, gateway: '172.17.0.1' }
    const { id } = await scene.open()
    scene.send(healthy('netflow9'), { from: '172.17.0.1' })
    expect(codes(await scene.checks.look(account, id))).toEqual(['unregistered', 'address_translated'])
    scene.host = { ...scene.host, isContainer: false }
    const router2 = await scene.checks.open({ account, expected: null, guide: null })
    scene.send(healthy('netflow9'), { from: '172.17.0.1' })
    // The gateway of a machine is the router that exports, as a rule.
    expect(codes(await scene.checks.look(account, router2.id))).toEqual(['unregistered'])
  })

  it('are read from the system', () => {
    const table = 'Iface\tDestination\tGateway\tFlags\neth0\t0011AC\t00000000\t0001\neth0\t00000000\t010011AC\t0003\n'
    expect(defaultGateway(table)).toBe('172.17.0.1')
    expect(defaultGateway('Iface\tDestination\n')).toBeNull()
    expect(hostFacts().own.every(({ address }) => address !== '127.0.0.1')).toBe(true)
  })
})

it('lengths of time read well', () => {
  const spans = [400, 12_000, 119_000, 300_000, 3_599_900, 7_500_000, 172_800_000].map(spanText)
  expect(spans).toEqual(['0.4 s', '12 s', '119 s', '5 min', '1 h', '2 h 5 min', '2 days'])
})
