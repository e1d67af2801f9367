// softflowd and fprobe as their guides start them read the router's interface: NetFlow v5, v9 and IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { argumentsOf, labConfig } from './generated-config.ts'
import { startSoftflowd } from './softflowd.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('softflowd', 'fprobe'))

/** In place of those of the guide: seconds of a flow that goes on, of silence, and between looks. It takes each option once. */
const shortTimeouts = new Map([
  ['-e', '2'],
  ['-d', '1'],
  ['-s', '1'],
])
/** Its log to standard output, by which it stays in the foreground. */
const foreground = '-l2:lab'

describe.skipIf(skip !== undefined)('small exporters', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it.each(['netflow5', 'netflow9', 'ipfix'] as const)('softflowd stores exactly what crossed the router, by %s', async (protocol) => {
    const softflowd = await startSoftflowd(lab, { protocol })
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(softflowd.isRunning).toBe(true)
    await softflowd.stop('SIGTERM')
    await expectExactly(lab, sent, protocol)
    await expectBalancedLedger(lab)
  })

  it('fprobe stores exactly what crossed the router, by NetFlow v5', async () => {
    const guided = argumentsOf(labConfig({ guide: 'fprobe' }), 'fprobe')
    const short = guided.map((word, index) => shortTimeouts.get(guided[index - 1] ?? '') ?? word)
    const fprobe = lab.startOnRouter('fprobe', foreground, ...short)
    await fprobe.waitFor(/collector #1/)
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(fprobe.isRunning).toBe(true)
    // It takes five seconds to end in order.
    await fprobe.stop('SIGKILL')
    await expectExactly(lab, sent, 'netflow5')
    await expectBalancedLedger(lab)
  })
})
