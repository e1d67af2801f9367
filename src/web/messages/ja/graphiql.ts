// Texts of the page with the GraphQL editor, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const graphiqlMessages: PageMessages['graphiql'] = {
  title: 'GraphiQL',
  intro: 'サインイン中の権限でGraphQL APIに問い合わせます。補完：Ctrl+Space、実行：Ctrl+Enter。',
}
