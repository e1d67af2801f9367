// Settings as text for a terminal.
import { retentionNames, type Setting, type Settings, type StoredTier } from '../contract/settings.ts'
import { bytesText } from './capture-text.ts'
import { tableText } from './rule-text.ts'

const tierTexts: Readonly<Record<StoredTier['name'], string>> = {
  raw: 'every flow',
  minute: 'sums by minute',
  hour: 'sums by hour',
  top: 'first addresses and ports by hour',
}

export function settingsText({ retention, own_networks, stored, free_bytes }: Settings): string {
  const rows = [
    ...retentionNames.map((name) => rowOf(name, retention[name], `${retention[name].value} days`)),
    rowOf('own_networks', own_networks, networksText(own_networks.value)),
  ]
  return (
    tableText([['NAME', 'VALUE', 'FROM', 'IN THE CONFIGURATION'], ...rows]) +
    listText(own_networks.value) +
    storedText(stored) +
    freeText(free_bytes)
  )
}

function rowOf(name: string, { source, key }: Setting<unknown>, value: string): string[] {
  return [name, value, source, key]
}

function networksText(networks: readonly string[]): string {
  const [first] = networks
  if (first === undefined) return 'private addresses'
  return networks.length === 1 ? first : `${networks.length} prefixes`
}

function listText(networks: readonly string[]): string {
  return networks.length < 2 ? '' : `\nOwn networks:\n${networks.map((network) => `  ${network}\n`).join('')}`
}

function storedText(stored: readonly StoredTier[] | null): string {
  if (stored === null) return '\nThe store does not answer; drawbridge doctor says why.\n'
  const rows = stored.map(({ name, rows, bytes, oldest }) => [tierTexts[name], String(rows), bytesText(bytes), oldest ?? 'nothing yet'])
  return `\n${tableText([['STORED', 'ROWS', 'ON DISK', 'OLDEST'], ...rows])}`
}

function freeText(bytes: number | null): string {
  return bytes === null ? '' : `\nFree on the disk of the data folder: ${bytesText(bytes)}\n`
}
