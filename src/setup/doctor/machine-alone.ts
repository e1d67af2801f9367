// Looks at a machine on which no server runs: what a server would find if it were started now.
import type { LoadedConfig } from '../../base/config.ts'
import type { DoctorFinding } from '../../contract/doctor.ts'
import { parseEndpoint } from './endpoint.ts'
import { examineMachine } from './machine.ts'
import { askClickhouse } from './readings/clickhouse.ts'
import { readEngine } from './readings/engine.ts'

export async function examineMachineAlone({ config, file }: LoadedConfig, now: number): Promise<DoctorFinding[]> {
  return await examineMachine({
    config,
    file: file ?? null,
    listeners: config.collect.listen.map((text) => parseEndpoint(text)),
    now,
    store: config.store.kind === 'embedded' ? readEngine() : await askClickhouse(config.store),
    days: null,
    server: null,
  })
}
