// Whether the data folder can be written, by whom, and whether its file system keeps what is written.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, printable, shellWord } from '../finding.ts'

export interface FolderReading {
  /** Absolute. */
  readonly path: string
  /** Of the folder, or of the nearest one above that is there. */
  readonly exists: boolean
  /** Why it cannot be written, as `EACCES`; null when it can. */
  readonly refused: string | null
  /** Owner and permission bits of the folder; null where it is not there. */
  readonly owner: { readonly uid: number; readonly mode: number } | null
  /** Who asks; null where the platform has no such number. */
  readonly uid: number | null
  /** Magic number of the file system (statfs(2)); null where it is not told. */
  readonly fileSystem: number | null
}

/** <linux/magic.h> and statfs(2). */
const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0x2fc12fc1, 'ZFS'],
  [0xf2f52010, 'F2FS'],
])
/** In memory: gone with the machine. */
const volatile = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
])
/** Over a network or another system, where locks and fsync do less than they say. */
const remote = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
])
const overlay = 0x794c7630
const openToOthers = 0o077

export function checkDataFolder(reading: FolderReading): DoctorFinding[] {
  return [writable(reading), ...lasting(reading), ...closed(reading)]
}

function writable({ path, exists, refused, owner, uid, fileSystem }: FolderReading): DoctorFinding {
  const name = printable(path)
  if (refused === null) {
    const kind = fileSystems.get(fileSystem ?? 0)
    const on = kind === undefined ? '' : ` (${kind})`
    return fine('data_folder', exists ? `${name}${on} can be written.` : `${name} is not there yet; the first start makes it.`)
  }
  if (refused === 'EROFS') {
    return found('data_folder', 'failed', `${name} is on a file system that is mounted read-only.`, {
      advice: 'Mount it for writing, or use another folder: --data DIR. The kernel mounts a broken disk read-only; its log tells.',
      command: 'dmesg | tail -n 50',
    })
  }
  const whose = owner === null ? '' : `; it belongs to the user number ${owner.uid}`
  const user = uid ?? '"$(id -u)"'
  return found('data_folder', 'failed', `${name} cannot be written (${refused})${whose}.`, {
    advice: 'If that user runs the server, ask as that user. Otherwise give the folder to this one, or use another: --data DIR.',
    command: exists ? `sudo chown -R ${user} ${shellWord(path)}` : `sudo install -d -m 700 -o ${user} ${shellWord(path)}`,
  })
}

function lasting({ path, fileSystem }: FolderReading): DoctorFinding[] {
  const number = fileSystem ?? 0
  const name = printable(path)
  const memory = volatile.get(number)
  if (memory !== undefined) {
    const advice = 'Use a folder on a disk: --data DIR.'
    return [
      found('data_folder', 'warning', `${name} is in memory (${memory}): everything is gone after a restart of the machine.`, { advice }),
    ]
  }
  const far = remote.get(number)
  if (far !== undefined) {
    const advice = 'Use a folder on a disk of this machine: --data DIR. Databases need locks and fsync that can be relied on.'
    return [found('data_folder', 'warning', `${name} is on a remote or foreign file system (${far}).`, { advice })]
  }
  if (number !== overlay) return []
  const advice = 'Mount a volume there, as with docker run -v drawbridge-data:/data, and use it: --data /data.'
  return [found('data_folder', 'warning', `${name} is in the writable layer of a container, and goes with the container.`, { advice })]
}

function closed({ path, owner, uid, refused }: FolderReading): DoctorFinding[] {
  if (owner === null || refused !== null) return []
  const command = `chmod 700 ${shellWord(path)}`
  if ((owner.mode & openToOthers) !== 0) {
    const text = `${printable(path)} is open to other users of this machine (mode ${(owner.mode & 0o777).toString(8)}).`
    return [found('data_folder', 'warning', text, { advice: 'Close it: flows and hashes of secrets are in it.', command })]
  }
  if (uid === null || uid === 0 || owner.uid === uid) return []
  const advice = 'Make one user the owner of the folder and run the server as that user.'
  return [found('data_folder', 'warning', `${printable(path)} belongs to another user (number ${owner.uid}).`, { advice })]
}
