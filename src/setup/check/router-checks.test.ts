import { describe, expect, it } from 'vitest'
import { checkCodes } from '../../contract/router-check.ts'
import { simProtocols } from '../../sim/exporters/exporter.ts'
import { brokenScenes } from './testing/broken-scenes.ts'
import { CheckScene, codes, findings, router } from './testing/check-scene.ts'
import { healthy } from './testing/made-datagrams.ts'

describe('a broken set-up', () => {
  it.each(brokenScenes)('is named, and nothing else: $code', async ({ code, step, state, tells, also = [], play }) => {
    const check = await play(new CheckScene())
    expect(codes(check).toSorted()).toEqual([code, ...also].toSorted())
    const found = findings(check).filter((finding) => finding.code === code)
    expect(found.map((finding) => finding.state)).toEqual([state])
    expect(found[0]?.text).toContain(tells)
    expect(found[0]?.advice).not.toBe('')
    expect(check.steps.filter(({ findings: own }) => own.some((finding) => finding.code === code)).map(({ name }) => name)).toEqual([step])
  })

  it('is there for every code', () => {
    expect(brokenScenes.map(({ code }) => code).toSorted()).toEqual([...checkCodes].toSorted())
  })
})

describe('a set-up in order', () => {
  it.each(simProtocols)('has no finding and ends on the graph: %s', async (protocol) => {
    const scene = new CheckScene()
    scene.register(router)
    const { id } = await scene.open(router)
    scene.send(healthy(protocol))
    scene.store(router, 60)
    const check = await scene.checks.look(1, id)
    expect(codes(check)).toEqual([])
    expect(check.state).toBe('ok')
    expect(check.flows).toBe(60)
    expect(check.steps.at(-1)).toMatchObject({ name: 'graph', state: 'ok', text: '60 flows of 192.0.2.1 are on the graph.' })
    expect(check.sample?.bytes).toBeGreaterThan(0)
  })
})
