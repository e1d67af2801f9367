// What the self test found, in one finding; each leg of it has a result of its own.
import type { DoctorFinding, SelfTestResult } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'
import type { SelfTestAnswer } from '../self-test/self-test.ts'

export function checkSelfTest({ results, skipped }: SelfTestAnswer): DoctorFinding[] {
  const findings = results.length === 0 ? [] : [summary(results)]
  if (skipped.length > 0) findings.push(leftOut(skipped))
  return findings
}

function summary(results: readonly SelfTestResult[]): DoctorFinding {
  const failed = results.filter(({ state }) => state === 'failed')
  const flows = results.reduce((sum, { sent }) => sum + sent, 0)
  if (failed.length === 0) {
    const longest = Math.max(...results.map(({ milliseconds }) => milliseconds)) / 1000
    return fine(
      'self_test',
      `${flows} test flows of every protocol came back from the store exactly, ${longest.toFixed(1)} s after they were sent.`,
    )
  }
  const names = [...new Set(failed.map(({ protocol }) => protocol))].join(', ')
  const text = `${failed.length} of ${results.length} ways from a listener to the store failed (${names}): ${failed[0]?.text ?? ''}.`
  return found('self_test', 'failed', text, { advice: 'Mend what stands above, then ask again.', command: 'drawbridge doctor' })
}

function leftOut(skipped: readonly string[]): DoctorFinding {
  const text = `Not tested over ${skipped.join(', ')}: a router is registered there, and the test would show on its graphs.`
  return found('self_test', 'unknown', text, { advice: 'Nothing has to be done: that router’s own flows are the test.' })
}
