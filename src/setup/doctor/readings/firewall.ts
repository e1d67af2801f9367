// Reads the rules of nftables, as far as this user may.
import { readFile } from 'node:fs/promises'
import type { FirewallReading } from '../checks/firewall.ts'
import { readNftRuleset } from '../nft-ruleset.ts'
import { hasCapability } from './rights.ts'
import { runProgram } from './program.ts'

export async function readFirewall(): Promise<Omit<FirewallReading, 'listeners'>> {
  if (process.platform !== 'linux') return { rules: { kind: 'foreign' }, legacy: false }
  // Tables of iptables-legacy in this network namespace; the file is there once its module is.
  const tables = await readFile('/proc/net/ip_tables_names', 'utf8').catch(() => '')
  return { rules: await readRules(), legacy: tables.split('\n').includes('filter') }
}

async function readRules(): Promise<FirewallReading['rules']> {
  if ((await hasCapability('net_admin')) !== true) return { kind: 'refused' }
  const answer = await runProgram('nft', '-j', 'list', 'ruleset')
  if (answer.kind !== 'output') return answer
  try {
    return { kind: 'nft', ruleset: readNftRuleset(answer.text) }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}
