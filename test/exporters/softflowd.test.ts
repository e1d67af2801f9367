// softflowd as its guide starts it reads the router's interface: NetFlow v5, v9 and IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { startSoftflowd } from './softflowd.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('softflowd'))

describe.skipIf(skip !== undefined)('softflowd', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it.each(['netflow5', 'netflow9', 'ipfix'] as const)('stores exactly what crossed the router, by %s', async (protocol) => {
    const softflowd = await startSoftflowd(lab, { protocol })
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(softflowd.isRunning).toBe(true)
    await softflowd.stop('SIGTERM')
    await expectExactly(lab, sent, protocol)
    await expectBalancedLedger(lab)
  })
})
