// Says what is wrong in a configuration of pmacct that should export to Drawbridge. Each rule was tried with uacctd 1.7.7.
import { editDistance } from '../../base/nearest-name.ts'
import { parsePmacct, valueFor, type PmacctConfig, type PmacctLine, type PmacctPlugin } from './pmacct-config.ts'

type PmacctFaultCode =
  | 'too_large'
  | 'missing_colon'
  | 'illegal_name'
  | 'plugins_twice'
  | 'no_probe'
  | 'same_name'
  | 'unknown_name'
  | 'unknown_key'
  | 'no_receiver'
  | 'no_port'
  | 'brackets'
  | 'version_invalid'
  | 'fields_missing'
  | 'times_unusual'
  | 'timeouts_missing'
  | 'timeouts_long'
  | 'buffer_large'
  | 'snaplen_small'
  | 'agent_missing'
  | 'told_twice'

export interface PmacctFault {
  /** From 1. */
  readonly line: number
  /** `failed`: nothing useful arrives. */
  readonly severity: 'failed' | 'warning'
  readonly code: PmacctFaultCode
  readonly text: string
  readonly advice: string
  /** What to write instead of the line. */
  readonly mended?: string
}

type Rule = (config: PmacctConfig) => PmacctFault[]

const mostCharacters = 65_536
const mostFaults = 100
/** Names and values are cut to that in sentences. */
const mostShown = 80
const mostMended = 400
/** Seconds, contract §1.7. */
const longest = 60
const advisedTimeouts = 'tcp=30:tcp.rst=30:tcp.fin=30:udp=30:icmp=30:general=30:maxlife=60:expint=10'
/** Bytes: a quiet router waits until so many have come together. */
const largestBuffer = 4096
/** Ethernet without jumbo frames. */
const wholeFrame = 1500

const probeKeys = [
  'nfprobe_direction',
  'nfprobe_dont_cache',
  'nfprobe_dtls',
  'nfprobe_dtls_verify_cert',
  'nfprobe_engine',
  'nfprobe_hoplimit',
  'nfprobe_ifindex',
  'nfprobe_ifindex_override',
  'nfprobe_ipprec',
  'nfprobe_maxflows',
  'nfprobe_peer_as',
  'nfprobe_receiver',
  'nfprobe_source_ip',
  'nfprobe_timeouts',
  'nfprobe_tstamp_usec',
  'nfprobe_version',
  'sfprobe_agentip',
  'sfprobe_agentsubid',
  'sfprobe_direction',
  'sfprobe_ifindex',
  'sfprobe_ifindex_override',
  'sfprobe_ifspeed',
  'sfprobe_ipprec',
  'sfprobe_peer_as',
  'sfprobe_receiver',
  'sfprobe_source_ip',
]
const neededFields = ['proto', 'src_host', 'dst_host', 'src_port', 'dst_port']
const sourceKeys = new Set(['nfprobe_source_ip', 'sfprobe_source_ip', 'sfprobe_agentip'])
const defaultReceivers: Readonly<Record<string, string>> = { nfprobe: '127.0.0.1:2100', sfprobe: '127.0.0.1:6343' }

/** Faults by line. At most the first 64 KiB are looked at, and 100 faults told. */
export function lintPmacct(text: string): PmacctFault[] {
  if (text.length > mostCharacters) {
    const advice = `Is it the right file? A configuration of pmacct has a few kilobytes; at most ${mostCharacters / 1024} KiB are looked at.`
    return [{ line: 1, severity: 'failed', code: 'too_large', text: 'The file is too large to be a configuration.', advice }]
  }
  const config = parsePmacct(text)
  const faults = rules.flatMap((rule) => rule(config))
  return faults.toSorted((one, other) => one.line - other.line).slice(0, mostFaults)
}

const rules: readonly Rule[] = [
  brokenLines,
  pluginLines,
  unknownNames,
  unknownKeys,
  receivers,
  sources,
  versions,
  record,
  timeouts,
  buffers,
  agents,
  lengths,
  toldTwice,
]

