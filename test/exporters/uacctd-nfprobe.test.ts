// A Linux router with uacctd by NetFlow v9, with the files of its guide: an nftables log group feeds it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { labConfig } from './generated-config.ts'
import { endPmacct, startUacctd } from './pmacct.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('uacctd'))

describe.skipIf(skip !== undefined)('uacctd with nfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it('stores exactly what crossed the router, by NetFlow v9', async () => {
    const uacctd = await startUacctd(lab, labConfig({ guide: 'linux-uacctd', protocol: 'netflow9' }))
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(await endPmacct(uacctd)).toBe('in order')
    await expectExactly(lab, sent, 'netflow9')
    await expectBalancedLedger(lab)
  })
})
