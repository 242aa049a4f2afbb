import type { z } from 'zod'

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
  /** True when nobody needs to be signed in. */
  open?: boolean
}

export const route = <
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUnknown,
>(
  r: Route<P, Q, B, R>,
): Route<P, Q, B, R> => r
