import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { TestWorld } from '../src/kit/server/testing.ts'
import { password, smallTown } from '../src/people/fixture.ts'
import { createTown, type NewTown } from '../src/people/setup.store.ts'
import type { MatterView } from '../src/petitions/routes.ts'
import { clean, desk, fits, follow, type Office, phone, startOffice } from './fixture.ts'

let office: Office
let town: NewTown
/** The township, and the county above it in the same system. */
const codes = { town: '370900001', county: '370900000' }
beforeAll(async () => {
  office = await startOffice('2026-03-05', async (world: TestWorld) => {
    const at = { now: world.clock.now(), today: world.clock.today() }
    town = await world.db.transaction().execute((tx) => createTown(tx, smallTown([], codes.town), at))
    const county = smallTown([], codes.county)
    await world.db.transaction().execute((tx) =>
      createTown(
        tx,
        {
          ...county,
          town: {
            code: codes.county,
            name: '某区人民政府',
            shortName: '区',
            superiorName: '某市人民政府',
            isFiction: true,
          },
        },
        at,
      ),
    )
  })
})
afterAll(() => office?.close())
/** Bad input that a story gives is answered 400; a page still open on a matter that has just left this person's sight 404. */
const faults = () => office.faults.filter((f) => !/status of 40[04]/.test(f))

/** Everybody's own browser, kept between their turns; who sits down again on another day signs in again. */
const seats = new Map<string, { page: Page; day: string }>()
/** Pages that have shown something since their person sat down: what is on screen is theirs and fresh. */
const shown = new WeakSet<Page>()
/** As somebody, at their own browser. */
const as = async <T>(
  username: string,
  work: (page: Page) => Promise<T>,
  size = desk,
  where: keyof typeof codes = 'town',
): Promise<T> => {
  const seat = `${where}/${username}`
  const page = seats.get(seat)?.page ?? (await office.open())
  const day = office.world.clock.today()
  if (seats.get(seat)?.day !== day) {
    const data = { town: codes[where], username, password }
    const r = await page.request.post(`${office.base}/api/sign-in`, { data, headers: { origin: office.base } })
    expect(r.status(), username).toBe(200)
    seats.set(seat, { page, day })
  }
  shown.delete(page)
  await page.setViewportSize(size)
  return work(page)
}
/** Looks at a page of the office as it is now. */
const at = async (page: Page, path: string) => {
  if (shown.has(page) && new URL(path, office.base).pathname === new URL(page.url()).pathname)
    return page.evaluate((to) => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
  if (shown.has(page)) return follow(page, path)
  await page.goto(office.base + path)
  await page.locator('main :is(h1, .hs-nothing, .hs-sentence)').first().waitFor()
  shown.add(page)
}
const api = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async (x) => {
      const r = await fetch(x.path, {
        method: x.method,
        ...(x.body ? { headers: { 'content-type': 'application/json' }, body: x.body } : {}),
      })
      const json = await r.json()
      if (!r.ok) throw new Error(`${x.path} ${json.message}`)
      return json
    },
    { method, path, body: body === undefined ? '' : JSON.stringify(body) },
  )
const see = (page: Page, id: string) => api<MatterView>(page, 'GET', `/api/petitions/${id}`)
/** A step whose screen is looked at elsewhere. */
const step = async (page: Page, id: string, move: string, input: unknown = {}) => {
  shown.delete(page)
  return api<MatterView>(page, 'POST', `/api/petitions/${id}/moves/${move}`, {
    requestId: uuidv7(),
    version: (await see(page, id)).matter.version,
    input,
  })
}
const register = (page: Page, more: object = {}) =>
  api<{ id: string }>(page, 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'letter',
      receivedOn: office.world.clock.today(),
      request: '要求修复村口路灯',
      class: 'claim',
      route: 'petitionProcedure',
      parties: [{ name: '王建国', phone: '13800001234', address: '东庄村 1 号' }],
      ...more,
    },
  }).then((r) => r.id)

const law = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: '法律现在怎么说' }) })
/** What the law also allows, and what it forbids, opened. */
const unfold = (page: Page) =>
  law(page)
    .locator('details')
    .evaluateAll((all) => {
      for (const d of all) (d as HTMLDetailsElement).open = true
    })
