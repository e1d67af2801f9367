// A value as it was when it last stayed the same for a while: what is typed is not asked about letter by letter.
import { useEffect, useState } from 'react'

/** @param milliseconds how long it has to stay the same */
export function useDebounced<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
