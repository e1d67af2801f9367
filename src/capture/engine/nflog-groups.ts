// Chooses NFLOG groups that nobody else uses. A group has one reader in a network namespace, and whoever logs to it.
import { readFile } from 'node:fs/promises'
import { runProgram } from './programs.ts'

export interface NflogGroupRange {
  readonly first: number
  readonly last: number
}

/** Far from the small numbers that people write into their rules. */
export const defaultGroups: NflogGroupRange = { first: 20_000, last: 20_999 }

/** One line for each group that is bound; the first column is its number. */
const boundGroups = '/proc/net/netfilter/nfnetlink_log'

export class NflogGroups {
  readonly #range: NflogGroupRange
  readonly #own = new Set<number>()

  constructor(range: NflogGroupRange = defaultGroups) {
    this.#range = range
  }

  /**
   * A group that nobody reads or logs to; it is ours until `free`.
   * @throws Error when the whole range is in use
   */
  async allot(): Promise<number> {
    const used = new Set([...(await readGroups()), ...(await loggedGroups())])
    const { first, last } = this.#range
    const size = last - first + 1
    // Agents in other namespaces of the same host choose from the same range: they need not begin at the same place.
    const begin = Math.floor(Math.random() * size)
    for (let step = 0; step < size; step++) {
      const group = first + ((begin + step) % size)
      if (used.has(group) || this.#own.has(group)) continue
      this.#own.add(group)
      return group
    }
    throw new Error(`all NFLOG groups from ${first} to ${last} are in use; give the agent another range: nflog_groups in its configuration`)
  }

  free(group: number): void {
    this.#own.delete(group)
  }
}

async function readGroups(): Promise<number[]> {
  try {
    const text = await readFile(boundGroups, 'utf8')
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => Number.parseInt(line, 10))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // The file comes with the kernel module, which the first reader loads, and is root's: an agent that has only the
    // capabilities notices a group with a reader when it cannot join it.
    if (code === 'ENOENT' || code === 'EACCES') return []
    throw error
  }
}

/** Groups of log statements in all tables; their readers may not run now. As text: see nft-session.ts for what JSON does. */
async function loggedGroups(): Promise<number[]> {
  const rules = await runProgram('nft', ['-t', 'list', 'ruleset'])
  return [...rules.matchAll(/\bgroup (\d+)/g)].map(([, group]) => Number(group))
}
