// Whether this version of Node.js can run Drawbridge.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'

/** `engines` in package.json. */
const oldest = { major: 20, minor: 19 }

/** @param version as `process.versions.node` has it */
export function checkNode(version: string): DoctorFinding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const wanted = `${oldest.major}.${oldest.minor}`
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return fine('node', `Node.js ${version} runs Drawbridge.`)
  return found('node', 'failed', `Node.js ${version} is older than ${wanted}.`, {
    advice: 'Install a newer version; https://nodejs.org/en/download has packages for every system.',
    command: 'node --version',
  })
}
