// Runs the statements of one question and adds up what they cost.
import type { FlowQueryOptions } from '../../store/flow-store.ts'
import type { FlowQueries } from '../flow-queries.ts'
import type { Statement } from './statements.ts'

interface StatementCost {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

export class StatementReader {
  readonly #store: FlowQueries
  readonly #options: Omit<FlowQueryOptions, 'params' | 'maxRows'> | undefined
  #cost: StatementCost = { rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 }

  constructor(store: FlowQueries, options: Omit<FlowQueryOptions, 'params' | 'maxRows'> | undefined) {
    this.#store = store
    this.#options = options
  }

  /** Of all statements so far. */
  get cost(): StatementCost {
    return this.#cost
  }

  /** @throws what the store throws, also when there are more than `maxRows` */
  async rows<T>({ sql, params }: Statement, maxRows: number): Promise<readonly T[]> {
    const answer = await this.#store.query<T>(sql, { ...this.#options, params, maxRows })
    this.#cost = {
      rowsRead: this.#cost.rowsRead + answer.rowsRead,
      bytesRead: this.#cost.bytesRead + answer.bytesRead,
      elapsedSeconds: this.#cost.elapsedSeconds + answer.elapsedSeconds,
    }
    return answer.rows
  }
}
