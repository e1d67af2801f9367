// Mark and name of the product.
import { messages } from '../messages.ts'

export function Brand({ iconOnly = false }: { readonly iconOnly?: boolean }) {
  return (
    <span className="flex items-center gap-2">
      <svg
        viewBox="0 0 32 32"
        className="size-6 text-kumo-link"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
      >
        <path d="M5 27V7h5v20M27 27V7h-5v20M2 27h28M10 11l6 9 6-9" />
      </svg>
      {!iconOnly && <span className="text-lg font-semibold text-kumo-default">{messages.product}</span>}
    </span>
  )
}
