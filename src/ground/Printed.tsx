import { useMe } from '../people/me.ts'

/** On paper only: of which town, on which day and by whom it was printed. */
export function Printed() {
  const me = useMe()
  return (
    <p className="hs-ground-printed hs-muted">
      {me.town.name} {me.today} {me.name}打印
    </p>
  )
}
