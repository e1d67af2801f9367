// Export settings to copy, for the collector's address and ports.

export const recipeNames = ['vyos', 'uacctd', 'softflowd', 'other'] as const
export type RecipeName = (typeof recipeNames)[number]

export interface Collector {
  readonly host: string
  readonly netflowPort: string
  readonly sflowPort: string
}

/** IPv6 addresses stand in brackets where a port follows. */
function target({ host, netflowPort }: Collector): string {
  return `${host.includes(':') ? `[${host}]` : host}:${netflowPort}`
}

// A flow that goes on is reported every minute (maxlife), looked at every 10 s (expint): charts by the minute stay true.
function vyos({ host, netflowPort }: Collector): string {
  return `configure
set system flow-accounting interface eth0
set system flow-accounting netflow version 9
set system flow-accounting netflow server ${host} port ${netflowPort}
set system flow-accounting netflow timeout expiry-interval 10
set system flow-accounting netflow timeout max-active-life 60
commit
save`
}

function uacctd(collector: Collector): string {
  return `# /etc/pmacct/uacctd.conf
daemonize: false
uacctd_group: 2
plugins: nfprobe[drawbridge]
aggregate: proto,src_host,dst_host,src_port,dst_port,in_iface,tcpflags,timestamp_start,timestamp_end
nfprobe_receiver[drawbridge]: ${target(collector)}
nfprobe_version[drawbridge]: 9
nfprobe_timeouts[drawbridge]: tcp=60:udp=60:icmp=60:general=60:maxlife=60:expint=10

# The rule that hands packets to uacctd, then uacctd itself:
nft add table inet accounting
nft 'add chain inet accounting prerouting { type filter hook prerouting priority -300 ; }'
nft add rule inet accounting prerouting log group 2 snaplen 128 queue-threshold 100
uacctd -f /etc/pmacct/uacctd.conf`
}

function softflowd(collector: Collector): string {
  return `softflowd -i eth0 -v 9 -n ${target(collector)} -t maxlife=60 -t expint=10`
}

/** Text to copy; undefined for `other`, which is told in words. */
export function recipe(name: RecipeName, collector: Collector): string | undefined {
  switch (name) {
    case 'vyos':
      return vyos(collector)
    case 'uacctd':
      return uacctd(collector)
    case 'softflowd':
      return softflowd(collector)
    default:
      return undefined
  }
}

/** Port of a listener's address: `[::]:2055` is `2055`. */
export function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}

/** Ports for NetFlow and sFlow: the usual ones where the server listens on them, otherwise the first and the last of its own. */
export function collectorPorts(addresses: readonly string[]): { netflow: string; sflow: string } {
  const ports = [...new Set(addresses.map(portOf))]
  const choose = (usual: string, fallback: string | undefined) => (ports.includes(usual) ? usual : (fallback ?? usual))
  return { netflow: choose('2055', ports[0]), sflow: choose('6343', ports.at(-1)) }
}

/** The page's own host name, unless only this machine can reach it by that name. */
export function reachableHost(hostname: string): string {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return /^(localhost|127\.|::1$)/.test(bare) ? '' : bare
}
