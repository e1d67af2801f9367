// Findings as files: what is needed to see one again, in JSON with the inputs in hexadecimal.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes each finding to a file of its own. @returns the files */
export function writeFindings(folder, { decoder, seed, findings }) {
  return findings.map((finding, index) => {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${decoder}-${seed}-${index}-${finding.check}.json`)
    const inputs = finding.inputs.map((bytes) => Buffer.from(bytes).toString('hex'))
    const content = {
      decoder,
      seed,
      sequence: finding.sequence,
      check: finding.check,
      detail: finding.detail,
      times: finding.times,
      inputs,
    }
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
    return file
  })
}

export function readFinding(file) {
  const { decoder, check, detail, inputs } = JSON.parse(readFileSync(file, 'utf8'))
  return { decoder, check, detail, inputs: inputs.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))) }
}
