// A signature in words: its verdict, shares that are never rounded to all or nothing, its progress, names of files.
import { describe, expect, it } from 'vitest'
import { defaultSignatureAsk, type Share, type SignatureReport } from '../../contract/signature.ts'
import {
  intervalText,
  progressShare,
  renderingFile,
  signatureTone,
  spreadText,
  stateLabel,
  verdictShare,
  verdictText,
  verdictTone,
} from './signature-view.ts'

const share = (value: number): Share => ({ hits: value * 1000, of: 1000, share: value, low: value / 2, high: Math.min(1, value * 2) })
const report = (held: number, wrong: number | null) =>
  ({
    filter: 'udp',
    held: share(held),
    false: wrong === null ? null : share(wrong),
    ask: defaultSignatureAsk,
  }) as SignatureReport

describe('a share', () => {
  it.each([
    [1, '100%'],
    [0.99999, '> 99.9%'],
    [0.9923, '99.2%'],
    [0.2, '20%'],
    [0.0123, '1.2%'],
    [0.0001, '0.01%'],
    [0.000001, '< 0.001%'],
    [0, '0%'],
  ])('of %d is %s', (value, text) => {
    expect(verdictShare(value)).toBe(text)
  })

  it('has an interval where something was measured', () => {
    expect(intervalText(share(0.001))).toBe('0.05% to 0.2% with 95 % confidence')
    expect(intervalText({ ...share(0), of: 0 })).toBe('')
  })
})

describe('the verdict', () => {
  it('is one sentence', () => {
    expect(verdictText(report(0.992, 0.0001))).toBe('Holds 99.2% of the attack and 0.01% of normal traffic.')
    expect(verdictText(report(1, null))).toBe('Holds 100% of the attack.')
    expect(verdictText({ ...report(0, 0), filter: null })).toBe('Nothing holds this attack and spares normal traffic.')
  })

  it('is good only when both goals are reached and known', () => {
    expect(verdictTone(report(0.99, 0.001))).toBe('success')
    expect(verdictTone(report(0.9, 0))).toBe('warning')
    expect(verdictTone(report(0.99, 0.002))).toBe('warning')
    expect(verdictTone(report(1, null))).toBe('warning')
    expect(verdictTone({ ...report(1, 0), filter: null })).toBe('error')
  })
})

describe('a signature', () => {
  it('that has found nothing is no success', () => {
    expect(signatureTone({ state: 'done', filter: null })).toBe('warning')
    expect(stateLabel({ state: 'done', filter: null })).toBe('Nothing found')
    expect(stateLabel({ state: 'done', filter: 'udp' })).toBe('Ready')
  })

  it('goes on through its phases', () => {
    const at = (phase: 'reading attack' | 'learning' | 'done', part: number | null) =>
      progressShare({ state: 'running', progress: { phase, share: part, packets: 0 } })
    expect([at('reading attack', 0), at('reading attack', 0.5), at('learning', null), at('done', 1)]).toEqual([0, 0.125, 0.5, 1])
    expect(progressShare({ state: 'queued', progress: { phase: 'learning', share: 1, packets: 0 } })).toBe(0)
  })

  it('has a name for each file', () => {
    const named = { id: 'a'.repeat(32), name: 'DNS & NTP: 2026' }
    expect(renderingFile(named, 'nftables')).toBe('dns-ntp-2026.nft')
    expect(renderingFile(named, 'wireshark')).toBe('dns-ntp-2026-wireshark.txt')
    expect(renderingFile({ ...named, name: '攻撃' }, 'json')).toBe(`${named.id}.json`)
  })
})

it('a chart is told by its greatest bins', () => {
  const bins = [
    { label: '53', attack: 0.2, baseline: 0.1, held: false },
    { label: '123', attack: 0.7, baseline: null, held: true },
  ]
  expect(spreadText({ title: 'Source port', bins })).toBe('Source port. 123: attack 70%; 53: attack 20%, normal 10%')
})
