// pmacctd reads the router's interface itself: nfprobe as NetFlow v5 and as IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, routerDevice } from './exporter-lab.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'
import { endPmacct, publishedConfig, shortTimeouts } from './uacctd.ts'

const skip = needs(exporterNeeds('pmacctd'))

describe.skipIf(skip !== undefined)('pmacctd with nfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it.each([
    { version: '5', protocol: 'netflow5' },
    { version: '10', protocol: 'ipfix' },
  ])('stores exactly what crossed the router, version $version', async ({ version, protocol }) => {
    const config = publishedConfig('docs/getting-started.md', '/etc/pmacct/pmacctd.conf', {
      pcap_interface: routerDevice,
      'nfprobe_version[collector]': version,
      'nfprobe_timeouts[collector]': shortTimeouts,
    })
    const pmacctd = lab.startOnRouter('pmacctd', '-f', await lab.file(`pmacctd-${version}.conf`, config))
    await pmacctd.waitFor(/link type is/)
    await pmacctd.waitFor(/Exporting flows to/)
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(await endPmacct(pmacctd)).toBe('in order')
    await expectExactly(lab, sent, protocol)
    await expectBalancedLedger(lab)
  })
})
