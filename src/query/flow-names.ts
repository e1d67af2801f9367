// Names that are known for values of dimensions. Whoever asks brings them: this folder does not know where they come from.

/** Every call answers undefined where nobody knows a name. */
export interface FlowNames {
  readonly as: (number: number) => string | undefined
  /** @param address canonical text */
  readonly router: (address: string) => string | undefined
  /** @param router canonical address of the router whose interface it is */
  readonly interface: (router: string, index: number) => string | undefined
  /** @param id 32 hex digits */
  readonly rule: (id: string) => string | undefined
}

/** Where nothing has a name. */
export const noNames: FlowNames = { as: () => undefined, router: () => undefined, interface: () => undefined, rule: () => undefined }
