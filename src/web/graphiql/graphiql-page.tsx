// The page with GraphiQL: an editor for GraphQL questions with completion and documentation of the schema.
import 'graphiql/style.css'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { GraphiQL } from 'graphiql'
import { useCallback, useState } from 'react'
import { graphiqlMessages } from '../messages/graphiql.ts'
import { useAccount } from '../shell/account.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { useTheme } from '../shell/theme.tsx'
import { useTitle } from '../shell/use-title.ts'
import { askGraphql, type GraphqlQuestion } from './ask-graphql.ts'
import { firstQuery } from './first-query.ts'

const text = graphiqlMessages

/** Where GraphiQL keeps the tabs of earlier visits. */
const storedTabs = 'graphiql:tabState'

/** What is asked for by a link; the first query for whoever was never here; otherwise the tabs that were left open. */
function openedWith(linked: { readonly query?: string; readonly variables?: string }, account: string) {
  if (linked.query !== undefined) return { query: linked.query, variables: linked.variables ?? '' }
  return localStorage.getItem(storedTabs) === null ? firstQuery(account, Date.now()) : {}
}

export function GraphiqlPage() {
  useTitle(text.title)
  const account = useAccount()
  const { dark } = useTheme()
  const linked = useSearch({ from: '/shell/graphiql' })
  const [opened] = useState(() => openedWith(linked, account))
  // A failure ends where those of all pages do: at the sign-in page when the session is over.
  const { mutateAsync } = useMutation({ mutationFn: askGraphql })
  // Another function would make it read the schema again.
  const fetcher = useCallback((question: GraphqlQuestion) => mutateAsync(question), [mutateAsync])
  return (
    <div className="flex flex-col gap-3">
      <PageHeading title={text.title} intro={text.intro} />
      <div className="overflow-x-auto rounded-lg border border-kumo-hairline">
        {/* Its parts stand side by side: narrower than this nothing can be read, and the frame scrolls. */}
        <div className="h-[calc(100dvh-14rem)] min-h-130 min-w-180">
          <GraphiQL
            {...opened}
            fetcher={fetcher}
            forcedTheme={dark ? 'dark' : 'light'}
            isHeadersEditorEnabled={false}
            shouldPersistHeaders={false}
            defaultEditorToolsVisibility="variables"
          >
            {/* Its own logo leads to another site; the heading above says what this is. */}
            <GraphiQL.Logo>{null}</GraphiQL.Logo>
          </GraphiQL>
        </div>
      </div>
    </div>
  )
}