/** The fields of an open drawer, by their labels. */
const fields = (page: Page, drawer: Locator) => ({
  text: (label: string, value: string) => drawer.getByLabel(label, { exact: true }).fill(value),
  day: async (label: string, value: Day | string) => {
    await drawer.getByLabel(label, { exact: true }).fill(value)
    await page.keyboard.press('Enter')
  },
  choose: async (label: string, option: string | RegExp) => {
    await drawer.getByLabel(label, { exact: true }).click()
    await page
      .locator('.ant-select-dropdown:visible .ant-select-item-option')
      .filter({ hasText: option })
      .first()
      .click()
  },
  tick: (label: string | RegExp) => drawer.getByLabel(label).check(),
  radio: (label: string) => drawer.getByText(label, { exact: true }).click(),
})
type Fields = ReturnType<typeof fields>
/** One move on screen: from what the law allows now, through its form, to its being done. */
const move = async (page: Page, id: string, label: string, fill: (f: Fields) => Promise<unknown> = async () => {}) => {
  if (!(shown.has(page) && page.url().includes(id))) await at(page, `/matter/${id}`)
  await law(page).waitFor()
  await unfold(page)
  await law(page).getByRole('button', { name: label, exact: true }).click()
  const drawer = page.getByRole('dialog', { name: label })
  await drawer.waitFor()
  await fill(fields(page, drawer))
  await drawer.locator('.ant-drawer-footer .ant-btn-primary').click()
  const sure = page.locator('.ant-modal-confirm-btns .ant-btn-primary')
  await Promise.race([sure.waitFor(), drawer.waitFor({ state: 'hidden' })])
  if (await sure.isVisible()) await sure.click()
  await drawer.waitFor({ state: 'hidden' })
}
const served = (f: Fields) => f.text('签收人', '王建国')
const toHandling = async (page: Page, id: string) => {
  const v = await step(page, id, 'accept')
  await step(page, id, 'serve', {
    documentId: v.documents.find((d) => d.kind === 'acceptanceNotice')!.id,
    way: 'inPerson',
    servedOn: office.world.clock.today(),
    receiver: '王建国',
    outcome: 'signed',
  })
  await step(page, id, 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
  })
}
const heard = async (page: Page, id: string) => {
  await step(page, id, 'contact', { onDay: office.world.clock.today(), way: 'phone', body: '听取陈述', heard: true })
  await step(page, id, 'investigate', { onDay: office.world.clock.today(), body: '现场查看，路灯不亮' })
}

