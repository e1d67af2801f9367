// Real exporters with the files of their guides, of which a live check has nothing to find.
import type { ConfigProtocol, RouterConfig } from '../../src/contract/router-config.ts'
import { fileOf, labConfig } from '../exporters/generated-config.ts'
import { pmacctdConf, pmacctFile, uacctdConf } from '../exporters/pmacct.ts'
import { softflowdArguments } from '../exporters/softflowd.ts'
import type { SetUp } from './faults.ts'
import { start } from './pmacct.ts'
import { collector, type LabRouter } from './set-up-lab.ts'

interface HealthySetUp extends SetUp {
  readonly name: string
}

function configOf(router: LabRouter, guide: string, protocol: ConfigProtocol): RouterConfig {
  return labConfig({ guide, protocol, collector: collector.ipv4, router: router.address, interfaces: ['t0'], sampling: 2 })
}

/** Tells its rate, by NetFlow v9. */
export const watched: SetUp = {
  isSamplingUnknown: true,
  start: async (lab, router) => {
    const config = configOf(router, 'linux-pmacctd', 'netflow9')
    const interfaces = await lab.file(`interfaces-${router.number}.map`, fileOf(config, '/etc/pmacct/interfaces.map'))
    const file = pmacctFile(config, pmacctdConf, { pcap_interfaces_map: interfaces }, 1)
    return await start(lab, router, 'pmacctd', file)
  },
}

/** All tell their rate. */
export const healthy: readonly HealthySetUp[] = [
  {
    name: 'uacctd by sFlow',
    isSamplingUnknown: true,
    start: async (lab, router) => {
      const config = configOf(router, 'linux-uacctd', 'sflow5')
      const rules = await lab.file(`healthy-${router.number}.nft`, fileOf(config, '/etc/pmacct/accounting.nft'))
      await router.namespace.run('nft', '-f', rules)
      return await start(lab, router, 'uacctd', pmacctFile(config, uacctdConf))
    },
  },
  {
    name: 'softflowd by IPFIX',
    isSamplingUnknown: true,
    start: async (lab, router) => {
      const guided = softflowdArguments(configOf(router, 'softflowd', 'ipfix'))
      const files = ['-d', '-p', lab.path(`${router.number}.pid`), '-c', lab.path(`${router.number}.ctl`)]
      return lab.run(router, 'softflowd', ...guided, ...files, '-t', 'maxlife=1', '-t', 'udp=1', '-t', 'tcp=1', '-t', 'expint=1')
    },
  },
]
