// Names of interfaces, where the filters leave flows of one router only.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { interfacesQuery } from '../api/router-queries.ts'
import { useAccount } from '../shell/account.ts'
import { onlyValue, type FlowCondition } from '../view/filter.ts'
import { interfaceNames } from '../view/interface-names.ts'

/** Names by ifIndex; empty unless exactly one router is asked for. */
export function useInterfaceNames(conditions: readonly FlowCondition[]): Readonly<Record<string, string>> {
  const router = onlyValue(conditions, 'routerAddress')
  const { data } = useQuery({ ...interfacesQuery(useAccount(), router ?? ''), enabled: router !== undefined })
  return useMemo(() => interfaceNames(data ?? []), [data])
}
