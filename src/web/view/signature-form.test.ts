// The form that asks for a signature: its problems and what the API gets.
import { describe, expect, it } from 'vitest'
import { defaultSignatureAsk } from '../../contract/signature.ts'
import {
  emptySignature,
  maxFalseSteps,
  minRecallSteps,
  signatureAgain,
  signatureBodyOf,
  signatureFieldAt,
  signatureProblems,
  stepOf,
  type SignatureForm,
} from './signature-form.ts'

const [a, b] = ['a'.repeat(32), 'b'.repeat(32)]
const now = Date.parse('2026-11-22T12:00:00Z')
const file = { id: b, name: 'x.pcap', bytes: 9 }
const form = (attack: Partial<SignatureForm['attack']>, baseline: Partial<SignatureForm['baseline']> = {}): SignatureForm => ({
  ...emptySignature,
  attack: { ...emptySignature.attack, ...attack },
  baseline: { ...emptySignature.baseline, ...baseline },
})

describe('the form of a signature', () => {
  it.each([
    [form({}), ['attack']],
    [form({ capture: a }), []],
    [form({ kind: 'incident' }), ['attack']],
    [form({ kind: 'file', uploading: true }, { kind: 'none' }), ['attack']],
    [form({ kind: 'file', file }, { kind: 'none' }), []],
    [form({ capture: a }, { kind: 'capture', capture: a }), ['baseline']],
    [form({ capture: a }, { kind: 'capture', capture: b }), []],
    [form({ capture: a }, { hours: '0' }), ['hours']],
    [form({ capture: a }, { hours: 'a day' }), ['hours']],
    [form({ kind: 'file', file }, { until: '' }), ['until']],
    [form({ kind: 'file', file }, { until: '2026-11-23T12:00:00Z' }), ['until']],
    [{ ...form({ capture: a }), name: 'x'.repeat(101) }, ['name']],
  ])('finds what is wrong, case %#', (given, fields) => {
    expect(Object.keys(signatureProblems(given, now))).toEqual(fields)
  })

  it('lets the server find the time and the targets of captures and incidents', () => {
    expect(signatureBodyOf(form({ capture: a }))).toEqual({
      attack: { capture: a },
      baseline: { before: 24 },
      max_false: defaultSignatureAsk.max_false,
      min_recall: defaultSignatureAsk.min_recall,
      sources: false,
    })
    expect(signatureBodyOf(form({ kind: 'incident', incident: b }, { kind: 'none' }))).toMatchObject({
      attack: { incident: b },
      baseline: null,
    })
  })

  it('tells them of a file', () => {
    const given = form({ kind: 'file', file }, { hours: '1.5', until: '2026-11-22T10:00:00Z', filter: ' dst 203.0.113.7 ' })
    expect(signatureBodyOf(given)).toMatchObject({
      attack: { file: b },
      baseline: { samples: { from: '2026-11-22T08:30:00.000Z', to: '2026-11-22T10:00:00.000Z', filter: 'dst 203.0.113.7' } },
    })
  })

  it('begins again with what was asked for', () => {
    const source = { kind: 'file', id: b, name: 'x.pcap' } as const
    const baseline = { kind: 'samples', from: '2026-11-22T08:30:00Z', to: '2026-11-22T10:00:00Z', filter: null } as const
    const again = signatureAgain({ source, baseline, ask: { ...defaultSignatureAsk, max_false: 0.01, sources: true } })
    expect(again).toMatchObject({ maxFalse: 0.01, sources: true, attack: { kind: 'file', file: { id: b } }, baseline: { hours: '1.5' } })
    expect(signatureAgain({ source, baseline: null, ask: defaultSignatureAsk }).baseline.kind).toBe('none')
  })

  it('has the defaults among the steps of its sliders', () => {
    expect(maxFalseSteps[stepOf(maxFalseSteps, defaultSignatureAsk.max_false)]).toBe(defaultSignatureAsk.max_false)
    expect(minRecallSteps[stepOf(minRecallSteps, defaultSignatureAsk.min_recall)]).toBe(defaultSignatureAsk.min_recall)
    expect(minRecallSteps[stepOf(minRecallSteps, 0.977)]).toBe(0.98)
  })

  it('finds the field of a refusal', () => {
    expect(signatureFieldAt('/attack/file')).toBe('attack')
    expect(signatureFieldAt('/baseline/before')).toBe('hours')
    expect(signatureFieldAt('/baseline/samples/to')).toBe('until')
    expect(signatureFieldAt('/baseline/capture')).toBe('baseline')
    expect(signatureFieldAt('/max_false')).toBeUndefined()
  })
})
