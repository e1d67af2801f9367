// A bridge of Open vSwitch with the commands of its guide: sFlow and IPFIX from samples, NetFlow v5 from every packet.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { storedSums } from '../lab/flow-sums.ts'
import { needs } from '../requirements.ts'
import { exporterNeeds } from './exporter-commands.ts'
import { ExporterLab } from './exporter-lab.ts'
import { OpenVswitch } from './open-vswitch.ts'
import { allStored, estimateFault, expectBalancedLedger, expectTold, fillerStored, sentFilter } from './stored-traffic.ts'

const skip = needs(exporterNeeds('ovsdb-server', 'ovsdb-tool', 'ovs-vswitchd', 'ovs-vsctl'))
const rate = 4

/** sFlow counts whole frames, NetFlow of Open vSwitch frames without the check sequence. */
const ethernetHeader = 14
const frameCheckSequence = 4

/** What is stored of an exporter that tells no rate: the account's, which is 1. */
const untold = { samplingRate: 1, samplingSource: 'account' }

describe.skipIf(skip !== undefined)('Open vSwitch', () => {
  const lab = new ExporterLab()
  const bridge = new OpenVswitch(lab)
  beforeAll(async () => {
    await lab.start()
    await bridge.start()
  })
  afterAll(async () => await lab.stop())
  afterEach(async () => await bridge.exportNothing())

  async function sendSampled() {
    const sent = await lab.send('bridged')
    await fillerStored(lab, sent)
    return sent
  }

  it('tells its rate by sFlow, and what crossed the bridge is estimated', async () => {
    await bridge.export({ protocol: 'sflow5', sampling: rate })
    const stored = { samplingRate: rate, samplingSource: 'header' }
    const overhead = ethernetHeader + frameCheckSequence
    expect(await estimateFault(lab, sendSampled, { rate, overhead, exportProtocol: 'sflow5', stored })).toBeUndefined()
    await expectBalancedLedger(lab)
  })

  // It multiplies by itself and tells no rate: a factor set in Drawbridge would count everything twice over.
  it('multiplies by itself by IPFIX, and what crossed the bridge is estimated', async () => {
    await bridge.export({ protocol: 'ipfix', sampling: rate }, 1)
    expect(await estimateFault(lab, sendSampled, { rate, overhead: 0, exportProtocol: 'ipfix', stored: untold })).toBeUndefined()
    await expectBalancedLedger(lab)
  })

  it('counts every packet by NetFlow v5', async () => {
    await bridge.export({ protocol: 'netflow5' }, 2)
    const sent = await lab.send('bridged')
    await allStored(lab, sent)
    const { packets, bytes } = sent.truth
    const sums = await storedSums(lab.server, sentFilter(sent), packets)
    expect(sums).toEqual({ packets, bytes: bytes + packets * ethernetHeader })
    await expectTold(lab, sent, { rate: 1, overhead: ethernetHeader, exportProtocol: 'netflow5', stored: untold })
    await expectBalancedLedger(lab)
  })
})
