// A small table of two columns: something, and how often or how much.
import type { ReactNode } from 'react'
import { ShortList } from '../shell/short-list.tsx'

export interface CountRow {
  readonly key: string
  readonly name: ReactNode
  /** Stands below the name; nothing when empty. */
  readonly note?: string
  readonly value: string
}

export interface CountListProps {
  readonly name: string
  readonly value: string
  readonly rows: readonly CountRow[]
}

const shortList = 6

export function CountList({ name, value, rows }: CountListProps) {
  return (
    <ShortList items={rows} length={shortList}>
      {(shown) => (
        <table className="w-full text-base">
          <thead>
            <tr className="text-sm text-kumo-subtle">
              <th scope="col" className="px-4 pt-3 pb-1.5 text-left font-normal">
                {name}
              </th>
              <th scope="col" className="px-4 pt-3 pb-1.5 text-right font-normal">
                {value}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.key} className="border-t border-kumo-hairline">
                <td className="px-4 py-2 break-words text-kumo-default">
                  {row.name}
                  {row.note !== undefined && row.note !== '' && <span className="block text-sm text-kumo-subtle">{row.note}</span>}
                </td>
                <td className="px-4 py-2 text-right align-top whitespace-nowrap text-kumo-default tabular-nums">{row.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ShortList>
  )
}
