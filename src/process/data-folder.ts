// Where each part keeps its files below the data folder.
import { mkdirSync } from 'node:fs'
import path from 'node:path'

export interface DataFolder {
  readonly root: string
  readonly state: string
  readonly spool: string
  readonly ledger: string
}

/** Names the files and makes the folders, closed to other users: state holds hashes of secrets, flows are private. */
export function openDataFolder(root: string): DataFolder {
  const folder = { root, state: path.join(root, 'state.sqlite'), spool: path.join(root, 'spool'), ledger: path.join(root, 'ledger') }
  for (const dir of [root, folder.spool, folder.ledger]) mkdirSync(dir, { recursive: true, mode: 0o700 })
  return folder
}
