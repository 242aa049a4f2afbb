import type { ReactNode } from 'react'

const codes = /(\d{4}-\d\d-\d\d|[A-Z]{2}\d{4}-\d+|〔\d{4}〕\d+号)/

/** A text whose dates and numbers are never broken in two: browsers break at the hyphen. */
export const unbroken = (text: string): ReactNode => {
  const parts = text.split(codes)
  return parts.length === 1
    ? text
    : parts.map((p, i) =>
        i % 2 ? (
          <span key={i} className="hs-unbroken">
            {p}
          </span>
        ) : (
          p
        ),
      )
}
