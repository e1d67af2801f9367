// pmacctd with `sampling_rate`: nfprobe tells the rate in v5's header, or names a sampler in each record of v9 and IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ConfigProtocol } from '../../src/contract/router-config.ts'
import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { labConfig } from './generated-config.ts'
import { endPmacct, startPmacctd } from './pmacct.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'

const skip = needs(exporterNeeds('pmacctd'))
const rate = 10

describe.skipIf(skip !== undefined)('pmacctd with sampling_rate', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled(protocol: ConfigProtocol) {
    const pmacctd = await startPmacctd(lab, labConfig({ guide: 'linux-pmacctd', protocol, sampling: rate }))
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(await endPmacct(pmacctd)).toBe('in order')
    return sent
  }

  it.each([
    { exportProtocol: 'netflow5', samplingSource: 'header' },
    { exportProtocol: 'netflow9', samplingSource: 'options' },
    { exportProtocol: 'ipfix', samplingSource: 'options' },
  ] as const)('tells its rate and what crossed the router is estimated, by $exportProtocol', async ({ exportProtocol, samplingSource }) => {
    const stored = { samplingRate: rate, samplingSource }
    const send = async () => await sendSampled(exportProtocol)
    expect(await estimateFault(lab, send, { rate, overhead: 0, exportProtocol, stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })
})
