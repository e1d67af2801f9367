// Names of the registered routers by address.
import type { RouterStatus } from '../../contract/collector-status.ts'

export function routerNames(routers: readonly RouterStatus[]): Readonly<Record<string, string>> {
  return Object.fromEntries(routers.map((router) => [router.address, router.name]))
}
