// Makes a checkout ready to run: installs packages when they are missing or outdated and builds what changed.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { withBuildLock } from './build-lock.mjs'
import { ChildError, runChild } from './child.mjs'
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs'

/** Folder of the package. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The program that a build makes. */
export const mainProgram = join(root, 'dist', 'process', 'main.js')

/** Whether this is a checkout with sources to build; an installed package has only what was built. */
export const isCheckout = existsSync(join(root, 'tsconfig.build.json'))

const dist = join(root, 'dist')
const modules = join(root, 'node_modules')

function isServerSource(path) {
  return !path.startsWith(join(root, 'src', 'web')) && !path.endsWith('.test.ts')
}

/** The steps in order. Each says whether its result is there for the present inputs, and how to make it. */
const steps = {
  packages: {
    // Said even where it should be quiet: it can take a minute, and a person would wonder.
    begin: 'installing packages',
    done: 'installed packages',
    stamp: join(modules, '.drawbridge-stamp'),
    current: () =>
      createHash('sha256')
        .update(readFileSync(join(root, 'package-lock.json')))
        .digest('hex'),
    // npm's own record counts as well: somebody may have run `npm install` by hand.
    isFresh: () => isNewer(join(modules, '.package-lock.json'), join(root, 'package-lock.json')),
    make: () => runChild('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root }),
  },
  server: {
    done: 'built the server',
    stamp: join(dist, '.server-stamp'),
    current: () => fingerprint(root, ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'], isServerSource),
    isFresh: () => false,
    make: () =>
      runChild(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], { cwd: root, label: 'tsc' }),
  },
  web: {
    done: 'built the web page',
    stamp: join(dist, '.web-stamp'),
    current: () => fingerprint(root, ['src/web', 'src/contract', 'vite.config.ts', 'package-lock.json']),
    isFresh: () => false,
    make: () =>
      runChild(process.execPath, [join(modules, 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'], {
        cwd: root,
        label: 'vite build',
      }),
  },
}

/** @typedef {keyof typeof steps} StepName */

function isNewer(path, than) {
  const entry = statSync(path, { throwIfNoEntry: false })
  return entry !== undefined && entry.mtimeMs >= statSync(than).mtimeMs
}

function isDone(step) {
  return existsSync(dirname(step.stamp)) && (readStamp(step.stamp) === step.current() || step.isFresh())
}

async function runStep(step, say) {
  if (isDone(step)) return
  if (step.begin !== undefined) process.stderr.write(`${step.begin} …\n`)
  const started = Date.now()
  // Taken before the work: a file that is saved meanwhile makes the next run build again.
  let value = step.current()
  await step.make()
  // npm may tidy the lock file that it was given; what it left is what is installed.
  if (step === steps.packages) value = step.current()
  mkdirSync(dirname(step.stamp), { recursive: true })
  writeStamp(step.stamp, value)
  say(`${step.done} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}

/**
 * Makes the named steps current; those that are already cost a few milliseconds. Two processes at a time are fine.
 * @param {{ steps?: StepName[], quiet?: boolean }} [options] `quiet` says nothing unless it fails
 * @throws {ChildError} when a step fails
 */
export async function prepare({ steps: names = ['packages', 'server', 'web'], quiet = false } = {}) {
  const say = quiet ? () => {} : (line) => process.stderr.write(`${line}\n`)
  const chosen = names.map((name) => steps[name])
  if (chosen.every(isDone)) return
  await withBuildLock(
    join(dist, '.lock'),
    async () => {
      for (const step of chosen) await runStep(step, say)
    },
    (pid) => say(`waiting for the build of process ${pid}`),
  )
}

/** Prepares and says on standard error why where that fails; answers whether it worked. */
export async function prepareOrTell(options) {
  try {
    await prepare(options)
    return true
  } catch (error) {
    const output = error instanceof ChildError ? error.output : ''
    process.stderr.write(`${output}could not prepare this checkout: ${error.message}\n`)
    return false
  }
}

/** Prepares or ends the process. */
export async function prepareOrExit(options) {
  if (!(await prepareOrTell(options))) process.exit(1)
}
