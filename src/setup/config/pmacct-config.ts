// Reads a configuration of pmacct as uacctd 1.7.7 reads it: `key[name]: value`, a line each, ! or # before remarks.

export interface PmacctLine {
  /** From 1. */
  readonly line: number
  /** Without the blanks around it, and without control characters. */
  readonly text: string
  readonly key: string
  /** The plugin it belongs to; undefined: all of them. */
  readonly name: string | undefined
  readonly value: string
}

export interface PmacctPlugin {
  readonly type: string
  readonly name: string
}

/** A line at which uacctd ends. */
interface BrokenLine {
  readonly line: number
  readonly text: string
  readonly why: 'missing_colon' | 'illegal_name'
}

export interface PmacctConfig {
  readonly lines: readonly PmacctLine[]
  readonly broken: readonly BrokenLine[]
  /** Of the first `plugins:`, which is the one that counts. */
  readonly plugins: readonly PmacctPlugin[]
}

// The line's text is shown on a terminal: what could steer one is taken out.
const controls = /\p{Cc}/gu

/** More than anybody runs. */
const mostPlugins = 64

export function parsePmacct(text: string): PmacctConfig {
  const read = text.split('\n').flatMap((raw, at) => parsedLine(raw.replaceAll(controls, ' ').trim(), at + 1))
  const lines = read.filter((line) => 'key' in line)
  const listed = lines.find(({ key }) => key === 'plugins')?.value ?? ''
  return { lines, broken: read.filter((line) => 'why' in line), plugins: parsedPlugins(listed) }
}

/** The value that holds for a plugin: its own line wins over one for all. */
export function valueFor(config: PmacctConfig, key: string, plugin: PmacctPlugin): PmacctLine | undefined {
  const all = config.lines.filter((line) => line.key === key)
  return all.find(({ name }) => name === plugin.name) ?? all.find(({ name }) => name === undefined)
}

function parsedLine(text: string, line: number): (PmacctLine | BrokenLine)[] {
  if (text === '' || text.startsWith('!') || text.startsWith('#')) return []
  const colon = text.indexOf(':')
  if (colon === -1) return [{ line, text, why: 'missing_colon' }]
  const match = /^([^[\]]*)(?:\[([^[\]]*)\])?\s*$/.exec(text.slice(0, colon))
  if (match === null) return [{ line, text, why: 'illegal_name' }]
  return [{ line, text, key: (match[1] ?? '').trim().toLowerCase(), name: match[2]?.trim(), value: text.slice(colon + 1).trim() }]
}

/** `nfprobe[one], memory`; one without a name is called default_ and its type. */
function parsedPlugins(list: string): PmacctPlugin[] {
  const items = list.split(',').slice(0, mostPlugins)
  return items.flatMap((item) => {
    const match = /^\s*([^[\]\s]+)\s*(?:\[([^\]]*)\])?\s*$/.exec(item)
    const type = match?.[1]?.toLowerCase()
    return type === undefined ? [] : [{ type, name: match?.[2]?.trim() ?? `default_${type}` }]
  })
}