describe('延期、意见、复查、复核', () => {
  test('从申请延期走到复核终结：每一步都在页面上办，法律现在怎么说跟着变', async () => {
    const clock = office.world.clock
    clock.set('2026-03-05')
    const id = await as('clerk', (p) => register(p))
    await as('petitionHead', (p) => toHandling(p, id))
    clock.set('2026-04-20')
    await as('unitHandler2', async (p) => {
      await heard(p, id)
      await move(p, id, '申请延期', async (f) => {
        await f.text('延长几日（不超过 30）', '20')
        await f.text('情况复杂的理由', '须重新测绘线路')
        await f.choose('批准的负责人', /副镇乙/)
      })
    })
    await as('leadOfficial2', async (p) => {
      await at(p, `/matter/${id}`)
      await law(p).getByText('审批延期').first().waitFor()
      await move(p, id, '审批延期', () =>
        p
          .getByRole('dialog')
          .getByText(/提出：延长 20 日，办理期限由 .* 到 .*：须重新测绘线路/)
          .waitFor(),
      )
    })
    await as('clerk', async (p) => {
      const v = await see(p, id)
      expect(v.clocks.find((c) => c.rule === 'D05')).toMatchObject({ dueOn: '2026-05-24', extension: 20 })
      await at(p, `/matter/${id}`)
      await law(p).getByText('延期告知书送达信访人').waitFor()
      expect(await fits(p)).toBe(true)
      await move(p, id, '登记送达', async (f) => {
        await f.choose('文书', /延期办理告知书/)
        await served(f)
      })
      await at(p, `/matter/${id}?tab=papers`)
      await p.getByText(/信访事项延期办理告知书 试政信延〔2026〕1号/).waitFor()
    })
    clock.set('2026-05-10')
    await as('unitHandler2', async (p) => {
      await at(p, `/matter/${id}?tab=reply`)
      for (const [label, text] of [
        ['二、查明的事实', '路灯自二月起不亮，线路老化'],
        ['三、理由', '属村内公共照明，由镇维护'],
        ['答复', '三十日内修复'],
        ['五、处理意见', '支持请求，三十日内修复路灯'],
        ['六、依据', '《信访工作条例》第三十二条'],
      ] as const)
        await p.getByLabel(label, { exact: true }).fill(text)
      await p.getByLabel('结论').click()
      await p
        .locator('.ant-select-dropdown:visible .ant-select-item-option')
        .filter({ hasText: /^支持$/ })
        .click()
      await p.getByText('各部分齐全，可以送审').waitFor()
      await clean(p, '起草答复')
      await p.getByRole('button', { name: '送审', exact: true }).click()
      await p.getByText('待审核').first().waitFor()
    })
    await as('petitionHead', (p) => move(p, id, '审核意见书', (f) => f.choose('签发领导', /副镇乙/)))
    await as('leadOfficial2', (p) => move(p, id, '签发意见书'))
    await as('clerk', async (p) => {
      await move(p, id, '登记送达', async (f) => {
        await f.choose('文书', /处理意见书/)
        await f.choose('送达方式', '邮寄')
        await f.text('邮件单号', 'EMS 1234567890')
        await f.text('签收人', '李秀英')
        await f.choose('签收人是', '同住成年家属')
      })
      const v = await see(p, id)
      expect(v.clocks.find((c) => c.rule === 'D07')).toMatchObject({ fromOn: '2026-05-10', dueOn: '2026-06-09' })
      await at(p, `/matter/${id}?tab=papers`)
      await p.getByText(/（同住成年家属），邮件 EMS 1234567890/).waitFor()
    })
    clock.set('2026-05-12')
    await as('clerk', async (p) => {
      await move(p, id, '登记复查请求', async (f) => {
        await f.text('请求什么', '要求更换整根灯杆')
        await f.text('理由（照录）', '只修灯泡不够')
      })
      const ladder = p.locator('section').filter({ has: p.getByRole('heading', { name: '办理、复查、复核' }) })
      await ladder.getByText('某县人民政府').waitFor()
      await ladder.getByText(/2026-05-12 提出，已提出/).waitFor()
      await law(p).getByText('复查复核受理期限').waitFor()
      await move(p, id, '报送案卷', (f) => f.text('报送了哪些材料', '意见书、调查笔录、送达回证'))
      await move(p, id, '登记是否受理复查复核')
    })
    clock.set('2026-06-05')
    await as('clerk', async (p) => {
      await move(p, id, '登记复查复核决定', async (f) => {
        await f.choose('决定', /^维持$/)
        await f.text('意见书文号', '县复查〔2026〕3号')
        await f.text('决定（照录）', '维持原处理意见')
      })
      await move(p, id, '登记复查复核意见送达', served)
      const v = await see(p, id)
      expect([v.matter.state, v.clocks.find((c) => c.rule === 'D09')?.dueOn]).toEqual(['served', '2026-07-06'])
    })
    clock.set('2026-07-01')
    await as('clerk', async (p) => {
      await move(p, id, '登记复核请求', async (f) => {
        await f.text('复核机关', '某市人民政府')
        await f.text('请求什么', '要求更换整根灯杆')
        await f.text('理由（照录）', '不服复查意见')
      })
      await move(p, id, '登记是否受理复查复核')
    })
    clock.set('2026-07-20')
    await as('clerk', async (p) => {
      await move(p, id, '登记复核听证', async (f) => {
        await f.day('听证自', '2026-07-13')
        await f.day('至', '2026-07-15')
      })
      expect((await see(p, id)).clocks.find((c) => c.rule === 'D10')?.dueOn).toBe('2026-08-03')
      await move(p, id, '登记复查复核决定', async (f) => {
        await f.choose('决定', /^维持$/)
        await f.text('意见书文号', '市复核〔2026〕8号')
        await f.text('决定（照录）', '维持复查意见')
        await f.day('送达信访人的日期', '2026-07-20')
      })
      await p.getByText(/已经复核终结：同一事实和理由再次提出的，不再受理/).waitFor()
      const v = await see(p, id)
      expect([v.matter.state, v.matter.conclusion]).toEqual(['concluded', 'rechecked'])
      expect(v.offers.find((o) => o.move === 'askReview')?.refusal).toContain('已经复核终结')
      await clean(p, '复核终结')
      await p.setViewportSize(phone)
      expect(await fits(p)).toBe(true)
    })
    expect(faults()).toEqual([])
  })
})

