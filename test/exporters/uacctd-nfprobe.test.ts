// The flow accounting of VyOS by NetFlow v9: uacctd with the published configuration, fed by an nftables log group.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'
import { endPmacct, logGroup, publishedConfig, shortTimeouts } from './uacctd.ts'

const skip = needs(exporterNeeds('uacctd'))

describe.skipIf(skip !== undefined)('uacctd with nfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it('stores exactly what crossed the router, by NetFlow v9', async () => {
    await lab.loadRules(lab.hosts.router, 'accounting', [logGroup(128)])
    const config = publishedConfig('README.md', '/etc/pmacct/uacctd.conf', { 'nfprobe_timeouts[collector]': shortTimeouts })
    const uacctd = lab.startOnRouter('uacctd', '-f', await lab.file('uacctd.conf', config))
    await uacctd.waitFor(/connected Netlink NFLOG socket/)
    await uacctd.waitFor(/Exporting flows to/)
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    await expectExactly(lab, sent, 'netflow9')
    await expectBalancedLedger(lab)
  })
})
