import * as highsModule from 'highs'
import type { Highs } from 'highs'

// The package's types say CommonJS: what an ESM import gives as `default` is the loader itself.
const loadHighs = highsModule.default as unknown as () => Promise<Highs>

let loaded: Promise<Highs> | undefined

/** The linear solver (HiGHS in WebAssembly, one thread: the same answers everywhere), loaded once. */
export function solver(): Promise<Highs> {
  loaded ??= loadHighs()
  return loaded
}