describe('异议', () => {
  const sentTo = async () => {
    office.world.clock.set('2026-03-05')
    const id = await as('clerk', (p) => register(p))
    await as('petitionHead', (p) =>
      move(p, id, '转送交办', async (f) => {
        await f.choose('有权处理的单位', '自然资源所')
        await f.text('为什么属于该单位职权', '涉及宅基地')
      }),
    )
    return id
  }
  const objects = (p: Page, id: string) =>
    move(p, id, '提出异议', async (f) => {
      await f.text('理由', '路灯由村镇建设办管理，不属本所职权')
      await f.text('建议送往', '村镇建设办')
    })
  test('五个工作日内提出，同意的收回重送，材料和期限都在', async () => {
    const id = await sentTo()
    office.world.clock.set('2026-03-12')
    await as('unitHandler', async (p) => {
      expect((await see(p, id)).clocks.find((c) => c.rule === 'D04')?.dueOn).toBe('2026-03-12')
      await objects(p, id)
    })
    await as('petitionHead', async (p) => {
      await at(p, `/matter/${id}?tab=papers`)
      await p
        .getByText(/信访事项异议函/)
        .first()
        .waitFor()
      await move(p, id, '答复异议', (f) => f.text('核实情况', '异议成立，收回另送'))
      const v = await see(p, id)
      expect([v.matter.state, v.matter.mainUnitId]).toEqual(['registered', null])
      // 十五日自收到之日起算，从未停过
      expect(v.clocks.find((c) => c.rule === 'D01' && !c.endedOn)?.dueOn).toBe('2026-03-20')
      await move(p, id, '转送交办', async (f) => {
        await f.choose('有权处理的单位', '民政办')
        await f.text('为什么属于该单位职权', '经核实由其办理')
      })
    })
  })
  test('不同意的仍由该单位办理，不能再提；过了五个工作日不能提异议，页面上说明为什么', async () => {
    const id = await sentTo()
    await as('unitHandler', (p) => objects(p, id))
    await as('petitionHead', (p) =>
      move(p, id, '答复异议', async (f) => {
        await f.radio('不同意异议')
        await f.text('核实情况', '权属清单载明由该所办理')
      }),
    )
    await as('unitHandler', async (p) => {
      await at(p, `/matter/${id}`)
      await law(p).locator('details').first().waitFor()
      await unfold(p)
      await law(p)
        .getByText(/异议已经核实答复；仍有争议的，请提请协调/)
        .waitFor()
      await clean(p, '异议被驳回')
    })
    const late = await sentTo()
    office.world.clock.set('2026-03-13')
    await as(
      'unitHandler',
      async (p) => {
        await at(p, `/matter/${late}`)
        await p.locator('.hs-bar > summary').click()
        await law(p).locator('details').first().waitFor()
        await unfold(p)
        await law(p)
          .getByText(/已超过五个工作日，不能再提异议/)
          .waitFor()
        expect(await fits(p)).toBe(true)
      },
      phone,
    )
    expect(faults()).toEqual([])
  })
})

describe('听证', () => {
  test('提前十个工作日通知，五名以上单数听证员，举行后出笔录和结论', async () => {
    office.world.clock.set('2026-03-05')
    const id = await as('clerk', (p) => register(p))
    await as('petitionHead', (p) => toHandling(p, id))
    const plan = (heldOn: string, officers: string) => async (f: Fields) => {
      await f.choose('为什么听证', '各方对事实争议较大')
      await f.text('听证什么', '路灯由谁维护')
      await f.day('听证日期', heldOn)
      await f.text('地点', '镇政府二楼会议室')
      await f.choose('主持人', /副镇乙/)
      await f.text('听证员（五人以上，单数）', officers)
    }
    await as('petitionHead', async (p) => {
      await move(p, id, '决定听证', plan('2026-03-26', '甲一、甲二、甲三、甲四、甲五、'))
      const v = await see(p, id)
      expect(v.matter.hearing).toBe('planned')
      await at(p, `/matter/${id}`)
      await law(p).getByText('听证通知书送达').waitFor()
    })
    await as('clerk', (p) =>
      move(p, id, '登记送达', async (f) => {
        await f.choose('文书', /听证通知书/)
        await served(f)
      }),
    )
    office.world.clock.set('2026-03-26')
    await as('unitHandler2', async (p) => {
      await move(p, id, '登记听证', async (f) => {
        await f.text('参加人', '王建国、供电所代表')
        await f.text('笔录', '主持人宣布纪律；信访人陈述；供电所陈述')
        await f.text('查明的事实', '线路属村集体')
        await f.text('听证结论', '由村委会维修，镇补助')
      })
      await at(p, `/matter/${id}?tab=papers`)
      await p
        .getByText(/信访事项听证笔录/)
        .first()
        .waitFor()
      await p.getByText(/信访事项听证结论书 试政信听〔2026〕\d+号/).waitFor()
    })
    expect(faults()).toEqual([])
  })
})

