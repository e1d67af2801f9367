// What the form of a new signature begins with: the capture, the incident or the earlier signature that the address names.
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { signatureQuery } from '../api/signature-queries.ts'
import { useAccount } from '../shell/account.ts'
import { fieldTime } from '../view/clock.ts'
import { emptySignature, signatureAgain, type SignatureForm } from '../view/signature-form.ts'
import { readNewSignatureSearch } from '../view/signature-search.ts'

/** Undefined while it is not known yet. */
export function useSignatureBegin(): SignatureForm | undefined {
  const account = useAccount()
  const { capture, incident, again } = readNewSignatureSearch(useSearch({ from: '/shell/signatures/new' }))
  const [opened] = useState(() => fieldTime(Date.now()))
  const earlier = useQuery({ ...signatureQuery(account, again ?? ''), enabled: again !== undefined, refetchInterval: false })
  if (earlier.isLoading) return undefined
  const begin = earlier.data === undefined ? emptySignature : signatureAgain(earlier.data)
  const { until } = begin.baseline
  return {
    ...begin,
    attack: {
      ...begin.attack,
      ...(incident === undefined ? {} : { kind: 'incident', incident }),
      ...(capture === undefined ? {} : { kind: 'capture', capture }),
    },
    baseline: { ...begin.baseline, until: until === '' ? opened : until },
  }
}
