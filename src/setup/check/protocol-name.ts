// Names of protocols by the codes that decoders write.
import { exportProtocol, type ExportProtocolName } from '../../contract/flow-columns.ts'

const names: ReadonlyMap<number, ExportProtocolName> = new Map(
  // The keys of the table are the names.
  Object.entries(exportProtocol).map(([name, code]) => [code, name as ExportProtocolName]),
)

export function protocolName(code: number): ExportProtocolName {
  return names.get(code) ?? 'unknown'
}
