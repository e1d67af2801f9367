import { describe, expect, it } from 'vitest'
import { exportProtocol } from '../../contract/flow-columns.ts'
import { healthy } from './testing/made-datagrams.ts'
import { account, CheckScene, router } from './testing/check-scene.ts'

const kinds = ({ taught }: CheckScene) => taught.map(({ kind }) => kind).toSorted()

describe('what collectors are taught', () => {
  it('is what a router told until it was registered, once', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    scene.send(healthy('netflow9', { sampling: 100, domain: 7 }))
    await scene.checks.look(account, id)
    expect(scene.taught).toEqual([])
    scene.register(router)
    await scene.checks.look(account, id)
    const origin = { exporter: router, protocol: exportProtocol.netflow9, domain: 7 }
    expect(kinds(scene)).toEqual(['sampler', 'template', 'template', 'template'])
    expect(scene.taught).toContainEqual({ kind: 'sampler', ...origin, id: null, rate: 100 })
    expect(scene.taught).toContainEqual({ kind: 'template', ...origin, id: 256, fields: expect.any(Array), scope: null })
    await scene.checks.look(account, id)
    expect(scene.taught).toHaveLength(4)
  })

  it('is nothing of routers that were registered before, and of those of others', async () => {
    const scene = new CheckScene()
    scene.register(router)
    const { id } = await scene.open()
    scene.send(healthy('ipfix'))
    scene.send(healthy('ipfix'), { from: '203.0.113.7' })
    scene.register('203.0.113.7', account + 1)
    await scene.checks.look(account, id)
    expect(scene.taught).toEqual([])
  })

  it('is nothing of NetFlow v5 and sFlow, which describe themselves', async () => {
    const scene = new CheckScene()
    const { id } = await scene.open()
    scene.send([...healthy('netflow5'), ...healthy('sflow5')])
    scene.register(router)
    expect((await scene.checks.look(account, id)).flows).toBeGreaterThan(60)
    expect(scene.taught).toEqual([])
  })

  it('is not what the collectors know from before', async () => {
    const scene = new CheckScene()
    scene.known = [
      { protocol: exportProtocol.netflow9, domain: 1, id: 999, fields: [{ element: 1, enterprise: 0, length: 4 }], scope: null },
    ]
    const { id } = await scene.open()
    scene.send(healthy('netflow9'))
    scene.register(router)
    await scene.checks.look(account, id)
    expect(kinds(scene)).toContain('template')
    expect(scene.taught.filter((told) => told.kind === 'template' && told.id === 999)).toEqual([])
  })
})
