// The flow accounting of VyOS by sFlow: uacctd samples one packet in ten of what an nftables log group hands it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, type Sent } from './exporter-lab.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'
import { endPmacct, logGroup, publishedConfig } from './uacctd.ts'

const skip = needs(exporterNeeds('uacctd'))
const rate = 10

/** Ethernet header and frame check sequence: sFlow counts frames, the sender counts IP packets. */
const frameOverhead = 14 + 4

describe.skipIf(skip !== undefined)('uacctd with sfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())
  afterEach(async () => await lab.hosts.router.run('nft', 'delete', 'table', 'ip', 'accounting'))

  async function sendSampled(snaplen: number): Promise<Sent> {
    const changes = { snaplen: String(snaplen), sampling_rate: String(rate) }
    const config = publishedConfig('docs/getting-started.md', '/etc/pmacct/uacctd.conf', changes)
    const uacctd = lab.startOnRouter('uacctd', '-f', await lab.file('uacctd.conf', config))
    await uacctd.waitFor(/connected Netlink NFLOG socket/)
    await uacctd.waitFor(/Sampling at: 1\/10/)
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    return sent
  }

  // The published log group cuts packets to 128 bytes, and sfprobe then reports frames of 146: lengths must come from
  // the IP header inside. With whole packets it reports frames as they were.
  it.each([{ snaplen: 128 }, { snaplen: 1600 }])(
    'estimates what crossed the router, log group with snaplen $snaplen',
    async ({ snaplen }) => {
      await lab.loadRules(lab.hosts.router, 'accounting', [logGroup(snaplen)])
      const stored = { samplingRate: rate, samplingSource: 'header' }
      expect(
        await estimateFault(lab, async () => await sendSampled(snaplen), {
          rate,
          overhead: frameOverhead,
          exportProtocol: 'sflow5',
          stored,
        }),
      ).toBeUndefined()
      await expectBalancedLedger(lab)
    },
  )
})
