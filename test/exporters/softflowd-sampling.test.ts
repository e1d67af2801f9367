// softflowd that looks at one packet in ten tells so by each protocol: in v5's header, in an options table of the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { collectorAddress, ExporterLab, routerDevice } from './exporter-lab.ts'
import { estimateFault, expectBalancedLedger, fillerStored } from './stored-traffic.ts'

const skip = needs(exporterNeeds('softflowd'))
const rate = 10

describe.skipIf(skip !== undefined)('softflowd -s', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  async function sendSampled(version: string) {
    const timeouts = ['tcp=2', 'tcp.rst=2', 'tcp.fin=2', 'udp=2', 'icmp=2', 'general=2', 'maxlife=2', 'expint=1']
    const files = ['-p', lab.path(`softflowd-${version}.pid`), '-c', lab.path(`softflowd-${version}.ctl`)]
    const flags = ['-d', '-i', routerDevice, '-v', version, '-s', String(rate), '-n', `${collectorAddress}:2055`, ...files]
    const softflowd = lab.startOnRouter('softflowd', ...flags, ...timeouts.flatMap((timeout) => ['-t', timeout]))
    await softflowd.waitFor(/starting data collection/)
    await softflowd.waitFor(/Exporting flows/)
    const sent = await lab.send()
    await fillerStored(lab, sent)
    expect(softflowd.isRunning).toBe(true)
    await softflowd.stop('SIGTERM')
    return sent
  }

  it.each([
    { version: '5', exportProtocol: 'netflow5', samplingSource: 'header' },
    { version: '9', exportProtocol: 'netflow9', samplingSource: 'options' },
    { version: '10', exportProtocol: 'ipfix', samplingSource: 'options' },
  ])('tells its rate and what crossed the router is estimated, version $version', async ({ version, exportProtocol, samplingSource }) => {
    const stored = { samplingRate: rate, samplingSource }
    expect(await estimateFault(lab, async () => await sendSampled(version), { rate, overhead: 0, exportProtocol, stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })
})
