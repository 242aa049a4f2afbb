import type { CSSProperties, ReactNode } from 'react'

/** A wide table that scrolls sideways on a phone, by finger and by keyboard. */
export const Scroll = ({ label, style, children }: { label: string; style?: CSSProperties; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
  <section className="hs-scroll" aria-label={label} style={style} tabIndex={0}>
    {children}
  </section>
)
