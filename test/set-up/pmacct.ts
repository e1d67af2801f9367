// pmacct's daemons on a router of the lab.
import { shortTimeouts } from '../exporters/pmacct.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { LabRouter, SetUpLab } from './set-up-lab.ts'

const aggregate = 'aggregate: proto,src_host,dst_host,src_port,dst_port,in_iface,tcpflags,timestamp_start,timestamp_end'

/** Lines of a plugin nfprobe. */
export function nfprobe(name: string, receiver: string, version = 9): readonly string[] {
  return [
    `nfprobe_receiver[${name}]: ${receiver}`,
    `nfprobe_version[${name}]: ${version}`,
    `nfprobe_timeouts[${name}]: ${shortTimeouts(1)}`,
  ]
}

/** Lines of a plugin sfprobe that looks at one packet in two. */
export function sfprobe(name: string, receiver: string, agent: string): readonly string[] {
  return [`sfprobe_receiver[${name}]: ${receiver}`, `sfprobe_agentip[${name}]: ${agent}`, `sampling_rate[${name}]: 2`]
}

/** Starts pmacctd on the traffic. @param lines of its plugins */
export async function startPmacctd(lab: SetUpLab, router: LabRouter, plugins: string, lines: readonly string[]): Promise<LabProcess> {
  return await start(lab, router, 'pmacctd', ['pcap_interface: t0', aggregate, `plugins: ${plugins}`, ...lines])
}

/** Starts uacctd with the plugin `nfprobe[c]` on those packets of the traffic that match. */
export async function startUacctd(lab: SetUpLab, router: LabRouter, match: string, lines: readonly string[]): Promise<LabProcess> {
  await logPackets(lab, router, match)
  return await start(lab, router, 'uacctd', ['uacctd_group: 2', aggregate, 'plugins: nfprobe[c]', ...lines])
}

/** A rule that hands the packets of the traffic which match to uacctd. */
export async function logPackets(lab: SetUpLab, router: LabRouter, match = ''): Promise<void> {
  const rules = [
    'table inet accounting {',
    '  chain in {',
    '    type filter hook prerouting priority -300;',
    `    iifname "t0" ${match} log group 2 snaplen 128 queue-threshold 10`,
    '  }',
    '}',
  ]
  await router.namespace.run('nft', '-f', await lab.file(`rules-${router.number}.nft`, `${rules.join('\n')}\n`))
}

/** Starts one of the daemons. @param config lines of its configuration */
export async function start(lab: SetUpLab, router: LabRouter, command: string, config: readonly string[]): Promise<LabProcess> {
  return lab.run(router, command, '-f', await lab.file(`${command}-${router.number}.conf`, `${config.join('\n')}\n`))
}
