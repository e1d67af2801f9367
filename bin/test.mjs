// `npm test`: prepares, then runs every check in order with its time, and ends with the line `N passed, N failed`.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { installDebianPackages } from './debian-packages.mjs'
import { prepareOrTell, root } from './prepare.mjs'

const folder = mkdtempSync(join(tmpdir(), 'drawbridge-test-'))
const skipsFile = join(folder, 'skips')
const isCi = process.env.CI === 'true'

const bin = (name) => join(root, 'node_modules', '.bin', name)
const vitest = (project) => [[bin('vitest'), 'run', '--project', project]]

/** Every check: the commands that make it up. Those of vitest report their own counts. */
const checks = {
  format: [[bin('oxfmt'), '--check']],
  lint: [[bin('oxlint'), '--type-aware']],
  types: [
    [bin('tsc'), '-p', 'tsconfig.json'],
    [bin('tsc'), '-p', 'src/web/tsconfig.json', '--noEmit'],
  ],
  unused: [[bin('knip')]],
  unit: vitest('unit'),
  integration: vitest('integration'),
  routers: vitest('routers'),
  network: vitest('network'),
}
const vitestChecks = ['unit', 'integration', 'routers', 'network']

/**
 * Checks that run side by side, those of a lane one after another: two of three seconds of routers and network are waiting
 * for timers of other programs. A third lane saves nothing on two cores (tried: 22 minutes either way), and makes pages slow.
 */
const lanes = [['integration'], ['routers', 'network']]
const inLanes = lanes.flat()

const usage = `usage: npm test [-- options] [-- FILTER…]
  --only NAME[,NAME]   only these: ${Object.keys(checks).join(', ')}
  --no-install         leave Debian packages alone
  FILTER               only test files whose path holds it (${vitestChecks.join(', ')})
`

function parseArguments(args) {
  const options = { only: Object.keys(checks), install: true, filters: [] }
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]
    if (argument === '--no-install') options.install = false
    else if (argument === '--only') options.only = (args[++index] ?? '').split(',')
    else if (argument.startsWith('-')) options.unknown = argument
    else options.filters.push(argument)
  }
  options.unknown ??= options.only.find((name) => !(name in checks))
  return options
}

/** Runs a command with its output shown and no standard input; resolves to its exit code. */
function run([command, ...args]) {
  return new Promise((resolve) => {
    const env = { ...process.env, DRAWBRIDGE_TEST_SKIPS: skipsFile }
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => {
      say(error.message)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** Counts of a vitest run by its JSON report. A file that could not be loaded counts as one failure. */
function vitestCounts(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  // An error outside any test (an unhandled rejection) shows in the exit code alone.
  return { passed: report.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: report.numPendingTests }
}

async function runPrepare() {
  return (await prepareOrTell()) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

async function runCheck(name, filters) {
  if (!vitestChecks.includes(name)) {
    for (const command of checks[name]) if ((await run(command)) !== 0) return { passed: 0, failed: 1, skipped: 0 }
    return { passed: 1, failed: 0, skipped: 0 }
  }
  const file = join(folder, `${name}.json`)
  const [command] = checks[name]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--passWithNoTests']
  return vitestCounts(file, await run([...command, ...reporters, ...filters]))
}

/** What tests said that they could not do here. In CI nothing may be skipped, except for data outside the repository. */
function reportSkips(total) {
  if (!existsSync(skipsFile)) return
  const skips = readFileSync(skipsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  say('\nnot run on this machine:')
  for (const { test, reason, excused } of skips) {
    const fails = isCi && !excused
    if (fails) total.failed++
    say(`  ${fails ? 'FAILED ' : ''}${test}: ${reason}`)
  }
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1).padStart(7)} s`
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

async function main() {
  const { only, install, filters, unknown } = parseArguments(process.argv.slice(2))
  if (unknown !== undefined) {
    process.stderr.write(`unknown: ${unknown}\n${usage}`)
    return 2
  }
  const started = Date.now()
  // Only tests in lanes drive them.
  const installed = install && inLanes.some((name) => only.includes(name)) ? installDebianPackages(say) : undefined
  const total = { passed: 0, failed: 0, skipped: 0 }
  const lines = []
  const check = async (name) => {
    const begun = Date.now()
    say(`\n== ${name}`)
    const counts = await (name === 'prepare' ? runPrepare() : runCheck(name, filters))
    for (const key of Object.keys(total)) total[key] += counts[key]
    lines.push(`${name.padEnd(12)} ${(counts.failed === 0 ? 'ok' : 'FAILED').padEnd(7)} ${seconds(begun)}`)
    return counts.failed === 0
  }
  const alone = only.filter((name) => !inLanes.includes(name))
  const checkLane = async (lane) => {
    for (const name of lane) if (only.includes(name)) await check(name)
  }
  // Without a build nothing else means anything.
  if (await check('prepare')) {
    for (const name of alone) await check(name)
    await installed
    await Promise.all(lanes.map(checkLane))
  }
  reportSkips(total)
  say(`\n${lines.join('\n')}\n${'all'.padEnd(20)} ${seconds(started)}\n`)
  say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
  return total.failed === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
