import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simProtocols } from '../../sim/exporters/exporter.ts'
import { netflow9 } from '../../wire/testing/datagram-writer.ts'
import { healthy, made } from './testing/made-datagrams.ts'
import { account, begin, CheckScene, router } from './testing/check-scene.ts'

/** Bytes of any kind, and good datagrams with some bytes changed and the end cut off. */
const anyDatagram = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .record({
      good: fc.constantFrom(...simProtocols.map((protocol) => healthy(protocol)[0] ?? Buffer.alloc(0)), Buffer.from(made())),
      changes: fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 6 }),
      length: fc.nat(1500),
    })
    .map(({ good, changes, length }) => {
      const bytes = Uint8Array.from(good)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return bytes.subarray(0, Math.max(1, length))
    }),
)

describe('whatever is sent', () => {
  it('is judged without an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDatagram, { minLength: 1, maxLength: 12 }), fc.boolean(), async (datagrams, isExpected) => {
        const scene = new CheckScene()
        if (isExpected) scene.register(router)
        const { id } = await scene.open(isExpected ? router : null)
        scene.send(datagrams)
        scene.now += 400_000
        scene.send(datagrams, { missed: 1 })
        scene.now -= 400_000
        const check = await scene.checks.look(account, id)
        expect(check.steps.length).toBe(11)
        for (const { text } of check.steps.flatMap((step) => [step, ...step.findings])) expect(text).toMatch(/^[^\n]+[.]$/)
        expect(JSON.stringify(check)).not.toMatch(/NaN|Infinity|undefined/)
      }),
      { seed: 20_260_601, numRuns: 25 },
    )
  })

  it('stays bounded: senders', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    for (let index = 0; index < 300; index++) scene.send([made()], { from: `10.0.${index >> 8}.${index & 255}` })
    const check = await scene.checks.look(account, id)
    expect(check.senders.length).toBe(64)
    expect(check.sender).toBe('10.0.0.0')
    await scene.checks.choose(account, id, '10.0.1.40')
    scene.send([made()], { from: '10.0.1.40' })
    expect(await scene.checks.look(account, id)).toMatchObject({ sender: '10.0.1.40', flows: 10 })
  })

  it('stays bounded: templates, domains and the work of a second', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const { id } = await scene.open(router)
    for (let domain = 0; domain < 100; domain++)
      scene.send([
        netflow9(
          (writer) => {
            for (let template = 0; template < 20; template++)
              writer.set(0, (set) =>
                set.template(
                  256 + template,
                  Array.from({ length: 30 }, () => [1, 4] as const),
                ),
              )
          },
          { domain, exportSeconds: begin / 1000 },
        ),
      ])
    const check = await scene.checks.look(account, id)
    expect(check.templates.length).toBeGreaterThan(20)
    expect(check.templates.length).toBeLessThanOrEqual(256)
    scene.now += 1000
    scene.send(Array.from({ length: 60 }, () => new Uint8Array(65_000).fill(9)))
    const flooded = await scene.checks.look(account, id)
    // All are counted, and no more than a second's worth has been looked at.
    expect(flooded.datagrams).toBe(160)
    expect(flooded.steps[2]?.findings[0]?.values['datagrams']).toBe(2)
  })
})
