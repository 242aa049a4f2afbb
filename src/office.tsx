import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import type { Locale } from 'antd/es/locale/index.js'
import zhCN from 'antd/es/locale/zh_CN.js'
import { Component, lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter, Link, Navigate, Outlet, Route, Routes, useLocation } from 'react-router'
import { formal } from './kit/day.ts'
import { Nothing, PageHead, Sentence, Waiting } from './kit/ui/bits.tsx'
import { call, Failure, onRefused, onSignedOut } from './kit/ui/call.ts'
import { DraftOwner, forgetOldDrafts } from './kit/ui/draft.ts'
import './kit/ui/office.css'
import { type RailItem, Shell } from './kit/ui/Shell.tsx'
import { Shortcuts } from './kit/ui/shortcuts.tsx'
import { officeTheme } from './kit/ui/theme.ts'
import { matterPanels } from './matter-panels.ts'
import { officePages } from './pages.tsx'
import { has, lastUser, MeContext, useMe, worksOnMatters } from './people/me.ts'
import { type Me, peopleRoutes } from './people/routes.ts'
import { MatterPanels } from './petitions/page/slots.ts'
import { petitionRoutes } from './petitions/routes.ts'

const SignIn = lazy(() => import('./people/SignIn.tsx'))
const SignInAgain = lazy(async () => ({ default: (await import('./people/SignIn.tsx')).SignInAgain }))
const Setup = lazy(() => import('./people/Setup.tsx'))
const ChangePassword = lazy(() => import('./people/ChangePassword.tsx'))
const ChangePasswordDialog = lazy(async () => ({
  default: (await import('./people/ChangePassword.tsx')).ChangePasswordDialog,
}))
const Devices = lazy(async () => ({ default: (await import('./people/Devices.tsx')).Devices }))
const Palette = lazy(async () => ({ default: (await import('./petitions/Palette.tsx')).Palette }))
const Desk = lazy(() => import('./petitions/Desk.tsx'))
const Print = lazy(() => import('./petitions/PrintPage.tsx'))
const Form = lazy(() => import('./documents/FormPage.tsx'))

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (n, e) => n < 2 && !(e instanceof Failure && e.status >= 400 && e.status < 500),
    },
  },
})

onRefused(() => void queries.invalidateQueries())

/** A fault of the page itself: the rest stays, what was typed is in the draft. */
class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    return this.state.error ? (
      <Nothing action={<a href={location.href}>刷新页面</a>}>
        这一页没有显示出来，您填写的内容没有丢失。请刷新页面；如果刚刚升级过，刷新后即可使用新版本。
      </Nothing>
    ) : (
      this.props.children
    )
  }
}

