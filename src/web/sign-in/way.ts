// How somebody signed in last with this browser, so that the next time begins there.
export const ways = ['password', 'secret'] as const
export type Way = (typeof ways)[number]

const storageKey = 'drawbridge.sign-in'

export function lastWay(): Way {
  try {
    return ways.find((way) => way === localStorage.getItem(storageKey)) ?? 'password'
  } catch {
    // A browser that keeps nothing.
    return 'password'
  }
}

export function keepWay(way: Way): void {
  try {
    localStorage.setItem(storageKey, way)
  } catch {
    // The next time begins with the first way.
  }
}
