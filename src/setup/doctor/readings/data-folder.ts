// Reads what the data folder and its file system are.
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { FolderReading } from '../checks/data-folder.ts'

export async function readDataFolder(folder: string): Promise<FolderReading> {
  const target = path.resolve(folder)
  const stats = await stat(target).catch(() => null)
  const there = stats === null ? await nearest(target) : target
  return {
    path: target,
    exists: stats !== null,
    refused: stats !== null && !stats.isDirectory() ? 'ENOTDIR' : await refusal(there),
    owner: stats === null ? null : { uid: stats.uid, mode: stats.mode },
    uid: process.getuid?.() ?? null,
    // Windows has no such numbers.
    fileSystem: process.platform === 'linux' ? ((await statfs(there).catch(() => null))?.type ?? null) : null,
  }
}

/** Bytes of the file system, and of them those that are left to us. */
export async function readDiskRoom(folder: string): Promise<{ readonly total: number; readonly free: number } | null> {
  const room = await statfs(await nearest(path.resolve(folder))).catch(() => null)
  return room === null ? null : { total: room.blocks * room.bsize, free: room.bavail * room.bsize }
}

/** The folder, or the nearest above it that is there. */
async function nearest(target: string): Promise<string> {
  const there = await stat(target).then(
    () => true,
    () => false,
  )
  return there || path.dirname(target) === target ? target : nearest(path.dirname(target))
}

async function refusal(folder: string): Promise<string | null> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    // Errors of the file system have a code.
    return (error as NodeJS.ErrnoException).code ?? 'EACCES'
  }
}
