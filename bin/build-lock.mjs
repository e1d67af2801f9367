// A lock file that lets one process at a time install and build; a lock whose owner died is taken over.
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A first `npm install` over a slow line takes minutes; a build never does.
const deadlineMs = 15 * 60_000
const pollMs = 100

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error.code === 'EPERM'
  }
}

/** The lock appears complete or not at all: it is written aside and linked into place, which fails where one exists. */
async function tryTake(path) {
  const own = `${path}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(own)
  }
}

/** Takes a dead owner's lock away. Of several that try, only the one whose rename found that very lock removes it. */
async function breakStale(path, owner) {
  const aside = `${path}.stale.${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const found = await readFile(aside, 'utf8')
  // A lock that somebody took in between goes back.
  if (found !== owner) await link(aside, path).catch(() => undefined)
  await unlink(aside)
}

async function ownerOf(path) {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Runs `work` while holding the lock at `path`, waiting for another holder to finish.
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(pid: string) => void} onWait called once when somebody else holds it
 * @template T
 */
export async function withBuildLock(path, work, onWait) {
  await mkdir(dirname(path), { recursive: true })
  const deadline = Date.now() + deadlineMs
  let told = false
  while (!(await tryTake(path))) {
    const owner = await ownerOf(path)
    if (owner === undefined) continue
    if (!alive(Number(owner))) {
      await breakStale(path, owner)
      continue
    }
    if (!told) onWait(owner)
    told = true
    if (Date.now() > deadline) throw new Error(`process ${owner} has held ${path} for too long; end it or remove the file`)
    await sleep(pollMs)
  }
  try {
    return await work()
  } finally {
    await unlink(path)
  }
}
