// A capture of the past: an exporter's sampled headers come back as packets, those from before the request and no others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Capture } from '../../src/contract/capture.ts'
import { exporterNeeds } from '../exporters/exporter-commands.ts'
import { ExporterLab, hostB, type Sent } from '../exporters/exporter-lab.ts'
import { labConfig } from '../exporters/generated-config.ts'
import { endPmacct, startUacctd } from '../exporters/pmacct.ts'
import { fillerStored } from '../exporters/stored-traffic.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { capinfos, readPackets, type ReadPacket } from './packet-list.ts'

const skip = needs(exporterNeeds('uacctd', 'tshark', 'capinfos', 'curl'))

describe.skipIf(skip !== undefined)('a capture of the past', () => {
  const lab = new ExporterLab({ captures: { simple_interval_seconds: 0 } })
  let sent: Sent
  /** Before anything was sent. */
  let before: string

  beforeAll(async () => {
    await lab.start()
    const uacctd = await startUacctd(lab, labConfig({ guide: 'linux-uacctd', protocol: 'sflow5', sampling: 10 }))
    before = new Date().toISOString()
    sent = await lab.send()
    await fillerStored(lab, sent)
    await endPmacct(uacctd)
  }, 180_000)
  afterAll(async () => await lab.stop())

  async function ask(body: object): Promise<Capture> {
    const asked = { type: 'simple', system: 'magic-transit', time_limit: 300, packet_limit: 10_000, ...body }
    const { id } = await lab.server.api<Capture>('POST', '/accounts/{account}/pcaps', asked)
    return await until('the answer from samples', async () => {
      const capture = await lab.server.api<Capture>('GET', `/accounts/{account}/drawbridge/captures/${id}`)
      return capture.status === 'success' || capture.status === 'failed' ? capture : undefined
    })
  }

  async function download(id: string): Promise<{ readonly file: string; readonly packets: readonly ReadPacket[] }> {
    const { token, account } = lab.server.credentials
    const file = lab.path(`${id}.pcap`)
    const url = `http://127.0.0.1:8080/client/v4/accounts/${account}/pcaps/${id}/download`
    await lab.hosts.collector.run('curl', '--silent', '--fail', '--output', file, '--header', `Authorization: Bearer ${token}`, url)
    return { file, packets: await readPackets(file) }
  }

  /** Samples that the flow store has of the traffic. */
  async function sampled(): Promise<number> {
    const [row] = await lab.server.sql<{ samples: number }>(
      `SELECT count() AS samples FROM flows WHERE src_addr = toIPv6('${sent.source}')`,
    )
    return row?.samples ?? 0
  }

  it('has a packet for each sample of the exporter, in the order of their times', async () => {
    // The last samples are on their way for a moment.
    const capture = await until('as many packets as samples', async () => {
      const asked = await ask({ filter_v1: { source_address: sent.source }, offset_time: new Date().toISOString() })
      return asked.packets > 0 && asked.packets === (await sampled()) ? asked : undefined
    })
    // The time that is asked for begins before there were samples, and the answer says so.
    expect(capture).toMatchObject({ status: 'success', error_message: expect.stringMatching(/samples reach back to/) as string })
    const { file, packets } = await download(capture.id)
    expect(packets).toHaveLength(capture.packets)
    expect(new Set(packets.map(({ source, destination }) => `${source} ${destination}`))).toEqual(new Set([`${sent.source} ${hostB}`]))
    expect(packets.every(({ captured }) => captured <= 160 + 14)).toBe(true)
    expect((await capinfos(file)).get('Strict time order')).toBe('True')
  })

  it('goes by the time that is asked for', async () => {
    const { packets } = await ask({ filter_v1: { source_address: sent.source }, offset_time: before })
    expect(packets).toBe(0)
  })

  it('takes the newest when there are more than asked for, and the filter language', async () => {
    const asked = { filter: `src ${sent.source} and udp`, offset_time: new Date().toISOString() }
    const all = await ask(asked)
    const few = await ask({ ...asked, packet_limit: 3 })
    expect(few.packets).toBe(3)
    const [newest, whole] = [(await download(few.id)).packets, (await download(all.id)).packets]
    expect(newest).toEqual(whole.slice(-3))
    expect(new Set(whole.map(({ protocol }) => protocol))).toEqual(new Set([17]))
  })
})
