// Texts of the page with the GraphQL editor. Part of the catalogue, loaded with the page.
export const graphiqlMessages = {
  title: 'GraphiQL',
  intro: 'Questions to the GraphQL API, with the rights of your sign-in. Completion: Ctrl+Space. Run: Ctrl+Enter.',
} as const
