// All signatures with how much they hold, those that are at work with their progress, and the first step where there is none.
import { Empty } from '@cloudflare/kumo/components/empty'
import { FingerprintIcon } from '@phosphor-icons/react/dist/csr/Fingerprint'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { signaturesPerPage, signaturesQuery } from '../api/signature-queries.ts'
import { FilteringFrame, NewSignatureButton } from '../firewall/filtering-frame.tsx'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { useTitle } from '../shell/use-title.ts'
import { readPage } from '../view/signature-search.ts'
import { SignatureRows } from './signature-rows.tsx'

const text = signatureMessages

function FirstSignature() {
  return (
    <Empty
      icon={<FingerprintIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.list.none}
      description={text.list.noneDetail}
      contents={<NewSignatureButton secondary />}
    />
  )
}

export function SignaturesPage() {
  useTitle(text.title)
  const page = readPage(useSearch({ from: '/shell/signatures' }))
  const navigate = useNavigate({ from: '/signatures' })
  const query = useQuery(signaturesQuery(useAccount(), page))
  const turn = (to: number) => void navigate({ search: to === 1 ? {} : { page: String(to) }, resetScroll: false })
  return (
    <FilteringFrame about="signatures">
      <Card title={text.title} actions={<Stale query={query} />} flush>
        <WithAnswer query={query}>
          {({ items, total }) => (
            <>
              {items.length === 0 ? <FirstSignature /> : <SignatureRows signatures={items} />}
              <Pager page={page} perPage={signaturesPerPage} total={total} onPage={turn} />
            </>
          )}
        </WithAnswer>
      </Card>
    </FilteringFrame>
  )
}
