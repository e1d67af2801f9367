// pmacct's daemons with the files of their guides, and what feeds uacctd.
import type { RouterConfig } from '../../src/contract/router-config.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { ExporterLab } from './exporter-lab.ts'
import { fileOf } from './generated-config.ts'

/** Files of the guides. */
export const uacctdConf = '/etc/pmacct/uacctd.conf'
export const pmacctdConf = '/etc/pmacct/pmacctd.conf'

/** For nfprobe: flows end after so many seconds and are looked at each second. */
export function shortTimeouts(seconds: number): string {
  const kinds = ['tcp', 'tcp.rst', 'tcp.fin', 'udp', 'icmp', 'general', 'maxlife']
  return `${kinds.map((kind) => `${kind}=${seconds}`).join(':')}:expint=1`
}

/** `log group 2 snaplen N queue-threshold 100` as an nftables JSON expression; each reader has a group of its own. */
export function logGroup(snaplen: number, group = 2): object {
  return { log: { group, snaplen, 'queue-threshold': 100 } }
}

/** Values by key without the name of a plugin: `nfprobe_version` is that of `nfprobe_version[collector]`. */
export type PmacctChanges = Readonly<Record<string, string>>

/**
 * The guide's file of this path as a test can use it: in the foreground, with its log on standard error, and with short
 * timeouts. All else is as the guide has it, but for `changes`.
 * @param timeout in seconds, in place of each of nfprobe's
 */
export function pmacctFile(config: RouterConfig, path: string, changes: PmacctChanges = {}, timeout = 2): string {
  const file = fileOf(config, path).replace(/^syslog:.*\n/m, '')
  const timeouts: PmacctChanges = config.protocol === 'sflow5' ? {} : { nfprobe_timeouts: shortTimeouts(timeout) }
  return changed(file, { daemonize: 'false', ...timeouts, ...changes })
}

/** @throws Error when the file has not all that is to be changed */
function changed(file: string, changes: PmacctChanges): string {
  const left = new Set(Object.keys(changes))
  const lines = file.split('\n').map((line) => {
    const [start, key = ''] = /^([a-z_]+)(?:\[[^\]]*\])?:/.exec(line) ?? []
    const value = changes[key]
    if (value === undefined) return line
    left.delete(key)
    return `${start} ${value}`
  })
  if (left.size > 0) throw new Error(`the file has no ${[...left].join(', ')}:\n${file}`)
  return lines.join('\n')
}

/** Loads the guide's rule on R and starts uacctd as the guide has it. Returns when both are there. */
export async function startUacctd(lab: ExporterLab, config: RouterConfig, changes: PmacctChanges = {}): Promise<LabProcess> {
  await loadGuidedRules(lab, fileOf(config, '/etc/pmacct/accounting.nft'))
  const uacctd = lab.startOnRouter('uacctd', '-f', await lab.file('uacctd.conf', pmacctFile(config, uacctdConf, changes)))
  await uacctd.waitFor(/connected Netlink NFLOG socket/)
  await uacctd.waitFor(/Exporting flows to/)
  return uacctd
}

/** As the unit of the guide does. */
export async function loadGuidedRules(lab: ExporterLab, rules: string): Promise<void> {
  await lab.hosts.router.run('nft', '-f', await lab.file('accounting.nft', rules))
}

/** Starts pmacctd on R as the guide has it. Returns when it reads packets. */
export async function startPmacctd(lab: ExporterLab, config: RouterConfig): Promise<LabProcess> {
  const interfaces = await lab.file('interfaces.map', fileOf(config, '/etc/pmacct/interfaces.map'))
  const file = pmacctFile(config, pmacctdConf, { pcap_interfaces_map: interfaces })
  const pmacctd = lab.startOnRouter('pmacctd', '-f', await lab.file('pmacctd.conf', file))
  await pmacctd.waitFor(/link type is/)
  await pmacctd.waitFor(/Exporting flows to/)
  return pmacctd
}

/**
 * Ends uacctd or pmacctd, which export what they still hold. The core process answers 0, or 1 when it noticed that its
 * plugin had ended before it had done with the signal itself ("no more plugins active"): both are an end in order.
 * @returns `in order`, otherwise what it said
 */
export async function endPmacct(daemon: LabProcess): Promise<string> {
  const code = await daemon.stop('SIGINT')
  return code === 0 || code === 1 ? 'in order' : `${code}: ${daemon.output}`
}
