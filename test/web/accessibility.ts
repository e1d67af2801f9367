// What axe-core finds wrong in a page.
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/**
 * Accessibility violations as `rule: selector`. Evaluating is not bound by the page's content security policy.
 * @param colorScheme what a page says and how it is built is the same in both: of the dark one the contrasts are looked at
 */
export async function violations(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.evaluate(axe.source)
  const options = colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'scrollable-region-focusable'] }
  const result = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(options)})`)
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}
