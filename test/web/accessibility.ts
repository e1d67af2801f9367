// What axe-core finds wrong in a page.
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Accessibility violations as `rule: selector`. Evaluating is not bound by the page's content security policy. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const result = await page.evaluate<axe.AxeResults>('axe.run()')
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}
