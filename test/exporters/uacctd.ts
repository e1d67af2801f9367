// uacctd as the pages tell people to set it up: its configuration file, and the nftables rule that feeds it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { LabProcess } from '../lab/lab-process.ts'
import { repository } from '../requirements.ts'
import { collectorAddress, routerAddress } from './exporter-lab.ts'

/** For nfprobe: flows end after two seconds and are looked at each second. */
export const shortTimeouts = 'tcp=2:tcp.rst=2:tcp.fin=2:udp=2:icmp=2:general=2:maxlife=2:expint=1'

/** `log group 2 snaplen N queue-threshold 100` as an nftables JSON expression; each reader has a group of its own. */
export function logGroup(snaplen: number, group = 2): object {
  return { log: { group, snaplen, 'queue-threshold': 100 } }
}

/**
 * A configuration file as printed on a page, which is found by the file name in its first line, with the page's
 * addresses replaced by those of the lab.
 * @param changes lines that a test cannot use as they are, by their key
 */
export function publishedConfig(page: string, name: string, changes: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(repository, page), 'utf8')
  const block = [...text.matchAll(/^```text\n([\s\S]*?)^```/gm)]
    .map((match) => match[1] ?? '')
    .find((body) => body.startsWith(`# ${name}\n`))
  if (block === undefined) throw new Error(`${page} shows no ${name}`)
  const printed = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const lines = new Map(printed.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
  for (const [key, value] of Object.entries({ daemonize: 'false', ...changes })) lines.set(key, value)
  const config = [...lines].map(([key, value]) => `${key}: ${value}\n`).join('')
  // The addresses of the pages: the collector and the router, of a block for documentation (RFC 5737).
  return config.replaceAll('192.0.2.10', collectorAddress).replaceAll('192.0.2.1', routerAddress)
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
