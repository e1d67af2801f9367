// pmacctd with `sampling_rate`: nfprobe tells the rate in v5's header, or names a sampler in each record of v9 and IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, routerDevice } from './exporter-lab.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'
import { endPmacct, publishedConfig, shortTimeouts } from './uacctd.ts'

const skip = needs(exporterNeeds('pmacctd'))
const rate = 10

describe.skipIf(skip !== undefined)('pmacctd with sampling_rate', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled(version: string) {
    const config = publishedConfig('docs/getting-started.md', '/etc/pmacct/pmacctd.conf', {
      pcap_interface: routerDevice,
      sampling_rate: String(rate),
      'nfprobe_version[collector]': version,
      'nfprobe_timeouts[collector]': shortTimeouts,
    })
    const pmacctd = lab.startOnRouter('pmacctd', '-f', await lab.file(`pmacctd-${version}.conf`, config))
    await pmacctd.waitFor(/link type is/)
    await pmacctd.waitFor(/Exporting flows to/)
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(pmacctd)).toBe('in order')
    return sent
  }

  it.each([
    { version: '5', exportProtocol: 'netflow5', samplingSource: 'header' },
    { version: '9', exportProtocol: 'netflow9', samplingSource: 'options' },
    { version: '10', exportProtocol: 'ipfix', samplingSource: 'options' },
  ])('tells its rate and what crossed the router is estimated, version $version', async ({ version, exportProtocol, samplingSource }) => {
    const stored = { samplingRate: rate, samplingSource }
    expect(await estimateFault(lab, async () => await sendSampled(version), { rate, overhead: 0, exportProtocol, stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })
})