describe('几件事、几个人', () => {
  const refusedBy = async (
    page: Page,
    id: string,
    label: string,
    fill: (f: Fields) => Promise<unknown>,
    why: RegExp,
  ) => {
    await expect(
      Promise.race([
        move(page, id, label, fill),
        page
          .getByRole('dialog', { name: label })
          .getByText(why)
          .first()
          .waitFor()
          .then(() => Promise.reject(new Error('refused'))),
      ]),
    ).rejects.toThrow('refused')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: label }).waitFor({ state: 'hidden' })
  }
  test('一件来信拆开，其中的检举密封；紧急情况当即报告；简易办理转为普通程序；各自送达、各自评价', async () => {
    const clock = office.world.clock
    clock.set('2026-03-05')
    const people = ['王建国', '李𠮷䶮'].map((name, i) => ({ name, phone: `1380000123${i}`, address: '东庄村' }))
    const id = await as('clerk', async (p) => {
      const letter = await register(p, { request: '要求修复村口路灯', parties: people, headCount: 2 })
      await move(p, letter, '拆分事项', async (f) => {
        const part = p.getByRole('dialog', { name: '拆分事项' })
        const add = part.getByRole('button', { name: /再拆一件/ })
        if ((await part.getByLabel('诉求', { exact: true }).count()) === 0) await add.click()
        await part.getByLabel('诉求', { exact: true }).fill('要求公开低保评议结果')
        await add.click()
        await part.getByLabel('诉求', { exact: true }).last().fill('村会计虚报工程款')
        await part.getByLabel('类别', { exact: true }).last().click()
        await p
          .locator('.ant-select-dropdown:visible .ant-select-item-option')
          .filter({ hasText: '检举控告' })
          .first()
          .click()
        await f.text('为什么应当拆分', '一信三事，性质不同')
      })
      const links = (await see(p, letter)).links
      expect(links).toHaveLength(1)
      const found = await api<{ rows: unknown[] }>(p, 'GET', `/api/petitions?q=${encodeURIComponent('虚报工程款')}`)
      expect(found.rows).toEqual([])
      await refusedBy(
        p,
        letter,
        '报告重大紧急情况',
        async (f) => {
          await f.text('情况', '灯杆倾斜，压在电线上')
          await f.text('已经采取的措施', '已拉警戒带，通知供电所')
          await p
            .getByRole('dialog', { name: '报告重大紧急情况' })
            .locator('.ant-select-selection-item-remove')
            .last()
            .click()
        },
        /还应报告：/,
      )
      // 写过的草稿还在
      await move(p, letter, '报告重大紧急情况', (f) => f.text('暂未报告的原因', '联席会议办公室电话占线，已留言'))
      await p
        .getByText(/报告本级党委、本级政府、有关主管部门/)
        .first()
        .waitFor()
      return letter
    })
    await as('petitionHead', async (p) => {
      await move(p, id, '受理', async (f) => {
        await f.tick(/适用简易办理/)
        await f.choose('适用的情形', /事实清楚/)
      })
      const v = await see(p, id)
      expect(
        v.clocks.filter((c) => !c.endedOn && ['D05', 'D12'].includes(c.rule)).map((c) => [c.rule, c.dueOn]),
      ).toEqual([
        ['D05', '2026-05-04'],
        ['D12', '2026-03-19'],
      ])
      await step(p, id, 'assignHandler', { mainUnitId: town.units.自然资源所, mainHandlerId: town.staff.unitHandler2 })
    })
    // Names stay masked at the counter until somebody asks to see them.
    const masked = (name: string) => new RegExp(`^${[...name].at(0)}.*${[...name].at(-1)}$`, 'u')
    const each = (paper: RegExp, who: string) => async (f: Fields) => {
      await f.choose('文书', paper)
      await f.choose('送达谁', masked(who))
      await f.text('签收人', who)
    }
    await as('clerk', async (p) => {
      await move(p, id, '登记送达', each(/受理告知书/, '王建国'))
      expect((await see(p, id)).clocks.find((c) => c.rule === 'D02')?.endedOn).toBeNull()
      // 拒收的须有见证人
      await refusedBy(
        p,
        id,
        '登记送达',
        async (f) => {
          await f.choose('文书', /受理告知书/)
          await f.choose('送达谁', masked('李𠮷䶮'))
          await f.choose('签收情况', '拒收')
        },
        /拒收须有见证人/,
      )
      await move(p, id, '登记送达', async (f) => {
        await f.choose('文书', /受理告知书/)
        await f.choose('送达谁', masked('李𠮷䶮'))
        await f.choose('签收情况', '拒收')
        await f.text('见证人', '赵六（东庄村委会）')
        await f.text('备注', '本人称不必留')
      })
      expect((await see(p, id)).clocks.find((c) => c.rule === 'D02')?.endedOn).toBe('2026-03-05')
    })
    clock.set('2026-03-12')
    await as('unitHandler2', async (p) => {
      await move(p, id, '转为普通程序', (f) => f.text('为什么不再适用简易办理', '须重新立杆，情况复杂'))
      await law(p).getByText('办理期限', { exact: false }).first().waitFor()
      const v = await see(p, id)
      expect([v.matter.simple, v.clocks.filter((c) => !c.endedOn).map((c) => c.rule)]).toEqual([false, ['D05']])
      await heard(p, id)
      await step(p, id, 'submitOpinion', {
        request: '修复路灯',
        facts: '灯杆倾斜',
        reasons: '属公共照明',
        opinion: '重新立杆',
        legalBasis: '《信访工作条例》',
        remedy: '三十日内请求复查',
        claims: [{ body: '修复路灯', result: 'explained', answer: '重新立杆', basis: '' }],
      })
    })
    await as('petitionHead', (p) => step(p, id, 'checkOpinion', { agree: true, signerId: town.staff.leadOfficial2 }))
    await as('leadOfficial2', (p) => step(p, id, 'signOpinion', { agree: true }))
    await as('clerk', (p) => move(p, id, '登记送达', each(/处理意见书/, '王建国')))
    clock.set('2026-03-16')
    await as('clerk', async (p) => {
      await move(p, id, '登记送达', each(/处理意见书/, '李𠮷䶮'))
      expect((await see(p, id)).clocks.filter((c) => c.rule === 'D07').map((c) => c.dueOn)).toEqual([
        '2026-04-13',
        '2026-04-15',
      ])
      await move(p, id, '登记回访', async (f) => {
        await f.choose('回访了谁', masked('李𠮷䶮'))
        await f.choose('信访人对信访办', /^满意$/)
        await f.choose('信访人对承办单位', /^不满意$/)
        await f.choose('意见执行情况', '尚未执行')
      })
      expect((await see(p, id)).parties.map((x) => x.ratingUnit)).toEqual([null, 'dissatisfied'])
      // 一人请求复查，另一人的权利照算
      await move(p, id, '登记复查请求', async (f) => {
        await f.choose('谁请求', masked('王建国'))
        await f.text('请求什么', '更换灯杆')
        await f.text('理由（照录）', '旧杆已朽')
      })
      await p.getByText(/王.*国提出/).waitFor()
      await clean(p, '共同信访人的复查')
      expect((await see(p, id)).clocks.find((c) => c.rule === 'D07' && !c.endedOn)?.dueOn).toBe('2026-04-15')
      await p.setViewportSize(phone)
      expect(await fits(p)).toBe(true)
      // 手机上期限和责任收成一条，点得开
      const bar = p.getByRole('complementary', { name: '期限和责任' })
      await bar
        .getByText(/没有缺项|还差 \d+ 项|没有正在计算的期限|还有|超期/)
        .first()
        .click()
      await bar.getByRole('heading', { name: '期限', exact: true }).click()
    })
    await as('disciplineLiaison', async (p) => {
      expect(await api<unknown[]>(p, 'GET', '/api/sealed')).toHaveLength(1)
    })
    expect(faults()).toEqual([])
  })
})

