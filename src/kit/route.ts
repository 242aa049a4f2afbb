import type { z } from 'zod'

/** Who may call a route: anyone at all, everybody signed in, or the holders of certain posts (role codes of people/roles.ts). */
export type May = 'anyone' | 'signedIn' | readonly string[]

/** One entry of the shared route table: the server validates with it, the browser gets its types from it. */
export interface Route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** What it does, in Chinese, for /openapi.json. */
  says: string
  params?: P
  query?: Q
  body?: B
  response: R
  /** The edge refuses everybody else before the handler runs; src/access.test.ts tries every role on every route. */
  may: May
}

export const route = <
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUnknown,
>(
  r: Route<P, Q, B, R>,
): Route<P, Q, B, R> => r