function Safe({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  return (
    <Guard key={pathname}>
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </Guard>
  )
}
const page = (node: ReactNode) => <Safe>{node}</Safe>

function Missing() {
  return (
    <>
      <PageHead title="没有这一页" />
      <Nothing action={<Link to="/">回到首页</Link>}>请核对地址，或从左边的菜单进入。</Nothing>
    </>
  )
}

/** For administrators and auditors, whose posts have few pages; the others' pages say themselves what they can't show. */
function Shut() {
  return (
    <>
      <PageHead title="这一页不对您的岗位开放" />
      <Nothing action={<Link to="/">回到首页</Link>}>您的岗位能用的页面都在菜单里。</Nothing>
    </>
  )
}

/** People who work on matters begin at their desk; administrators at their own page. */
function Home() {
  const me = useMe()
  if (worksOnMatters(me)) return <Desk />
  return <Navigate to={has(me, 'auditor', 'auditAdmin') ? '/audit' : '/people'} replace />
}

/** Whose work is in the villages: they are shown the way to the phone face. */
const fieldWorkers = ['gridWorker', 'villageOfficer', 'areaSecretary', 'leadOfficial', 'mediator'] as const

function Person({ onLeave }: { onLeave: () => void }) {
  const me = useMe()
  const [changing, setChanging] = useState(false)
  const [devices, setDevices] = useState(false)
  const { message } = AntApp.useApp()
  const leave = (everywhere: boolean) =>
    call(everywhere ? peopleRoutes.signOutEverywhere : peopleRoutes.signOut, { quiet: true })
      .catch((e) => {
        if (!(e instanceof Failure && e.status === 401)) throw e
      })
      .then(onLeave)
  return (
    <>
      <p>{me.name}</p>
      <p className="hs-post">{me.post}</p>
      {me.unread > 0 && (
        <Link className="hs-link hs-unread" to="/">
          未读提醒 {me.unread}
        </Link>
      )}
      {has(me, ...fieldWorkers) && (
        <a className="hs-link" href="/field">
          手机端
        </a>
      )}
      <button type="button" className="hs-link" onClick={() => setChanging(true)}>
        修改密码
      </button>
      <button type="button" className="hs-link" onClick={() => leave(false).catch((e) => message.error(e.message))}>
        退出
      </button>
      <button type="button" className="hs-link" onClick={() => setDevices(true)}>
        登录的设备
      </button>
      {devices && (
        <Suspense>
          <Devices onClose={() => setDevices(false)} onEverywhere={() => leave(true)} />
        </Suspense>
      )}
      {changing && (
        <Suspense>
          <ChangePasswordDialog
            onCancel={() => setChanging(false)}
            onDone={() => {
              setChanging(false)
              message.success('密码已修改')
            }}
          />
        </Suspense>
      )}
    </>
  )
}

function Office({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const works = worksOnMatters(me)
  const { data: presets } = useQuery({
    queryKey: ['petitions', 'presets'],
    queryFn: () => call(petitionRoutes.presets),
    enabled: works,
    refetchInterval: 60_000,
  })
  const n = (key: string) => presets?.find((p) => p.key === key)?.n
  const items: RailItem[] = [
    ...(works ? [{ to: '/', label: '工作台', count: n('mine') }] : []),
    ...officePages.flatMap((p) =>
      p.label !== undefined && (p.when?.(me) ?? true)
        ? [{ to: `/${p.path}`, label: p.label, group: p.group, count: p.count === undefined ? undefined : n(p.count) }]
        : [],
    ),
  ]
  const groups = ['', '责任', '研判', '管理']
  items.sort((a, b) => groups.indexOf(a.group ?? '') - groups.indexOf(b.group ?? ''))
  const banners = [
    ...(me.town.isFiction ? ['演示数据，镇名、人名均为虚构'] : []),
    ...(me.todayFixed ? [`演示日期 ${formal(me.today)}`] : []),
  ]
  return (
    <Shell brand="回声" place={me.town.name} items={items} person={<Person onLeave={onLeave} />} banners={banners}>
      <Outlet />
      <Suspense>
        <Palette pages={items} matters={works} />
      </Suspense>
    </Shell>
  )
}

function SignedIn({ me, onLeave, onMe }: { me: Me; onLeave: () => void; onMe: (me: Me) => void }) {
  const [again, setAgain] = useState<{ done: () => void } | null>(null)
  useEffect(() => {
    let waiting: Promise<void> | null = null
    onSignedOut(() => {
      waiting ??= new Promise<void>((resolve) =>
        setAgain({
          done: () => {
            waiting = null
            setAgain(null)
            resolve()
          },
        }),
      )
      return waiting
    })
    return () => onSignedOut(null)
  }, [])
  return (
    <MeContext value={me}>
      <DraftOwner value={me.staffId}>
        <Shortcuts>
          <MatterPanels value={matterPanels}>
            <Routes>
              <Route path="/print/:petitionId/:documentId" element={page(<Print />)} />
              <Route path="/form/:kind" element={page(<Form />)} />
              <Route element={<Office me={me} onLeave={onLeave} />}>
                <Route index element={page(<Home />)} />
                {officePages.map(({ path, Page, when, only }) => (
                  <Route
                    key={path}
                    path={path}
                    element={when && !when(me) && (only || !worksOnMatters(me)) ? <Shut /> : page(<Page />)}
                  />
                ))}
                <Route path="*" element={<Missing />} />
              </Route>
            </Routes>
          </MatterPanels>
          {again && (
            <Suspense>
              <SignInAgain
                me={me}
                username={sessionStorage.getItem(lastUser) ?? ''}
                onDone={(now) => {
                  onMe(now)
                  again.done()
                }}
              />
            </Suspense>
          )}
        </Shortcuts>
      </DraftOwner>
    </MeContext>
  )
}

function Root() {
  const client = useQueryClient()
  const me = useQuery({
    queryKey: ['me'],
    queryFn: () => call(peopleRoutes.me, { quiet: true }),
    staleTime: 60_000,
    refetchInterval: (q) => (q.state.data ? 120_000 : false),
  })
  const out = me.error instanceof Failure && me.error.status === 401 && !me.data
  const door = useQuery({ queryKey: ['door'], queryFn: () => call(peopleRoutes.setupState), enabled: out })
  const setMe = (now: Me) => client.setQueryData(['me'], now)
  const leave = useMemo(
    () => () => {
      sessionStorage.removeItem(lastUser)
      location.assign('/')
    },
    [],
  )
  if (me.data?.mustChange)
    return <ChangePassword me={me.data} onDone={() => void client.invalidateQueries({ queryKey: ['me'] })} />
  if (me.data) return <SignedIn me={me.data} onLeave={leave} onMe={setMe} />
  const failed = (!out && me.error) || door.error
  if (failed)
    return (
      <main className="hs-door">
        <div className="hs-card">
          <h1>回声</h1>
          <Sentence error={failed} retry={() => void (out ? door.refetch() : me.refetch())} />
        </div>
      </main>
    )
  if (!door.data) return <Waiting />
  if (door.data.needed) return <Setup today={door.data.today} />
  return (
    <SignIn
      towns={door.data.towns}
      demoAccounts={door.data.demoAccounts}
      onDone={(now) => {
        client.removeQueries({ predicate: (q) => q.queryKey[0] !== 'me' && q.queryKey[0] !== 'door' })
        setMe(now)
      }}
    />
  )
}

forgetOldDrafts()
createRoot(document.getElementById('root')!).render(
  <ConfigProvider locale={zhCN as unknown as Locale} theme={officeTheme} button={{ autoInsertSpace: false }}>
    <AntApp style={{ height: '100%' }} notification={{ placement: 'topRight' }}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Suspense fallback={<Waiting />}>
            <Root />
          </Suspense>
        </BrowserRouter>
      </QueryClientProvider>
    </AntApp>
  </ConfigProvider>,
)
