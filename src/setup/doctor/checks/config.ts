// Whether the configuration can be used.
import type { ConfigProblem } from '../../../base/config-error.ts'
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, printable, shellWord } from '../finding.ts'

export interface ConfigReading {
  /** The file that was read; null when there is none, undefined when a running server does not tell. */
  readonly file: string | null | undefined
  readonly problems: readonly ConfigProblem[]
}

export function checkConfig({ file, problems }: ConfigReading): DoctorFinding[] {
  const command = `drawbridge config check${typeof file === 'string' ? ` ${shellWord(file)}` : ''}`
  if (problems.length === 0) return [fine('config', goodText(file))]
  return problems.map(({ where, message }) =>
    found('config', 'failed', printable(where === '' ? message : `${where}: ${message}`), {
      advice: 'Correct that; drawbridge config dump prints every option with its meaning.',
      command,
    }),
  )
}

function goodText(file: string | null | undefined): string {
  if (file === undefined) return 'The server has started with its configuration.'
  return file === null ? 'There is no configuration file; every option has its default.' : `${printable(file)} can be used.`
}
