// VyOS's sFlow by uacctd: the form that some releases write, which sends nothing, and the corrected one beside it.
import { describe, expect, it } from 'vitest'

import { labConfig } from '../exporters/generated-config.ts'
import { pmacctFile } from '../exporters/pmacct.ts'
import { until } from '../lab/poll.ts'
import { findingsOf, isOnGraph, LiveCheck } from './live-check.ts'
import { logPackets, start } from './pmacct.ts'
import { collector, type LabRouter, type SetUpLab } from './set-up-lab.ts'

/** The plugin has dots in its name, its keys have dashes: VyOS from July 2022 to September 2023. */
function brokenFile(router: LabRouter): string {
  const key = collector.ipv4.replaceAll('.', '-')
  return [
    'daemonize: false',
    'uacctd_group: 2',
    'aggregate: in_iface,src_mac,dst_mac,vlan,src_host,dst_host,src_port,dst_port,proto,tos,flows',
    `plugins: sfprobe[sf_${collector.ipv4}]`,
    `sfprobe_receiver[sf_${key}]: ${collector.ipv4}:6343`,
    `sfprobe_agentip[sf_${key}]: ${router.address}`,
    `sampling_rate[sf_${key}]: 10`,
    '',
  ].join('\n')
}

/** The cases of a lab that is started. */
export function describeVyos(lab: SetUpLab): void {
  describe('sFlow of VyOS', () => {
    /** The check that looks while a router sends by uacctd. */
    async function during(look: (check: LiveCheck, router: LabRouter) => Promise<void>): Promise<void> {
      const router = await lab.router()
      await lab.server.register(router.address)
      const check = await LiveCheck.open(lab.server, { expected: router.address, guide: 'vyos' })
      await logPackets(lab, router)
      try {
        await look(check, router)
      } finally {
        await lab.quiet(router)
        await check.close()
      }
    }

    /** The broken form. Returns when it has sent to the router itself, as it does in place of the collector. */
    async function startBroken(router: LabRouter): Promise<void> {
      let samples = 0
      await lab.relay(router, { port: 6343, alter: () => (samples++, []) })
      const uacctd = await start(lab, router, 'uacctd', brokenFile(router))
      await lab.traffic(router)
      await uacctd.waitFor(/Unknown symbol 'sf_10-70-0-2'\. Ignored/)
      await uacctd.waitFor(/Exporting flows to \[127\.0\.0\.1\]:6343/)
      await until('samples to the router itself', () => (samples > 2 ? true : undefined))
    }

    async function startCorrected(router: LabRouter): Promise<void> {
      const config = labConfig({ guide: 'vyos', protocol: 'sflow5', collector: collector.ipv4, router: router.address, sampling: 10 })
      const uacctd = await start(lab, router, 'uacctd', pmacctFile(config, '/config/uacctd.conf'))
      await uacctd.waitFor(/Exporting flows to \[10\.70\.0\.2\]:6343/)
      await lab.traffic(router)
    }

    it('sends nothing in the broken form, which the check says, and is on the graph in the corrected one', async () => {
      await during(async (check, router) => {
        await startBroken(router)
        const red = await check.names({ code: 'nothing_arrives', state: 'waiting' })
        expect(red).toMatchObject({ state: 'waiting', datagrams: 0 })
        expect(findingsOf(red).map(({ finding }) => finding.code)).toEqual(['nothing_arrives'])
        expect(findingsOf(red)[0]?.finding.advice).toContain('Compare the names in brackets')
        await lab.quiet(router)

        await startCorrected(router)
        const green = await check.until('the graph', isOnGraph)
        expect(green).toMatchObject({ state: 'ok', sender: router.address })
        expect(findingsOf(green)).toEqual([])
      })
    })
  })
}
