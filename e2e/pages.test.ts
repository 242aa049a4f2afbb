import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { officePages } from '../src/pages.tsx'
import { type Role, roles } from '../src/people/roles.ts'
import type { Me } from '../src/people/routes.ts'
import { desk, faultsOf, fits, type Office, phone, startOffice } from './fixture.ts'

/** The demo account in which each post looks at its pages. */
const accounts: Record<Role, string> = {
  clerk: 'chuangkou',
  petitionHead: 'zhuren',
  areaSecretary: 'gq1',
  villageOfficer: 'cun1',
  gridWorker: 'wg1',
  unitHandler: 'zs2',
  leadOfficial: 'fuzhen1',
  townLeader: 'shuji',
  mediator: 'tiaojie',
  disciplineLiaison: 'jijian',
  auditor: 'shenji',
  systemAdmin: 'xitong',
  securityAdmin: 'anquan',
  auditAdmin: 'sjgl',
}

let office: Office
/** What stands for the parameters of an address, by its beginning; a matter is each one's own. */
const ids: Record<string, string> = {}

const get = (page: Page, path: string) =>
  page.evaluate(async (p) => {
    const r = await fetch(p)
    return r.ok ? r.json() : null
  }, path)
const post = (page: Page, path: string, body: unknown) =>
  page.evaluate(
    async ([p, b]) => {
      const r = await fetch(p as string, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requestId: crypto.randomUUID(), ...(b as object) }),
      })
      const answer = await r.json()
      if (!r.ok) throw new Error(`${p}: ${JSON.stringify(answer)}`)
      return answer
    },
    [path, body] as const,
  )

beforeAll(async () => {
  office = await startOffice()
  const page = await office.enter('zhuren')
  const { rows } = await get(page, '/api/petitions?step=handle&size=2')
  const staff = (await get(page, '/api/places')).staff as { id: string; roles: Role[] }[]
  ids.dispatch = (
    await post(page, '/api/dispatch/meetings', {
      title: '十一月调度会',
      onDay: '2026-11-24',
      chairId: staff.find((s) => s.roles.includes('townLeader'))!.id,
      petitionIds: rows.map((r: { id: string }) => r.id),
    })
  ).id
  const candidates = await get(page, '/api/adoption/candidates')
  ids.adoption = (
    await post(page, '/api/adoption/rounds', {
      draft: {
        title: '年末包案',
        kind: 'full',
        rules: candidates.rules,
        seats: candidates.people.slice(0, 3).map((p: { id: string }) => ({ id: p.id })),
        caseIds: rows.map((r: { id: string }) => r.id),
      },
    })
  ).id
  ids.sealed = (
    await post(page, '/api/petitions', {
      input: {
        channel: 'letter',
        receivedOn: '2026-11-23',
        request: '反映虚报工程款',
        anonymous: true,
        class: 'accusation',
      },
    })
  ).id
  await office.leave(page)
})
afterAll(() => office?.close())

/** Looks at the page at desk and phone size; what is wrong, a line each. */
const look = async (page: Page, path: string): Promise<string[]> => {
  const wrong: string[] = []
  await page.goto(`${office.base}/${path}`)
  await page.locator('main :is(h1, .hs-nothing, .hs-sentence)').first().waitFor()
  await page.waitForLoadState('networkidle')
  for (const [name, size] of [
    ['电脑', desk],
    ['手机', phone],
  ] as const) {
    await page.setViewportSize(size)
    await page.waitForFunction(() => !document.querySelector('.hs-waiting'))
    wrong.push(...(await faultsOf(page, `/${path}（${name}）`)))
    if (!(await fits(page))) wrong.push(`/${path}（${name}）横向滚动`)
  }
  await page.setViewportSize(desk)
  return wrong
}

test.each(Object.keys(roles) as Role[])('%s 能打开的每一页，电脑和手机上都没有无障碍问题，不横向滚动', async (role) => {
  const page = await office.enter(accounts[role])
  const me = (await get(page, '/api/me')) as Me
  expect(me.roles).toContain(role)
  const own = (await get(page, '/api/petitions?size=1'))?.rows[0]?.id as string | undefined
  const wrong: string[] = []
  for (const p of officePages) {
    if (!(p.when?.(me) ?? true)) continue
    const id = p.path.startsWith('matter/') ? own : ids[p.path.split('/')[0]!]
    if (p.path.includes(':id') && !id) continue
    wrong.push(...(await look(page, p.path.replace(':id', id ?? ''))))
  }
  wrong.push(...(await look(page, '')))
  expect(wrong).toEqual([])
  await office.leave(page)
})

test('事项页的每一栏都没有无障碍问题', async () => {
  const page = await office.enter('zhuren')
  const { rows } = await get(page, '/api/petitions?step=close&size=1')
  await page.goto(`${office.base}/matter/${rows[0].id}`)
  const keys = await page.getByRole('tab').evaluateAll((all) => all.map((t) => (t as HTMLElement).dataset.tab!))
  expect(keys.length).toBeGreaterThan(8)
  const wrong: string[] = []
  for (const key of keys) wrong.push(...(await look(page, `matter/${rows[0].id}?tab=${key}`)))
  expect(wrong).toEqual([])
  await office.leave(page)
})

test('没有一页出过错', () => {
  // What a post may not read answers 403 or 404, and the page says so in a sentence.
  expect(office.faults.filter((f) => !/status of 40[34]/.test(f))).toEqual([])
})
