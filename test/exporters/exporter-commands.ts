// Programs that every exporter test uses, with those of one exporter.
import type { Requirements } from '../requirements.ts'

export function exporterNeeds(...commands: string[]): Requirements {
  return { root: true, commands: ['ip', 'nft', 'sysctl', 'tcpreplay', ...commands], paths: ['node_modules/chdb'] }
}
