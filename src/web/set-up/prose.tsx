// A sentence of the server's in which words of a router's language stand between backticks.

export function Prose({ children }: { readonly children: string }) {
  // Every second piece stands between two of them; the order never changes.
  const pieces = children.split('`').map((piece, place) => ({ piece, place }))
  return pieces.map(({ piece, place }) =>
    place % 2 === 0 ? (
      piece
    ) : (
      <code key={`${place} ${piece}`} className="font-mono text-[0.9em]">
        {piece}
      </code>
    ),
  )
}
