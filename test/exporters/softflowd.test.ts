// softflowd reads the router's interface: NetFlow v5, v9 and IPFIX.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { collectorAddress, ExporterLab, routerDevice } from './exporter-lab.ts'
import { allStored, expectBalancedLedger, expectExactly } from './stored-traffic.ts'

const skip = needs(exporterNeeds('softflowd'))

describe.skipIf(skip !== undefined)('softflowd', () => {
  const lab = new ExporterLab()
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  it.each([
    { version: '5', protocol: 'netflow5' },
    { version: '9', protocol: 'netflow9' },
    { version: '10', protocol: 'ipfix' },
  ])('stores exactly what crossed the router, version $version', async ({ version, protocol }) => {
    const timeouts = ['tcp=2', 'tcp.rst=2', 'tcp.fin=2', 'udp=2', 'icmp=2', 'general=2', 'maxlife=2', 'expint=1']
    const files = ['-p', lab.path(`softflowd-${version}.pid`), '-c', lab.path(`softflowd-${version}.ctl`)]
    const flags = ['-d', '-i', routerDevice, '-v', version, '-n', `${collectorAddress}:2055`, ...files]
    const softflowd = lab.startOnRouter('softflowd', ...flags, ...timeouts.flatMap((timeout) => ['-t', timeout]))
    await softflowd.waitFor(/starting data collection/)
    await softflowd.waitFor(/Exporting flows/)
    const sent = await lab.send()
    await allStored(lab, sent)
    expect(softflowd.isRunning).toBe(true)
    await softflowd.stop('SIGTERM')
    await expectExactly(lab, sent, protocol)
    await expectBalancedLedger(lab)
  })
})
