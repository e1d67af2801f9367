import { describe, expect, it } from 'vitest'
import { labelText, Metrics } from './metrics.ts'

describe('Metrics', () => {
  it('writes what was counted, set and observed', async () => {
    const metrics = new Metrics()
    const datagrams = metrics.counter('drawbridge_datagrams_total', 'Datagrams received', ['protocol'])
    datagrams.add(3, { protocol: 'sflow5' })
    datagrams.add(undefined, { protocol: 'sflow5' })
    metrics.gauge('drawbridge_spool_bytes', 'Bytes in the spool').set(7)
    metrics.histogram('drawbridge_query_seconds', 'Time of a query', [0.1, 1]).observe(0.5)
    const text = await metrics.text()
    expect(text).toContain('# HELP drawbridge_datagrams_total Datagrams received')
    expect(text).toContain('drawbridge_datagrams_total{protocol="sflow5"} 4')
    expect(text).toContain('drawbridge_spool_bytes 7')
    expect(text).toContain('drawbridge_query_seconds_bucket{le="1"} 1')
  })

  it('reads values when it is asked', async () => {
    const metrics = new Metrics()
    let drops = 1
    metrics.counterFrom('drawbridge_drops_total', 'Datagrams dropped', ['socket'], () => [{ value: drops, labels: { socket: 'a' } }])
    metrics.gaugeFrom('drawbridge_routers', 'Routers registered', [], () => [{ value: drops * 2 }])
    await metrics.text()
    drops = 5
    const text = await metrics.text()
    expect(text).toContain('drawbridge_drops_total{socket="a"} 5')
    expect(text).toContain('drawbridge_routers 10')
  })

  it('writes tables of counters that share their labels', async () => {
    const metrics = new Metrics()
    const counters = [
      { name: 'drawbridge_x_bytes_total', help: 'Bytes of something' },
      { name: 'drawbridge_x_packets_total', help: 'Packets of something' },
    ]
    const labels = labelText({ name: 'a "b" \\ c\nd', number: 3 })
    metrics.counterTable({ counters, read: async () => [{ labels, values: [1e21, 2.5] }] })
    metrics.gauge('drawbridge_y_bytes', 'Bytes of another').set(1)
    const text = await metrics.text()
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      '# HELP drawbridge_y_bytes Bytes of another',
      '# TYPE drawbridge_y_bytes gauge',
      'drawbridge_y_bytes 1',
      '# HELP drawbridge_x_bytes_total Bytes of something',
      '# TYPE drawbridge_x_bytes_total counter',
      String.raw`drawbridge_x_bytes_total{name="a \"b\" \\ c\nd",number="3"} 1e+21`,
      '# HELP drawbridge_x_packets_total Packets of something',
      '# TYPE drawbridge_x_packets_total counter',
      String.raw`drawbridge_x_packets_total{name="a \"b\" \\ c\nd",number="3"} 2.5`,
    ])
    expect(() => metrics.counterTable({ counters, read: async () => [] })).toThrow('already')
    expect(() => metrics.counterTable({ counters: [{ name: 'drawbridge_zone', help: 'Some of it' }], read: async () => [] })).toThrow(
      '_total',
    )
  })

  it.each([
    ['datagrams_total', 'Datagrams received', 'name like'],
    ['drawbridge_datagrams', 'Datagrams received', 'end in _total'],
    ['drawbridge_datagrams_total', ' ', 'help text'],
  ])('refuses %s (%s)', (name, help, message) => {
    expect(() => new Metrics().counter(name, help)).toThrow(message)
  })

  it('refuses a name twice', () => {
    const metrics = new Metrics()
    metrics.gauge('drawbridge_queue_length', 'Items in the queue')
    expect(() => metrics.gauge('drawbridge_queue_length', 'Items in the queue')).toThrow('already')
  })

  it('keeps registries apart and adds the process on demand', async () => {
    const metrics = new Metrics()
    expect(await metrics.text()).not.toContain('process_cpu')
    metrics.watchProcess()
    expect(await metrics.text()).toContain('process_resident_memory_bytes')
  })
})
