// Routes that replay rules over stored history and suggest thresholds.
import { backtestRule } from '../../app/rule/backtest.ts'
import { suggestThresholds } from '../../app/rule/suggest.ts'
import type { Route } from '../route-table.ts'

const base = '/accounts/:account_id/drawbridge/rules'

export const ruleBacktestRoutes: readonly Route[] = [
  { method: 'POST', path: `${base}/backtest`, handle: ({ context, principal, body }) => backtestRule(context, principal, body) },
  { method: 'POST', path: `${base}/suggest`, handle: ({ context, principal, body }) => suggestThresholds(context, principal, body) },
]
