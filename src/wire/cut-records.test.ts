// Records that end early: what they have written is marked, so that the next flows do not find it in their rows.
import { describe, expect, it } from 'vitest'
import { clearFlowBatch } from '../contract/flow-batch.ts'
import { u32 } from './testing/bytes.ts'
import { RecordingHost } from './testing/recording-host.ts'
import { flowSample, part, sflowDatagram } from './testing/sflow.ts'

describe('a sampled IPv4 record', () => {
  // length, protocol, source, destination, source port, destination port, TCP flags, type of service
  const whole = u32(100, 6, 0xc0000201, 0xc0000202, 40_000, 443, 0x12, 0x28)

  it.each([20, 24, 28, 32])('that ends after %i bytes leaves nothing in a cleared batch', (length) => {
    const host = new RecordingHost()
    host.decode(sflowDatagram([flowSample([part(3, whole.subarray(0, length))])]))
    expect(host.batch.columns.src_port[0]).toBe(40_000)
    clearFlowBatch(host.batch)
    const { src_port: from, dst_port: to, tcp_flags: flags, tos } = host.batch.columns
    expect([from[0], to[0], flags[0], tos[0]]).toEqual([0, 0, 0, 0])
  })
})
