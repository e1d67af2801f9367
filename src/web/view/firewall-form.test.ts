// The form that deploys a filter: its problems, what the API gets, and where it comes from.
import { describe, expect, it } from 'vitest'
import type { FirewallRule } from '../../contract/firewall.ts'
import { deployAgain, deployBodyOf, deployFieldAt, deployOf, deployProblems, emptyDeploy, lifetimeChoices } from './firewall-form.ts'

const id = 'a'.repeat(32)
const whole = { ...emptyDeploy, name: ' dns ', filter: ' udp and src port 53 ', why: ' flood ' }

describe('the form that deploys', () => {
  it('asks for a name, a filter and a reason', () => {
    expect(Object.keys(deployProblems(emptyDeploy))).toEqual(['name', 'filter', 'why'])
    expect(deployProblems(whole)).toEqual({})
  })

  it.each([
    [{ interface: 'eth0 or so' }, 'interface'],
    [{ calmRate: 'few' }, 'calmRate'],
    [{ calmFor: '9 s' }, 'calmFor'],
    [{ calmFor: '25 h' }, 'calmFor'],
    [{ filter: 'x'.repeat(4097) }, 'filter'],
  ])('finds what is wrong with %o', (change, field) => {
    expect(Object.keys(deployProblems({ ...whole, ...change }))).toEqual([field])
  })

  it('does not look at the calm that nobody wants', () => {
    expect(deployProblems({ ...whole, calm: false, calmRate: 'few', calmFor: '' })).toEqual({})
  })

  it('becomes the body of the API, no longer than the server allows', () => {
    const form = { ...whole, places: ['ord02', 'FRA'], interface: 'eth0', minutes: 240, calmRate: '1k', signature: id }
    expect(deployBodyOf(form, 2)).toEqual({
      name: 'dns',
      filter: 'udp and src port 53',
      colo_name: 'ord02,FRA',
      interface: 'eth0',
      lifetime_minutes: 120,
      calm: { packets_per_second: 1000, seconds: 900 },
      signature_id: id,
      why: 'flood',
    })
    expect(deployBodyOf({ ...whole, calm: false }, 24)).toEqual({
      name: 'dns',
      filter: 'udp and src port 53',
      lifetime_minutes: 60,
      calm: null,
      why: 'flood',
    })
  })

  it('offers no lifetime beyond the longest', () => {
    expect(lifetimeChoices(2)).toEqual([15, 60, 120])
    expect(lifetimeChoices(0.01)).toEqual([1])
  })

  it('begins with a signature, against its incident', () => {
    const form = deployOf({ id, name: 'NTP', filter: 'udp', source: { kind: 'incident', id: 'b'.repeat(32) } })
    expect(form).toMatchObject({ name: 'NTP', filter: 'udp', signature: id, incident: 'b'.repeat(32), why: 'Signature NTP' })
  })

  it('begins with what was withdrawn', () => {
    const rule = {
      name: 'NTP',
      filter: 'udp',
      colo_name: 'ord02, fra01',
      interface: null,
      created_at: '2026-11-22T08:00:00.000Z',
      until: '2026-11-22T11:00:00.000Z',
      calm: { packets_per_second: 50, seconds: 600 },
      signature_id: null,
      incident_id: null,
      why: 'flood',
    } as FirewallRule
    expect(deployAgain(rule)).toMatchObject({
      places: ['ord02', 'fra01'],
      interface: '',
      minutes: 240,
      calmRate: '50',
      calmFor: '10 min',
      why: 'Again: flood',
    })
    expect(deployAgain({ ...rule, calm: null, colo_name: '*' })).toMatchObject({ calm: false, places: [] })
  })

  it('finds the field of a refusal', () => {
    expect(deployFieldAt('/calm/packets_per_second')).toBe('calmRate')
    expect(deployFieldAt('/lifetime_minutes')).toBe('minutes')
    expect(deployFieldAt('')).toBeUndefined()
  })
})
