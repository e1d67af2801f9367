// Names of runs: short, sortable by time, fit for file names.

/** Base 36 of the start in milliseconds: nine characters until the year 5188. */
export function newRunId(now: number): string {
  return now.toString(36).padStart(9, '0')
}
