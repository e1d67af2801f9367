// Bits or packets of a page about one rule or incident: in its address, else what the rule itself is about.
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Metric } from '../api/flow-groups.ts'
import { readUnitSearch } from '../view/unit-search.ts'

export function useUnit(own: Metric): readonly [Metric, (metric: Metric) => void] {
  const { unit } = readUnitSearch({ ...useSearch({ strict: false }) })
  const navigate = useNavigate()
  return [unit ?? own, (metric) => void navigate({ to: '.', search: { unit: metric }, replace: true, resetScroll: false })]
}
