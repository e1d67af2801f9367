// What the pages say about captures: filter, places, limits, what was lost.
import { describe, expect, it } from 'vitest'
import type { Capture } from '../../contract/capture.ts'
import { agentRemarks, captureShare, captureTone, filterName, offsetText, packetTime, placesText } from './capture-view.ts'

describe('the filter of a capture', () => {
  it('is the name of a capture', () => {
    expect(filterName({ filter: null, filter_v1: {} })).toBe('all packets')
    expect(filterName({ filter: 'udp or tcp', filter_v1: { protocol: 6 } })).toBe('(udp or tcp) and (proto 6)')
  })
})

describe('a capture in words', () => {
  it('tells its places', () => {
    expect(placesText({ colo_name: '*' })).toBe('everywhere')
    expect(placesText({ colo_name: 'ord02,FRA,sin01,syd01,ams01' })).toBe('ord02, FRA, sin01 and 2 more')
  })

  it('warns when it is complete, but not from everywhere', () => {
    expect(captureTone({ status: 'success', error_message: null })).toBe('success')
    expect(captureTone({ status: 'success', error_message: 'edge-1 was lost' })).toBe('warning')
  })

  it('tells what was lost', () => {
    expect(agentRemarks({ kernel_drops: 0, delivery_drops: 0, super_packets: 0 })).toEqual([])
    expect(agentRemarks({ kernel_drops: 1, delivery_drops: 2000, super_packets: 0 })).toEqual([
      '1 packet dropped by the kernel, never read',
      '2,000 packets given up: delivery could not keep up',
    ])
  })

  it('is as far as its nearest limit', () => {
    const capture = {
      type: 'simple',
      submitted: '2026-11-22T08:00:00.000001Z',
      time_limit: 100,
      packet_limit: 1000,
      byte_limit: null,
      packets: 100,
      bytes: 1,
      agents: [],
    } as unknown as Capture
    const at = (seconds: number) => Date.parse(capture.submitted) + seconds * 1000
    expect(captureShare(capture, at(5))).toBeCloseTo(0.1)
    expect(captureShare(capture, at(50))).toBeCloseTo(0.5)
    expect(captureShare(capture, at(500))).toBe(1)
    // Limits of full captures are for each agent.
    const agents = [{ packets: 20 }, { packets: 80 }] as unknown as Capture['agents']
    expect(captureShare({ ...capture, type: 'full', agents }, at(0))).toBeCloseTo(0.08)
  })

  it('keeps the microseconds of packets', () => {
    expect(packetTime('2026-11-22T08:31:02.104233Z')).toMatch(/:31:02\.104233$/)
    expect(packetTime('2026-11-22T08:31:02Z')).toMatch(/:31:02\.000000$/)
    expect([offsetText(-2.44), offsetText(1840), offsetText(0)]).toEqual(['−2.44 ms', '+1.84 s', '+0 ms'])
  })
})