function brokenLines({ broken }: PmacctConfig): PmacctFault[] {
  return broken.map(({ line, text, why }) =>
    why === 'missing_colon'
      ? failed(line, why, { text: `${shown(text)} has no colon: the daemon ends with "missing ':'".`, advice: 'Write it as key: value.' })
      : failed(line, why, {
          text: `The name in the brackets of ${shown(text)} has a colon or a bracket: the daemon ends with "illegal brackets".`,
          advice: 'Use a name of letters, digits and dots, here and in plugins.',
        }),
  )
}

function pluginLines({ lines, plugins }: PmacctConfig): PmacctFault[] {
  const [first, ...more] = lines.filter(({ key }) => key === 'plugins')
  const line = first?.line ?? 1
  const names = plugins.map(({ name }) => name)
  const twice = plugins.filter(({ name }, at) => names.indexOf(name) !== at)
  const none = { text: 'plugins has neither nfprobe nor sfprobe: nothing is exported.', advice: 'Write plugins: nfprobe[collector]' }
  return [
    ...more.map((each) =>
      failed(each.line, 'plugins_twice', {
        text: 'A second plugins line is ignored, and with it the plugins in it.',
        advice: `Put all plugins into line ${line}.`,
      }),
    ),
    ...twice.map(({ type, name }) =>
      failed(line, 'same_name', {
        text: `Two plugins are called ${shown(name)}: this ${shown(type)} is ignored.`,
        advice: 'Give each a name of its own.',
      }),
    ),
    ...(plugins.some(isProbe) ? [] : [failed(line, 'no_probe', none)]),
  ]
}

/** What VyOS got wrong: one name in plugins, another in the brackets of the keys. */
function unknownNames({ lines, plugins }: PmacctConfig): PmacctFault[] {
  const known = new Set([...plugins.map(({ name }) => name), 'default'])
  return lines.flatMap((each) => {
    if (each.name === undefined || known.has(each.name)) return []
    const meant = meantPlugin(each, plugins)
    const text = `No plugin is called ${shown(each.name)}: the daemon says "Unknown symbol" and ignores the line.`
    const advice = meant === undefined ? 'Use a name that stands in plugins.' : `The name in plugins is ${shown(meant.name)}.`
    return failed(each.line, 'unknown_name', { text, advice, mended: meant && written(each.key, meant.name, each.value) })
  })
}

/** The only plugin that such a key can be for. */
function meantPlugin({ key }: PmacctLine, plugins: readonly PmacctPlugin[]): PmacctPlugin | undefined {
  const type = key.slice(0, key.indexOf('_'))
  const fitting = plugins.filter((each) => (type === 'nfprobe' || type === 'sfprobe' ? each.type === type : isProbe(each)))
  return fitting.length === 1 ? fitting[0] : undefined
}

function unknownKeys({ lines }: PmacctConfig): PmacctFault[] {
  return lines.flatMap(({ line, key, name, value }) => {
    if (probeKeys.includes(key)) return []
    const near = nearKey(key)
    if (near === undefined && !/^[ns]fprobe_/.test(key)) return []
    const text = `There is no key ${shown(key)}: the daemon says "Unknown key" and ignores the line.`
    const advice = near === undefined ? 'Take it out.' : `Probably ${near} is meant.`
    return failed(line, 'unknown_key', { text, advice, mended: near && written(near, name, value) })
  })
}

/** A key that differs by a slip of the fingers. */
function nearKey(key: string): string | undefined {
  return probeKeys.find((known) => Math.abs(known.length - key.length) <= 2 && editDistance(key, known) <= 2)
}

function receivers(config: PmacctConfig): PmacctFault[] {
  return probes(config).flatMap(({ plugin, line }) => {
    const key = `${plugin.type}_receiver`
    const receiver = valueFor(config, key, plugin)
    if (receiver === undefined) {
      const text = `${plugin.type}[${shown(plugin.name)}] has no receiver: it sends to ${defaultReceivers[plugin.type]}.`
      return failed(line, 'no_receiver', { text, advice: `Write ${written(key, shown(plugin.name), 'ADDRESS:PORT')}` })
    }
    if (/:\d{1,5}$/.test(receiver.value)) return []
    const text = `${shown(receiver.value)} has no port: the plugin ends at once.`
    return failed(receiver.line, 'no_port', { text, advice: 'Write ADDRESS:PORT, with IPv6 in brackets.' })
  })
}

