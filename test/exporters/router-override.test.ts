// An exporter that does not know that it sees samples only: uacctd behind an nftables rule that picks one packet in ten.
// The router's own setting in Drawbridge mends it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab, routerAddress } from './exporter-lab.ts'
import { fileOf, labConfig } from './generated-config.ts'
import { endPmacct, loadGuidedRules, startUacctd } from './pmacct.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'

const skip = needs(exporterNeeds('uacctd'))
const rate = 10

describe.skipIf(skip !== undefined)('uacctd behind a sampling rule', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled() {
    const config = labConfig({ guide: 'linux-uacctd', protocol: 'netflow9' })
    const uacctd = await startUacctd(lab, config)
    const rules = fileOf(config, '/etc/pmacct/accounting.nft')
    await loadGuidedRules(lab, rules.replace('log group', `numgen random mod ${rate} == 0 log group`))
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    return sent
  }

  it('is scaled by the setting of the router', async () => {
    await lab.server.api('PATCH', `/accounts/{account}/drawbridge/routers/${routerAddress}`, { sampling_override: rate })
    const stored = { samplingRate: rate, samplingSource: 'router' }
    expect(await estimateFault(lab, sendSampled, { rate, overhead: 0, exportProtocol: 'netflow9', stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })
})
