// pmacctd with the files of its guide reads the router's interface itself: NetFlow v5 and IPFIX by nfprobe.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { labConfig } from './generated-config.ts'
import { endPmacct, startPmacctd } from './pmacct.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('pmacctd'))

describe.skipIf(skip !== undefined)('pmacctd with nfprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it.each(['netflow5', 'ipfix'] as const)('stores exactly what crossed the router, by %s', async (protocol) => {
    const pmacctd = await startPmacctd(lab, labConfig({ guide: 'linux-pmacctd', protocol }))
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(await endPmacct(pmacctd)).toBe('in order')
    await expectExactly(lab, sent, protocol)
    await expectBalancedLedger(lab)
  })
})