test('放假安排在电脑和手机上都看得全，改动一天先列出期限再写入', async () => {
  office.world.clock.set('2026-03-05')
  for (const size of [desk, phone])
    await as(
      'petitionHead',
      async (p) => {
        await at(p, `/calendar`)
        await p.getByRole('heading', { name: '2026 年' }).waitFor()
        await p.getByLabel('或者改动一天').fill('2026-03-09')
        await p.keyboard.press('Enter')
        await p.getByLabel('假期名称').fill('临时放假')
        await p.getByLabel('依据').fill('国办发明电〔2026〕1号')
        await p.getByRole('button', { name: '先看会改变哪些期限' }).click()
        await p.getByText(/2026 年放假 \d+ 天.*还没有写入/).waitFor()
        await clean(p, '放假安排')
        expect(await fits(p)).toBe(true)
      },
      size,
    )
  expect(faults()).toEqual([])
})

test('上级机关也用本系统：请求报上去，受理、作出意见，结果自动转回事项', async () => {
  office.world.clock.set('2026-03-05')
  const id = await as('clerk', (p) => register(p, { request: '要求疏通排水沟' }))
  await as('petitionHead', (p) => toHandling(p, id))
  await as('unitHandler2', async (p) => {
    await heard(p, id)
    await step(p, id, 'submitOpinion', {
      request: '疏通排水沟',
      facts: '排水沟淤塞',
      reasons: '属村内设施',
      opinion: '由村委会疏通',
      legalBasis: '《信访工作条例》',
      remedy: '三十日内请求复查',
      claims: [{ body: '疏通', result: 'explained', answer: '由村委会疏通', basis: '' }],
    })
  })
  await as('petitionHead', (p) => step(p, id, 'checkOpinion', { agree: true, signerId: town.staff.leadOfficial2 }))
  await as('leadOfficial2', (p) => step(p, id, 'signOpinion', { agree: true }))
  await as('clerk', async (p) => {
    await move(p, id, '登记送达', async (f) => {
      await f.choose('文书', /处理意见书/)
      await served(f)
    })
    await move(p, id, '登记复查请求', async (f) => {
      await f.text('复查机关', '某区人民政府')
      await f.text('请求什么', '由镇疏通')
      await f.text('理由（照录）', '村里没有设备')
    })
    await at(p, `/matter/${id}`)
    await law(p).locator('details').first().waitFor()
    await unfold(p)
    await law(p).getByText('由某区人民政府在本系统内办理，结果自动转回').first().waitFor()
  })
  const open = async (p: Page) => {
    await at(p, '/upper-reviews')
    await p.getByRole('button', { name: /^打开 XF/ }).click()
    await p
      .getByText(/村里没有设备/)
      .first()
      .waitFor()
  }
  await as(
    'petitionHead',
    async (p) => {
      await open(p)
      await p.locator('summary', { hasText: '信访事项处理意见书' }).click()
      await p.getByText('由村委会疏通', { exact: true }).first().waitFor()
      await clean(p, '下级报来的复查')
      await p.getByRole('button', { name: '答复下级' }).click()
      await p
        .getByText(/已受理/)
        .first()
        .waitFor()
    },
    desk,
    'county',
  )
  await as(
    'leadOfficial',
    async (p) => {
      await at(p, `/upper-reviews`)
      const open = p.getByRole('button', { name: /^打开 XF/ })
      await open.waitFor()
      expect(await fits(p)).toBe(true)
      await open.click()
      await p.getByLabel('决定', { exact: true }).click()
      await p
        .locator('.ant-select-dropdown:visible .ant-select-item-option')
        .filter({ hasText: /^变更$/ })
        .click()
      await p.getByLabel('查明的事实', { exact: true }).fill('排水沟连接镇区管网')
      await p.getByLabel('意见', { exact: true }).fill('变更：由镇政府组织疏通')
      await p.getByLabel('依据', { exact: true }).fill('《信访工作条例》第三十五条')
      await p.getByRole('button', { name: '作出意见并编文号' }).click()
      await p.getByText(/变更（区政信查〔2026〕1号）/).waitFor()
    },
    phone,
    'county',
  )
  await as('clerk', async (p) => {
    await at(p, `/matter/${id}`)
    await p.getByText(/2026-03-05 变更（区政信查〔2026〕1号），待送达/).waitFor()
    await move(p, id, '登记复查复核意见送达', served)
    expect((await see(p, id)).clocks.some((c) => c.rule === 'D09' && !c.endedOn)).toBe(true)
  })
  expect(faults()).toEqual([])
})
