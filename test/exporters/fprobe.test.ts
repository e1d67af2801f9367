// fprobe as its guide starts it reads the router's interface: NetFlow v5.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { argumentsOf, labConfig } from './generated-config.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('fprobe'))

/** In place of those of the guide: seconds of a flow that goes on, of silence, and between looks. It takes each option once. */
const shortTimeouts = new Map([
  ['-e', '2'],
  ['-d', '1'],
  ['-s', '1'],
])
/** Its log to standard output, by which it stays in the foreground. */
const foreground = '-l2:lab'

describe.skipIf(skip !== undefined)('fprobe', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it('stores exactly what crossed the router, by NetFlow v5', async () => {
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
