import { PageHead } from '../kit/ui/bits.tsx'
import { Sections } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { Mine, People } from './People.tsx'
import { Plans } from './Plans.tsx'
import { manages } from './policy.ts'
import { WhatIf } from './WhatIf.tsx'

/** Assessment: one's own page for everybody; people, plans and trial weights for those who manage it. */
export default function Assessment() {
  const me = useMe()
  const items = [
    { key: 'mine', label: '我的考核', children: <Mine /> },
    ...(manages(me.roles)
      ? [
          { key: 'people', label: '各人得分', children: <People /> },
          { key: 'plans', label: '方案', children: <Plans /> },
          { key: 'whatIf', label: '试算', children: <WhatIf /> },
        ]
      : []),
  ]
  return (
    <>
      <PageHead title="党建考核" />
      <Sections label="党建考核" items={items} />
    </>
  )
}
