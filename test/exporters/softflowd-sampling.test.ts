// softflowd that looks at one packet in ten tells so by each protocol: in v5's header, in an options table of the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ConfigProtocol } from '../../src/contract/router-config.ts'
import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { startSoftflowd } from './softflowd.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'

const skip = needs(exporterNeeds('softflowd'))
const rate = 10

describe.skipIf(skip !== undefined)('softflowd -s', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled(protocol: ConfigProtocol) {
    const softflowd = await startSoftflowd(lab, { protocol, sampling: rate })
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(softflowd.isRunning).toBe(true)
    await softflowd.stop('SIGTERM')
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
