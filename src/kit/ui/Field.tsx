import { Children, cloneElement, isValidElement, type ReactElement, type ReactNode, useId } from 'react'

/** A labelled field with its hint and its sentence when wrong; the one child is given id and aria. */
export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  wrong?: string
  children: ReactElement
}) {
  const id = useId()
  const told = [hint && `${id}h`, wrong && `${id}w`].filter(Boolean).join(' ') || undefined
  const child = Children.only(children)
  return (
    <div className="hs-field">
      <label htmlFor={id}>{label}</label>
      {isValidElement(child)
        ? cloneElement(child as ReactElement<Record<string, unknown>>, {
            id,
            'aria-describedby': told,
            'aria-invalid': wrong ? true : undefined,
            ...(wrong ? { status: 'error' } : {}),
          })
        : child}
      {hint && (
        <div className="hs-hint" id={`${id}h`}>
          {hint}
        </div>
      )}
      {wrong && (
        <div className="hs-wrong" id={`${id}w`}>
          {wrong}
        </div>
      )}
    </div>
  )
}
