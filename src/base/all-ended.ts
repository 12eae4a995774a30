/** As `Promise.all`, but all have ended when one of them is told to have failed: nothing goes on behind it. */
export async function allEnded<const T extends readonly unknown[]>(
  all: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(all)
  return Promise.all(all)
}
