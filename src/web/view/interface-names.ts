// How an interface is called: its name, or its ifIndex where the router tells none.
import type { InterfaceStatus } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'

export function interfaceLabel({ name, if_index }: Pick<InterfaceStatus, 'name' | 'if_index'>): string {
  return name === '' ? messages.top.interface(String(if_index)) : name
}

/** Known names by ifIndex. */
export function interfaceNames(interfaces: readonly InterfaceStatus[]): Readonly<Record<string, string>> {
  return Object.fromEntries(interfaces.filter(({ name }) => name !== '').map(({ if_index, name }) => [String(if_index), name]))
}
