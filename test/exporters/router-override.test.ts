// An exporter that does not know that it sees samples only: uacctd behind an nftables rule that picks one packet in ten.
// The router's own setting in Drawbridge mends it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, routerAddress } from './exporter-lab.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'
import { endPmacct, logGroup, publishedConfig, shortTimeouts } from './uacctd.ts'

const skip = needs(exporterNeeds('uacctd'))
const rate = 10

/** `numgen random mod 10 == 0` as an nftables JSON expression. */
const oneInTen = { match: { op: '==', left: { numgen: { mode: 'random', mod: rate, offset: 0 } }, right: 0 } }

describe.skipIf(skip !== undefined)('uacctd behind a sampling rule', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled() {
    const config = publishedConfig('README.md', '/etc/pmacct/uacctd.conf', { 'nfprobe_timeouts[collector]': shortTimeouts })
    const uacctd = lab.startOnRouter('uacctd', '-f', await lab.file('uacctd.conf', config))
    await uacctd.waitFor(/connected Netlink NFLOG socket/)
    await uacctd.waitFor(/Exporting flows to/)
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    return sent
  }

  it('is scaled by the setting of the router', async () => {
    await lab.server.api('PATCH', `/accounts/{account}/drawbridge/routers/${routerAddress}`, { sampling_override: rate })
    await lab.loadRules(lab.hosts.router, 'accounting', [oneInTen, logGroup(128)])
    const stored = { samplingRate: rate, samplingSource: 'router' }
    expect(await estimateFault(lab, sendSampled, { rate, overhead: 0, exportProtocol: 'netflow9', stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })
})
