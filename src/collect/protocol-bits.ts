// A set of export protocols in one number.
import { exportProtocol, type ExportProtocolName } from '../contract/flow-columns.ts'

// Object.entries forgets the keys; they are exactly the protocol names.
const names = Object.entries(exportProtocol) as [ExportProtocolName, number][]

/** The bit of an `exportProtocol` code. */
export function protocolBit(code: number): number {
  const index = names.findIndex(([, value]) => value === code)
  return index < 0 ? 0 : 1 << index
}

export function protocolNames(bits: number): ExportProtocolName[] {
  return names.filter((_, index) => (bits & (1 << index)) !== 0).map(([name]) => name)
}
