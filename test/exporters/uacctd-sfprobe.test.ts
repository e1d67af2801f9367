// A Linux router with uacctd by sFlow, with the files of its guide: it samples one packet in ten of what a log group hands it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, type Sent } from './exporter-lab.ts'
import { fileOf, labConfig } from './generated-config.ts'
import { endPmacct, loadGuidedRules, startUacctd } from './pmacct.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'

const skip = needs(exporterNeeds('uacctd'))
const rate = 10

/** Ethernet header and frame check sequence: sFlow counts frames, the sender counts IP packets. */
const frameOverhead = 14 + 4

describe.skipIf(skip !== undefined)('uacctd with sfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())
  afterEach(async () => await lab.hosts.router.run('nft', 'delete', 'table', 'inet', 'accounting'))

  async function sendSampled(snaplen: number): Promise<Sent> {
    const config = labConfig({ guide: 'linux-uacctd', protocol: 'sflow5', sampling: rate })
    const uacctd = await startUacctd(lab, config, { snaplen: String(snaplen) })
    await loadGuidedRules(lab, fileOf(config, '/etc/pmacct/accounting.nft').replace('snaplen 1600', `snaplen ${snaplen}`))
    await uacctd.waitFor(/Sampling at: 1\/10/)
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    return sent
  }

  // The guide hands it whole packets, and sfprobe reports frames as they were. Many log groups cut packets to 128 bytes, as
  // VyOS's does, and it then reports frames of 146: lengths must come from the IP header inside.
  it.each([{ snaplen: 128 }, { snaplen: 1600 }])(
    'estimates what crossed the router, log group with snaplen $snaplen',
    async ({ snaplen }) => {
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
