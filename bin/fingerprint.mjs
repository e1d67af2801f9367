// Tells whether a build's inputs changed since it was last good: names, sizes and times of files against a stamp.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

function* filesUnder(path) {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (entry === undefined) return
  if (!entry.isDirectory()) {
    yield { path, size: entry.size, time: entry.mtimeMs }
    return
  }
  for (const name of readdirSync(path).toSorted()) yield* filesUnder(join(path, name))
}

/**
 * A digest over the files of `inputs` (files or folders under `root`) that `wanted` accepts. A deleted file changes it
 * too, and so does a file with an older time, as another branch brings it: comparing times alone would miss both.
 */
export function fingerprint(root, inputs, wanted = () => true) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) {
      if (wanted(file.path)) hash.update(`${file.path}\0${file.size}\0${file.time}\n`)
    }
  }
  return hash.digest('hex')
}

/** The fingerprint kept at `path`, or '' where there is none. */
export function readStamp(path) {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8')
}

export function writeStamp(path, value) {
  writeFileSync(path, value)
}
