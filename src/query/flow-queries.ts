// What questions need of the flow store: one call that runs SQL with bound parameters.
import type { FlowStore } from '../store/flow-store.ts'

/** 64-bit integers arrive as decimal text, so that none is rounded. */
export type FlowQueries = Pick<FlowStore, 'query'>
