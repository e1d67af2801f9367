// A bounded run of the fuzzer: no decoder may throw anything uncoded, read outside its input or unbalance the ledger.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { repository } from './requirements.ts'

const execute = promisify(execFile)

interface Report {
  readonly results: readonly { readonly decoder: string; readonly inputs: number }[]
  /** Files of findings; a name ends with the check that failed. */
  readonly findings: readonly string[]
}

/** Judged by hand, not here: a busy machine is slow and holds memory without a fault of ours. */
const measured = /-(?:slow|memory)\.json$/

it('finds nothing in a bounded run with a fixed seed', { timeout: 240_000 }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'drawbridge-fuzz-'))
  try {
    const flags = ['--inputs', '20000', '--seed', '7', '--json', '--out', out]
    const program = [join(repository, 'bin/fuzz.mjs'), ...flags]
    // It ends with a code when it has findings of any kind; its report is on standard output all the same.
    const { stdout } = await execute(process.execPath, program, { cwd: repository, maxBuffer: 2 ** 24 }).catch(
      (error: { stdout: string }) => error,
    )
    const { results, findings } = JSON.parse(stdout) as Report
    expect(results.length).toBeGreaterThanOrEqual(12)
    expect(results.filter(({ inputs }) => inputs < 20_000)).toEqual([])
    expect(findings.filter((file) => !measured.test(file))).toEqual([])
  } finally {
    await rm(out, { recursive: true, force: true })
  }
})
