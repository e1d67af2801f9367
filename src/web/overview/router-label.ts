// How a router is called in sentences and lists.
import type { RouterStatus } from '../../contract/collector-status.ts'

export function routerLabel(router: Pick<RouterStatus, 'name' | 'address'>): string {
  return router.name === '' ? router.address : router.name
}
