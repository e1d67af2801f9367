// Runs the fuzzer over one decoder for a number of inputs or seconds, and watches the memory meanwhile.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Fuzzer } from './fuzzer.mjs'
import { targets } from './targets.mjs'

const warmUpSequences = 2000
/** Growth of live memory between a tenth of the run and its end that is called a leak. */
const leakBytes = 16 * 2 ** 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

function liveBytes() {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/**
 * @param options.inputs stop after so many
 * @param options.seconds stop after so long; whichever comes first
 * @param options.onProgress called about twice a second with the fuzzer and the seconds since the start
 */
export function fuzz(name, { seed, inputs = Infinity, seconds = Infinity, corpus = [], onProgress = () => {} }) {
  const fuzzer = new Fuzzer(targets[name], { seed, corpus })
  const begun = performance.now()
  const cpuBefore = process.cpuUsage()
  const elapsed = () => (performance.now() - begun) / 1000
  const share = () => Math.max(fuzzer.inputs / inputs, elapsed() / seconds)
  for (let i = 0; i < warmUpSequences && share() < 1; i++) fuzzer.sequence({ timed: false })
  let early
  let told = 0
  while (share() < 1) {
    for (let i = 0; i < 50; i++) fuzzer.sequence({ timed: true })
    if (early === undefined && share() >= 0.1) early = { live: liveBytes(), rss: process.memoryUsage().rss }
    if (elapsed() - told > 0.5) onProgress(fuzzer, (told = elapsed()))
  }
  const late = { live: liveBytes(), rss: process.memoryUsage().rss }
  const took = elapsed()
  const { user, system } = process.cpuUsage(cpuBefore)
  const findings = [...fuzzer.findings]
  const growth = early === undefined ? 0 : late.live - early.live
  if (growth > leakBytes)
    findings.push({
      kind: 'memory',
      check: 'memory',
      detail: `live memory grew by ${(growth / 2 ** 20).toFixed(1)} MiB`,
      times: 1,
      inputs: [],
    })
  return { name, fuzzer, seconds: took, cpuSeconds: (user + system) / 1e6, findings, early, late }
}
