// What the doctor has found, as text for a terminal.
import type { DoctorFinding, DoctorReport, DoctorState, SelfTestResult } from '../contract/doctor.ts'

const marks = { ok: '✓', warning: '!', failed: '✗', unknown: '?' } as const satisfies Record<DoctorState, string>
const nameWidth = 16

export function doctorText({ server, findings, self_test: results }: DoctorReport): string {
  const head = server ? 'The running server was asked.' : 'No server runs with this data folder; this machine was looked at.'
  const tests = results.length === 0 ? '' : `\nSelf test\n${results.map(resultText).join('')}`
  return `${head}\n\n${findings.map(findingText).join('')}${tests}\n${verdict(findings)}\n`
}

function findingText({ check, state, text, advice, command }: DoctorFinding): string {
  const indent = ' '.repeat(nameWidth + 2)
  const next = [...(advice === '' ? [] : [advice]), ...(command === '' ? [] : [`$ ${command}`])]
  return `${marks[state]} ${check.padEnd(nameWidth)}${text}\n${next.map((line) => `${indent}${line}\n`).join('')}`
}

function resultText({ protocol, listener, state, sent, milliseconds, text }: SelfTestResult): string {
  const came = `${sent} flows sent, decoded and stored, bytes and packets exact, ${(milliseconds / 1000).toFixed(1)} s`
  return `${marks[state]} ${protocol.padEnd(nameWidth)}${listener}: ${state === 'ok' ? came : text}\n`
}

function verdict(findings: readonly DoctorFinding[]): string {
  const count = (wanted: DoctorState) => findings.filter(({ state }) => state === wanted).length
  const [failed, warnings, unknown] = [count('failed'), count('warning'), count('unknown')]
  const rest = [...(warnings > 0 ? [`${warnings} to look at`] : []), ...(unknown > 0 ? [`${unknown} not known`] : [])]
  if (failed > 0) return `Not ready: ${[`${failed} failed`, ...rest].join(', ')}.`
  return rest.length === 0 ? 'Ready to take flows.' : `Ready to take flows; ${rest.join(', ')}.`
}