/** IPv6 stands in brackets in one of these keys and bare in the others; the other way round the plugin ends, or names nobody. */
function sources({ lines }: PmacctConfig): PmacctFault[] {
  return lines.flatMap(({ line, key, name, value }) => {
    const bare = value.replaceAll(/^\[|\]$/g, '')
    const wanted = key === 'nfprobe_source_ip' ? `[${bare}]` : bare
    if (!sourceKeys.has(key) || !bare.includes(':') || value === wanted) return []
    const text =
      key === 'nfprobe_source_ip'
        ? 'IPv6 needs brackets here: the plugin ends at once.'
        : 'IPv6 must stand without brackets here: nothing useful is sent.'
    return failed(line, 'brackets', { text, advice: `Write ${shown(wanted)}.`, mended: written(key, name, wanted) })
  })
}

function versions(config: PmacctConfig): PmacctFault[] {
  return flowProbes(config).flatMap(({ plugin }) => {
    const version = valueFor(config, 'nfprobe_version', plugin)
    if (version === undefined) return []
    if (version.value === '9') return unusualTimes(config, version)
    if (version.value === '5' || version.value === '10') return []
    const text = `There is no version ${shown(version.value)}: the line is ignored.`
    return failed(version.line, 'version_invalid', { text, advice: 'Versions are 5, 9 and 10, which is IPFIX.' })
  })
}

function unusualTimes({ lines }: PmacctConfig, { line }: PmacctLine): PmacctFault[] {
  if (lines.some(({ key, value }) => key === 'timestamps_secs' && value === 'true')) return []
  const text = 'NetFlow v9 then has its times in fields 152 and 153 of IPFIX. Drawbridge reads them; many collectors show 1970.'
  return [warning(line, 'times_unusual', { text, advice: 'Add a line timestamps_secs: true' })]
}

/** sfprobe sends packets as they are; nfprobe what the aggregate keeps. Without an aggregate it has all that is needed. */
function record(config: PmacctConfig): PmacctFault[] {
  const aggregates = new Set(flowProbes(config).flatMap(({ plugin }) => valueFor(config, 'aggregate', plugin) ?? []))
  return [...aggregates].flatMap(({ line, key, name, value }) => {
    const fields = value.split(',').map((field) => field.trim())
    const missing = neededFields.filter((field) => !fields.includes(field))
    if (missing.length === 0) return []
    const mended = written(key, name, [...fields.filter((field) => field !== ''), ...missing].join(','))
    return warning(line, 'fields_missing', { text: `Flows arrive without ${missing.join(', ')}.`, advice: 'Add what is missing.', mended })
  })
}

function timeouts(config: PmacctConfig): PmacctFault[] {
  return flowProbes(config).flatMap(({ plugin, line }) => {
    const wanted = written('nfprobe_timeouts', plugin.name, advisedTimeouts)
    const stated = valueFor(config, 'nfprobe_timeouts', plugin)
    if (stated === undefined) {
      const text = 'Without nfprobe_timeouts a TCP flow is told of after an hour of silence, and a long one after a week.'
      return warning(line, 'timeouts_missing', { text, advice: `Add a line ${wanted.length > mostMended ? 'nfprobe_timeouts' : wanted}` })
    }
    const life = longestLife(stated.value)
    if (life <= longest) return []
    const text = `A flow that lasts is told of after ${life} s. A rule of one minute needs ${longest} s or less.`
    return warning(stated.line, 'timeouts_long', { text, advice: 'Shorten maxlife, which bounds the others.', mended: wanted })
  })
}

