// `npm run fuzz`: builds what changed and feeds the decoders with generated and damaged input, see fuzz/.
import { parseArgs } from 'node:util'

import { prepareOrExit } from './prepare.mjs'

const usage = `usage: npm run fuzz -- [options]
  --decoder NAME   only this one; may be given again
  --inputs N       stop after N inputs for each decoder
  --seconds N      stop after N seconds for each decoder (default 10 when --inputs is not given)
  --seed N         the same seed makes the same inputs (default 1)
  --out DIR        where findings are written (default fuzz-findings)
  --replay FILE    run the inputs of a finding again
  --json           print the results as JSON
`

function fail(text) {
  process.stderr.write(`${text}\n${usage}`)
  process.exit(2)
}

function wholeNumber(name, text) {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) fail(`--${name} must be a whole number`)
  return value
}

function readOptions() {
  const text = { type: 'string' }
  const options = {
    decoder: { type: 'string', multiple: true },
    inputs: text,
    seconds: text,
    seed: text,
    out: text,
    replay: text,
    json: { type: 'boolean' },
  }
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return fail(error.message)
  }
}

/** A line about how far it is, over itself, for people only. */
function showProgress(name, { inputs, findings }, seconds) {
  if (!process.stderr.isTTY) return
  const rate = Math.round(inputs / seconds / 1000)
  process.stderr.write(
    `\r${name}: ${(inputs / 1e6).toFixed(2)} M inputs, ${rate} k/s, ${findings.length} findings, ${seconds.toFixed(0)} s \u001b[K`,
  )
}

function rowOf({ name, fuzzer, seconds, cpuSeconds, findings, early, late }) {
  const mib = (bytes) => Math.round(bytes / 2 ** 20)
  return {
    decoder: name,
    inputs: fuzzer.inputs,
    seconds: Math.round(seconds * 10) / 10,
    cpu_seconds: Math.round(cpuSeconds * 10) / 10,
    // Of processor time: the machine may have other things to do.
    per_cpu_second: Math.round(fuzzer.inputs / cpuSeconds),
    mean_bytes: Math.round(fuzzer.bytes / fuzzer.inputs),
    rows: fuzzer.rows,
    refused: fuzzer.refused,
    corpus: fuzzer.seedInputs,
    findings: findings.length,
    slowest_ms: Math.round(fuzzer.slowest.ms * 1000) / 1000,
    slowest_large_ms: Math.round(fuzzer.slowestLarge.ms * 1000) / 1000,
    live_mib: [mib(early?.live ?? late.live), mib(late.live)],
    rss_mib: [mib(early?.rss ?? late.rss), mib(late.rss)],
  }
}

function printTable(rows) {
  const cells = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Array.isArray(value) ? value.join(' → ') : value])),
  )
  console.table(cells)
}

async function replay(file) {
  const { Fuzzer } = await import('../fuzz/fuzzer.mjs')
  const { targets } = await import('../fuzz/targets.mjs')
  const { readFinding } = await import('../fuzz/findings.mjs')
  const { decoder, check, detail, inputs } = readFinding(file)
  const fuzzer = new Fuzzer(targets[decoder], { seed: 0 })
  fuzzer.replay(inputs)
  console.log(`recorded: ${decoder}, ${check}: ${detail}`)
  for (const finding of fuzzer.findings) console.log(`now: ${finding.check}: ${finding.detail}`)
  if (fuzzer.findings.length === 0) console.log(`now: nothing (slowest input ${fuzzer.slowest.ms.toFixed(3)} ms)`)
  return fuzzer.findings.length === 0 ? 0 : 1
}

async function campaign(options) {
  const { fuzz } = await import('../fuzz/campaign.mjs')
  const { targets } = await import('../fuzz/targets.mjs')
  const { corpusInputs } = await import('../fuzz/corpus.mjs')
  const { writeFindings } = await import('../fuzz/findings.mjs')
  const names = options.decoder ?? Object.keys(targets)
  const unknown = names.find((name) => !(name in targets))
  if (unknown !== undefined) fail(`no decoder ${unknown}; there are ${Object.keys(targets).join(', ')}`)
  const seed = wholeNumber('seed', options.seed ?? '1')
  const inputs = options.inputs === undefined ? Infinity : wholeNumber('inputs', options.inputs)
  const seconds = options.seconds === undefined ? (options.inputs === undefined ? 10 : Infinity) : wholeNumber('seconds', options.seconds)
  const corpus = corpusInputs()
  const rows = []
  const files = []
  for (const name of names) {
    const result = fuzz(name, { seed, inputs, seconds, corpus, onProgress: (fuzzer, at) => showProgress(name, fuzzer, at) })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    rows.push(rowOf(result))
    for (const finding of result.findings) process.stderr.write(`${name}: ${finding.check} (${finding.times} times): ${finding.detail}\n`)
    files.push(...writeFindings(options.out ?? 'fuzz-findings', { decoder: name, seed, findings: result.findings }))
  }
  if (options.json) console.log(JSON.stringify({ seed, results: rows, findings: files }, null, 2))
  else {
    printTable(rows)
    for (const file of files) console.log(`finding: ${file} (npm run fuzz -- --replay ${file})`)
  }
  return files.length === 0 ? 0 : 1
}

const options = readOptions()
await prepareOrExit({ steps: ['packages', 'server'], quiet: options.json === true })
process.exitCode = options.replay === undefined ? await campaign(options) : await replay(options.replay)
