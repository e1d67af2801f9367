// Texts of what asks people for their reason, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const whyMessages: PageMessages['why'] = {
  why: '理由',
  whyHint: '履歴に残り、後から見る人の参考になります。',
  whyMissing: '理由を入力してください。',
}