/** `tcp=60:maxlife=60`: seconds; a week where nothing sensible is stated. */
function longestLife(value: string): number {
  const stated = /(?:^|:)\s*maxlife\s*=\s*(\d{1,9})\s*(?=:|$)/.exec(value)?.[1]
  return stated === undefined || Number(stated) === 0 ? 604_800 : Number(stated)
}

function buffers({ lines }: PmacctConfig): PmacctFault[] {
  return lines.flatMap(({ line, key, name, value }) => {
    if (key !== 'plugin_buffer_size' || !(Number(value) > largestBuffer)) return []
    const text = `With ${shown(value)} bytes packets wait until so many have come together: a quiet router seems to send nothing.`
    return warning(line, 'buffer_large', { text, advice: 'Make it small.', mended: written(key, name, '1024') })
  })
}

function agents(config: PmacctConfig): PmacctFault[] {
  return sampleProbes(config).flatMap(({ plugin, line }) => {
    if (valueFor(config, 'sfprobe_agentip', plugin) !== undefined) return []
    const text = 'Without sfprobe_agentip the agent address is 127.0.0.1, for every router the same.'
    return warning(line, 'agent_missing', {
      text,
      advice: `Add a line ${written('sfprobe_agentip', shown(plugin.name), 'ADDRESS-OF-THIS-ROUTER')}`,
    })
  })
}

function lengths(config: PmacctConfig): PmacctFault[] {
  if (sampleProbes(config).length === 0) return []
  return config.lines.flatMap(({ line, key, value }) => {
    if (key !== 'snaplen' || !(Number(value) < wholeFrame)) return []
    const text = `sfprobe tells the length of what it is given: with ${shown(value)} bytes longer packets seem shorter. Drawbridge takes the IP header's length; other collectors do not.`
    return warning(line, 'snaplen_small', {
      text,
      advice: 'Use 1600, here and in the rule that hands packets over.',
      mended: 'snaplen: 1600',
    })
  })
}

function toldTwice(config: PmacctConfig): PmacctFault[] {
  const first = new Map<string, PmacctPlugin>()
  return probes(config).flatMap(({ plugin }) => {
    const receiver = valueFor(config, `${plugin.type}_receiver`, plugin)
    if (receiver === undefined) return []
    const host = receiver.value.replace(/:\d{1,5}$/, '')
    const before = first.get(host)
    if (before === undefined) {
      first.set(host, plugin)
      return []
    }
    const text = `${shown(before.name)} and ${shown(plugin.name)} both send to ${shown(host)}: everything counts twice.`
    return warning(receiver.line, 'told_twice', { text, advice: 'Keep one of them.' })
  })
}

/** Plugins that export, with the line of plugins. */
function probes({ lines, plugins }: PmacctConfig): { plugin: PmacctPlugin; line: number }[] {
  const line = lines.find(({ key }) => key === 'plugins')?.line ?? 1
  return plugins.filter(isProbe).map((plugin) => ({ plugin, line }))
}

const flowProbes = (config: PmacctConfig) => probes(config).filter(({ plugin }) => plugin.type === 'nfprobe')
const sampleProbes = (config: PmacctConfig) => probes(config).filter(({ plugin }) => plugin.type === 'sfprobe')
const isProbe = ({ type }: PmacctPlugin) => type === 'nfprobe' || type === 'sfprobe'

function written(key: string, name: string | undefined, value: string): string {
  return `${key}${name === undefined ? '' : `[${name}]`}: ${value}`
}

function shown(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text
}

interface Says {
  readonly text: string
  readonly advice: string
  readonly mended?: string | undefined
}

function failed(line: number, code: PmacctFaultCode, says: Says): PmacctFault {
  return { line, severity: 'failed', code, ...worded(says) }
}

function warning(line: number, code: PmacctFaultCode, says: Says): PmacctFault {
  return { line, severity: 'warning', code, ...worded(says) }
}

/** A line that is too long to be shown is left to whoever reads the advice. */
function worded({ text, advice, mended = '' }: Says): Pick<PmacctFault, 'text' | 'advice' | 'mended'> {
  return mended === '' || mended.length > mostMended ? { text, advice } : { text, advice, mended }
}
