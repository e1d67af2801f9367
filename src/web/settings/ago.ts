// How long ago something was, where the last minutes count as now.

// Sign-ins and tokens are noted at most once a minute: what is younger may be in use.
const nowSeconds = 120

/** Seconds since an RFC 3339 time; undefined while it is as good as now. */
export function secondsSince(time: string, now: number): number | undefined {
  const seconds = (now - Date.parse(time)) / 1000
  return seconds < nowSeconds ? undefined : seconds
}
