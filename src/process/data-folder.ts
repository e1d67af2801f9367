// Where each part keeps its files below the data folder.
import { mkdirSync } from 'node:fs'
import path from 'node:path'

export interface DataFolder {
  readonly root: string
  readonly state: string
  readonly spool: string
  readonly ledger: string
  /** Sampled packet headers of the last day. */
  readonly samples: string
  /** Key that secrets of alert destinations are encrypted with. */
  readonly alertKey: string
}

/** Bytes of a Unix socket's path (sun_path of unix(7)), without the ending zero. */
const longestSocketPath = 107

/** Names the files and makes the folders, closed to other users: state holds hashes of secrets, flows are private. */
export function openDataFolder(root: string): DataFolder {
  const folder = {
    root,
    state: path.join(root, 'state.sqlite'),
    spool: path.join(root, 'spool'),
    ledger: path.join(root, 'ledger'),
    samples: path.join(root, 'samples'),
    alertKey: path.join(root, 'alerts.key'),
  }
  const socket = path.resolve(root, 'clickhouse.sock')
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new Error(`the path of the data folder is too long for a socket in it (${socket}); use a shorter one: --data DIR`)
  }
  for (const dir of [root, folder.spool, folder.ledger]) mkdirSync(dir, { recursive: true, mode: 0o700 })
  return folder
}
