import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { town } from '../seed/town.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import { officePages } from '../src/pages.tsx'
import { type Role, roles } from '../src/people/roles.ts'
import type { Me } from '../src/people/routes.ts'
import { desk, faultsOf, fits, follow, type Office, phone, startOffice } from './fixture.ts'

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

/** One browser a post, signed in once, for all its pages. */
const open = new Map<Role, Promise<{ page: Page; own: string | undefined }>>()
const as = (role: Role) => {
  const known =
    open.get(role) ??
    (async () => {
      const page = await office.enter(accounts[role])
      expect((await get(page, '/api/me')).roles).toContain(role)
      return { page, own: (await get(page, '/api/petitions?size=1'))?.rows[0]?.id as string | undefined }
    })()
  open.set(role, known)
  return known
}

/** Looks at the page at desk and phone size; what is wrong, a line each. */
const look = async (page: Page, path: string): Promise<string[]> => {
  const wrong: string[] = []
  await follow(page, `/${path}`)
  await page.waitForFunction(() => !document.querySelector('.hs-waiting, [aria-busy=true]'))
  if (!(await fits(page))) wrong.push(`/${path}（电脑）横向滚动`)
  // Both sizes are one document: what axe finds at the smaller it would find at the larger; the tests by subject look at each.
  await page.setViewportSize(phone)
  wrong.push(...(await faultsOf(page, `/${path}`)))
  if (!(await fits(page))) wrong.push(`/${path}（手机）横向滚动`)
  await page.setViewportSize(desk)
  return wrong
}

const opens = (role: Role, code = town.code) =>
  officePages.filter((p) => p.when?.({ roles: [role], town: { code } } as unknown as Me) ?? true)
/** An organ above the townships has pages that a town has not. */
const county = `${town.code.slice(0, 6)}000`
const everyone = Object.keys(roles) as Role[]
/** Who looks first looks at most: the head of the office, then who sees what the head does not. */
const first = ['petitionHead', ...everyone.filter((r) => r !== 'petitionHead')] as Role[]

/** Pages that the stories by subject open and look at themselves, at both sizes, tab by tab. */
const inStories = ['mediation', 'screening', 'visits', 'coverage', 'village', 'reminders', 'supervision', 'assessment']
/** Every other page once, by the first post that may open it, and the first page of every post. */
const table = [
  ...officePages.flatMap((p) => {
    if (inStories.includes(p.path.split('/')[0]!)) return []
    const role = first.find((r) => opens(r).includes(p))
    return role ? [[role, p.path] as const] : []
  }),
  ...everyone.map((role) => [role, ''] as const),
]

test('没有一页是谁都打不开的', () => {
  expect(officePages.filter((p) => !everyone.some((r) => [...opens(r), ...opens(r, county)].includes(p)))).toEqual([])
})

test.each(table)('%s 打开 /%s：没有无障碍问题，不横向滚动', async (role, path) => {
  const { page, own } = await as(role)
  const id = path.startsWith('matter/') ? own : ids[path.split('/')[0]!]
  expect(await look(page, path.replace(':id', id ?? uuidv7()))).toEqual([])
})
