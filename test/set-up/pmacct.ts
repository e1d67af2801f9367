// pmacct's daemons on a router of the lab.
import { shortTimeouts } from '../exporters/pmacct.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { LabRouter, SetUpLab } from './set-up-lab.ts'

const aggregate = 'aggregate: proto,src_host,dst_host,src_port,dst_port,in_iface,tcpflags,timestamp_start,timestamp_end'

const text = (lines: readonly string[]) => `${lines.join('\n')}\n`

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
  return await start(lab, router, 'pmacctd', text(['pcap_interface: t0', aggregate, `plugins: ${plugins}`, ...lines]))
}

/** Starts uacctd with the plugin `nfprobe[c]` on those packets of the traffic that match. */
export async function startUacctd(lab: SetUpLab, router: LabRouter, match: string, lines: readonly string[]): Promise<LabProcess> {
  await logPackets(lab, router, match)
  return await start(lab, router, 'uacctd', text(['uacctd_group: 2', aggregate, 'plugins: nfprobe[c]', ...lines]))
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
  await router.namespace.run('nft', '-f', await lab.file(`rules-${router.number}.nft`, text(rules)))
}

/**
 * Starts one of the daemons, and returns when its plugins are there: one that does not come up says why at once, and all plugins
 * see the same traffic.
 * @param config its configuration
 */
export async function start(lab: SetUpLab, router: LabRouter, command: string, config: string): Promise<LabProcess> {
  const daemon = lab.run(router, command, '-f', await lab.file(`${command}-${router.number}.conf`, config))
  const [, plugins = ''] = /^plugins: (.*)$/m.exec(config) ?? []
  await daemon.waitFor(new RegExp(`(?:Exporting flows to[^]*){${plugins.split(',').length}}`))
  return daemon
}
