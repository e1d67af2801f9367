// A figure of a list of figures: its name, the number, and what goes with it. Stands in a `dl` that is a grid.

export function Figure({ name, main, detail }: { readonly name: string; readonly main: string; readonly detail: string }) {
  return (
    <div className="-mt-px -ml-px flex min-w-0 flex-col border-t border-l border-kumo-hairline px-4 py-3">
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="flex flex-col tabular-nums">
        <span className="text-lg font-semibold text-kumo-default">{main}</span>
        <span className="text-sm text-kumo-subtle">{detail}</span>
      </dd>
    </div>
  )
}
