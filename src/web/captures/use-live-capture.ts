// A capture as it goes: told by the server over a WebSocket, asked for every other second where there is none.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Capture } from '../../contract/capture.ts'
import { captureQuery, livePath } from '../api/capture-queries.ts'
import { useAccount } from '../shell/account.ts'
import { isOver } from '../view/capture-view.ts'

const askInterval = 2000
// A server that restarts is back by then; a proxy without WebSockets is not asked too often.
const againAfter = 5000

/** What the server sends is a Capture; a proxy in between may send anything. */
function readCapture(data: unknown, id: string): Capture | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const capture = JSON.parse(data) as Capture | null
    return capture?.id === id ? capture : undefined
  } catch {
    // No JSON: asking goes on instead.
    return undefined
  }
}

export interface LiveCapture {
  readonly query: UseQueryResult<Capture>
  /** Told of each change as it happens. */
  readonly live: boolean
}

export function useLiveCapture(id: string): LiveCapture {
  const account = useAccount()
  const client = useQueryClient()
  const [live, setLive] = useState(false)
  const query = useQuery({
    ...captureQuery(account, id),
    refetchInterval: ({ state }) => (live || (state.data !== undefined && isOver(state.data)) ? false : askInterval),
  })
  const running = query.data !== undefined && !isOver(query.data)
  useEffect(() => {
    if (!running) return undefined
    const { queryKey } = captureQuery(account, id)
    let socket: WebSocket | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const connect = () => {
      socket = new WebSocket(livePath(account, id))
      socket.addEventListener('message', ({ data }) => {
        const capture = readCapture(data, id)
        if (capture === undefined) return
        setLive(true)
        client.setQueryData(queryKey, capture)
      })
      // Comes after an error, too.
      socket.addEventListener('close', () => {
        setLive(false)
        if (!ended) timer = setTimeout(connect, againAfter)
      })
    }
    connect()
    return () => {
      ended = true
      clearTimeout(timer)
      socket?.close()
      setLive(false)
    }
  }, [account, client, id, running])
  return { query, live }
}
