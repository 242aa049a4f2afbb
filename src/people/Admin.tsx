import { useSearchParams } from 'react-router'
import { Nothing, PageHead } from '../kit/ui/bits.tsx'
import { Tabs } from '../kit/ui/Tabs.tsx'
import { useMe } from './me.ts'
import { PlacesTab, UnitsTab } from './PlacesTab.tsx'
import { PostsTab } from './PostsTab.tsx'
import { callRefusal } from './policy.ts'
import { peopleRoutes } from './routes.ts'
import { StaffTab } from './StaffTab.tsx'

/** Places, units, posts, people and accounts, each for those who keep them. */
export default function Admin() {
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const may = (name: 'posts' | 'staff') => callRefusal(me.roles, peopleRoutes[name].may) === null
  const items = [
    ...(may('staff') ? [{ key: 'staff', label: '人员与账号', children: <StaffTab /> }] : []),
    { key: 'places', label: '管区·村·网格', children: <PlacesTab /> },
    { key: 'units', label: '站所办', children: <UnitsTab /> },
    ...(may('posts') ? [{ key: 'posts', label: '岗位', children: <PostsTab /> }] : []),
  ]
  if (!may('staff')) return <Nothing>这一页由系统管理员、安全管理员和信访办主任使用。</Nothing>
  const asked = params.get('tab')
  return (
    <>
      <PageHead title="人员与地点" />
      <Tabs
        items={items}
        label="人员与地点"
        value={asked ?? ''}
        onChange={(tab) => setParams({ tab }, { replace: true })}
        leave
      />
    </>
  )
}
