// The form of a capture: what is wrong in it, and what the API gets.
import { describe, expect, it } from 'vitest'
import type { Capture } from '../../contract/capture.ts'
import {
  captureAgain,
  captureBodyOf,
  captureFieldAt,
  captureProblems,
  emptyCapture,
  previewBodyOf,
  withType,
  type CaptureForm,
} from './capture-form.ts'

const now = Date.parse('2026-11-22T08:30:00Z')
const problems = (change: Partial<CaptureForm>) => Object.keys(captureProblems({ ...emptyCapture, ...change }, now)).toSorted()
const full = withType(emptyCapture, 'full')

describe('the form of a capture', () => {
  it('asks for a simple capture of everything everywhere until it is filled in', () => {
    expect(problems({})).toEqual([])
    expect(captureBodyOf(emptyCapture)).toEqual({
      type: 'simple',
      system: 'magic-transit',
      time_limit: 60,
      packet_limit: 10_000,
      colo_name: '*',
      drawbridge: {
        sampling: 100,
        snap_length: 160,
        hook: 'prerouting',
        engine: 'nflog',
        link: 'raw',
        interface: null,
        mask_payload: false,
        note: '',
      },
    })
  })

  it('takes the limits that are usual for a type, unless somebody has set others', () => {
    expect(full).toMatchObject({ type: 'full', seconds: '5 min', packets: '', bytes: '100 MB', sampling: '1', snapLength: '' })
    expect(withType(full, 'simple')).toEqual(emptyCapture)
    expect(withType({ ...emptyCapture, seconds: '10 s', packets: '5k' }, 'full')).toMatchObject({
      seconds: '10 s',
      packets: '5k',
      sampling: '1',
    })
  })

  it.each<[string, Partial<CaptureForm>, string[]]>([
    ['a time limit that is none', { seconds: 'soon' }, ['seconds']],
    ['more time than simple captures get', { seconds: '6 min' }, ['seconds']],
    ['no packet limit', { packets: '' }, ['packets']],
    ['too many packets', { packets: '11M' }, ['packets']],
    ['no sampling at all', { sampling: '0' }, ['sampling']],
    ['less than a header', { snapLength: '19' }, ['snapLength']],
    ['more than a packet', { snapLength: '65536' }, ['snapLength']],
    ['a mirror port without its name', { engine: 'interface' }, ['interface']],
    ['ingress of no interface', { hook: 'ingress' }, ['interface']],
    ['a name that no interface has', { interface: 'eth0; reboot' }, ['interface']],
    ['a time to come', { when: 'past', before: '2126-01-01T00:00:00' }, ['before']],
    ['no time', { when: 'past', before: '' }, ['before']],
    ['a filter without end', { filter: 'a'.repeat(4097) }, ['filter']],
    ['a full capture without a bucket', { ...full }, ['bucket']],
    ['whole packets of a day', { ...full, bucket: 's3://b', seconds: '24 h' }, []],
    ['limits beyond a terabyte', { ...full, bucket: 's3://b', bytes: '2 TB' }, ['bytes']],
    [
      'samples of the past, which need no interface',
      { when: 'past', before: '2026-01-01T00:00:00', engine: 'interface', sampling: '' },
      [],
    ],
  ])('finds what is wrong: %s', (_, change, wrong) => {
    expect(problems(change)).toEqual(wrong)
  })

  it('sends whole packets as what the account allows', () => {
    const body = captureBodyOf({ ...full, bucket: 's3://b', filter: ' udp ', places: ['FRA', 'ord02'] }, 1500)
    expect(body).toMatchObject({ type: 'full', filter: 'udp', byte_limit: 100_000_000, colo_name: 'FRA,ord02', destination_conf: 's3://b' })
    expect(body).not.toHaveProperty('packet_limit')
    expect(body.drawbridge.snap_length).toBe(1500)
  })

  it('asks for samples with the time in UTC, and without what only agents can do', () => {
    const body = captureBodyOf({ ...emptyCapture, when: 'past', before: '2026-11-22T08:30:15', engine: 'interface', interface: 'eth0' })
    expect(body.offset_time).toBe(new Date(2026, 10, 22, 8, 30, 15).toISOString())
    expect(body.drawbridge).toEqual({ snap_length: 160, mask_payload: false, note: '' })
  })

  it('has a preview while it is not complete', () => {
    const body = previewBodyOf({ ...full, filter: 'tcp', seconds: 'x', sampling: 'y', engine: 'interface', interface: '' }, 96)
    expect(body).toMatchObject({ type: 'simple', filter: 'tcp', time_limit: 60 })
    expect(body).not.toHaveProperty('destination_conf')
    expect(body.drawbridge).toMatchObject({ sampling: 1, snap_length: 96, engine: 'nflog' })
  })

  it('can be filled with an earlier capture', () => {
    const body = captureBodyOf({ ...emptyCapture, filter: 'udp', seconds: '90 s', places: ['ord02'], interface: 'eth1', note: 'again' })
    const capture = {
      ...body,
      filter: 'udp',
      filter_v1: {},
      packet_limit: 10_000,
      byte_limit: null,
      offset_time: null,
      colo_name: 'ord02',
      destination_conf: null,
      extension: body.drawbridge,
    } as unknown as Capture
    expect(captureBodyOf(captureAgain(capture))).toEqual(body)
    const original = { ...capture, filter: null, filter_v1: { source_address: '1.2.3.4', destination_port: 80, protocol: 6 } }
    expect(captureAgain(original).filter).toBe('src 1.2.3.4 and proto 6 and dst port 80')
  })

  it('knows the field that an error is about', () => {
    expect(['/filter', '/time_limit', '/drawbridge/snap_length', '/nothing'].map(captureFieldAt)).toEqual([
      'filter',
      'seconds',
      'snapLength',
      undefined,
    ])
  })
})
