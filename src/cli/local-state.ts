// Opens the data folder for commands that work on it themselves, whether the server runs or not.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Principal, StateContext } from '../app/context.ts'
import type { Config } from '../contract/config.ts'
import { CommandError } from './command-error.ts'
import { configFromFlags, type ConfigFlagValues } from './config-flags.ts'

export interface LocalState {
  readonly context: StateContext
  /** In the first account; everything is allowed. */
  readonly principal: Principal
  readonly config: Config
}

/** @throws CommandError where there is no data */
export async function withState(flags: ConfigFlagValues, work: (local: LocalState) => Promise<void>): Promise<void> {
  const { config } = await configFromFlags(flags)
  const file = path.join(config.data, 'state.sqlite')
  if (!existsSync(file)) {
    throw new CommandError(`there is no Drawbridge data in ${config.data}`, {
      next: `drawbridge serve --data ${config.data}, or name the right folder with --data`,
    })
  }
  const { openState } = await import('../store/state.ts')
  const { systemClock } = await import('../base/clock.ts')
  const { localPrincipal } = await import('../app/account/first-run.ts')
  const state = await openState(file)
  try {
    const context = { state: state.db, clock: systemClock }
    await work({ context, principal: await localPrincipal(context), config })
  } finally {
    await state.close()
  }
}

/** What the API would tell a client is told to the person at the terminal. */
export async function explained<T>(result: Promise<T>, next?: string): Promise<T> {
  try {
    return await result
  } catch (error) {
    const { ApiError } = await import('../contract/api-errors.ts')
    if (!(error instanceof ApiError)) throw error
    throw new CommandError(error.message, next === undefined ? {} : { next })
  }
}
