// What a capture would take until its first limit.
import { describe, expect, it } from 'vitest'
import type { CapturePreview } from '../../contract/capture.ts'
import { expectedTake } from './capture-expected.ts'
import { emptyCapture, withType } from './capture-form.ts'

describe('what to expect', () => {
  const preview = {
    packets_per_second: 18_000,
    bits_per_second: 200_000_000,
    captured_packets_per_second: 180,
    captured_bytes_per_second: 28_800,
    agents: [{}, {}],
  } as unknown as CapturePreview

  it('ends at the first limit', () => {
    const take = expectedTake(preview, emptyCapture)
    expect(take?.ends).toEqual({ limit: 'packets', seconds: 10_000 / 180 })
    expect(take?.total).toEqual({ seconds: 60, packets: 10_000, bytes: (28_800 * 10_000) / 180 })
    expect(expectedTake(preview, { ...emptyCapture, seconds: '10 s' })?.ends).toBeUndefined()
  })

  it('counts the limits of full captures for each agent', () => {
    const take = expectedTake(preview, { ...withType(emptyCapture, 'full'), bytes: '1 MB' })
    expect(take?.ends).toEqual({ limit: 'bytes', seconds: 2_000_000 / 28_800 })
  })

  it('is nothing where no flow tells, and no division where nothing matches', () => {
    expect(expectedTake({ ...preview, packets_per_second: null }, emptyCapture)).toBeUndefined()
    const none = { ...preview, packets_per_second: 0, captured_packets_per_second: 0, captured_bytes_per_second: 0 }
    expect(expectedTake(none, emptyCapture)?.total).toEqual({ seconds: 60, packets: 0, bytes: 0 })
  })
})
