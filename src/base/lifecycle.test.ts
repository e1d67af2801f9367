import { describe, expect, it } from 'vitest'
import { Lifecycle, type Component } from './lifecycle.ts'

const silent = { info: () => undefined, error: () => undefined }

function recorder() {
  const events: string[] = []
  const component = (name: string, override: Partial<Component> = {}): Component => ({
    start: async () => {
      events.push(`start ${name}`)
      await override.start?.()
    },
    stop: async () => {
      events.push(`stop ${name}`)
      await override.stop?.()
    },
  })
  return { events, component }
}

describe('Lifecycle', () => {
  it('starts in order and stops in reverse', async () => {
    const { events, component } = recorder()
    const lifecycle = new Lifecycle({ signals: [] }, { log: silent })
    const last = component('c', { start: async () => lifecycle.shutdown('test') })
    await lifecycle.add('a', component('a')).add('b', component('b')).add('c', last).run()
    expect(events).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
  })

  it('stops what was started when a start fails, and throws that error', async () => {
    const { events, component } = recorder()
    const lifecycle = new Lifecycle({ signals: [] }, { log: silent })
    const broken = component('b', { start: () => Promise.reject(new Error('port taken')), stop: () => Promise.reject(new Error('second')) })
    lifecycle.add('a', component('a')).add('b', broken).add('c', component('c'))
    await expect(lifecycle.run()).rejects.toThrow('port taken')
    expect(events).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('ends when a running component fails', async () => {
    const { events, component } = recorder()
    const lifecycle = new Lifecycle({ signals: [] }, { log: silent })
    const failing = component('a', { start: async () => void setImmediate(() => lifecycle.fail('a', new Error('disk gone'))) })
    await expect(lifecycle.add('a', failing).run()).rejects.toThrow('disk gone')
    expect(events).toEqual(['start a', 'stop a'])
  })

  it('does not start the rest once it was asked to end', async () => {
    const { events, component } = recorder()
    const lifecycle = new Lifecycle({ signals: [] }, { log: silent })
    const first = component('a', { start: async () => lifecycle.shutdown('test') })
    await lifecycle.add('a', first).add('b', component('b')).run()
    expect(events).toEqual(['start a', 'stop a'])
  })

  it('gives up on a component that does not stop, and names it', async () => {
    const { component } = recorder()
    const reported: string[] = []
    const log = { info: () => undefined, error: (fields: { component: string }) => reported.push(fields.component) }
    const lifecycle = new Lifecycle({ signals: [], stopMilliseconds: 20 }, { log })
    const hanging = component('b', { stop: () => new Promise(() => undefined), start: async () => lifecycle.shutdown('test') })
    await expect(lifecycle.add('a', component('a')).add('b', hanging).run()).rejects.toThrow('did not stop within 0.02 s')
    expect(reported).toEqual(['b'])
  })

  it('ends at a signal and lets go of it', async () => {
    const { events, component } = recorder()
    const lifecycle = new Lifecycle({ signals: ['SIGUSR2'] }, { log: silent })
    const listeners = process.listenerCount('SIGUSR2')
    const started = component('a', { start: async () => void process.kill(process.pid, 'SIGUSR2') })
    await lifecycle.add('a', started).run()
    expect(events).toEqual(['start a', 'stop a'])
    expect(process.listenerCount('SIGUSR2')).toBe(listeners)
  })
})
