import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pdfOf } from '../src/mediation/fixture.ts'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
let address = ''
/** The head of the centre stays signed in from step to step, as in an office. */
let head: Page | undefined
const headsPage = async () => {
  head ??= await office.enter('zhuren')
  return head
}
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

/** Opens the form of a move: the primary button when it is the next step, else from the menu. */
const start = async (page: Page, label: string) => {
  const main = page.locator('main')
  await main.getByRole('heading', { level: 1 }).waitFor()
  await main.getByRole('region', { name: '进展' }).locator('.hs-actions').waitFor()
  const button = main.getByRole('button', { name: label, exact: true })
  const item = page.getByRole('menuitem', { name: label, exact: true })
  // The page may still be showing the step before: look again until this one is offered.
  await expect
    .poll(
      async () => {
        if (await button.count()) return button.click().then(() => true)
        await main.getByRole('button', { name: '其他操作' }).click()
        if (await item.count()) return item.click().then(() => true)
        await page.keyboard.press('Escape')
        return false
      },
      { timeout: 60_000, interval: 300 },
    )
    .toBe(true)
  const form = page.getByRole('dialog', { name: label })
  await form.waitFor()
  return form
}
type Form = Awaited<ReturnType<typeof start>>
const choose = async (page: Page, form: Form, label: string, option: string) => {
  await form.getByLabel(label, { exact: true }).click()
  await page
    .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)')
    .getByTitle(option, { exact: true })
    .click()
}
const tick = (form: Form, name: string) => form.getByRole('checkbox', { name }).check()
const send = async (form: Form, label: string) => {
  await form.getByRole('button', { name: label, exact: true }).click()
  await form.waitFor({ state: 'detached' })
}
const state = (page: Page, word: string) => page.locator('.hs-head .hs-tag', { hasText: word }).waitFor()

test('网格员在手机上签过责任书，看得到自己签的；登记一件纠纷', async () => {
  const page = await office.enter('wg1', phone)
  await page.goto(`${office.base}/mediation?tab=letters`)
  await page.getByText('已签署').first().waitFor()
  await clean(page)
  await page.goto(`${office.base}/mediation/new`)
  await choose(page, page.locator('main') as never, '类型', '邻里')
  const place = page.getByLabel('村、网格', { exact: true })
  await place.click()
  await place.fill('东柳庄')
  await page
    .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)')
    .getByTitle('东柳庄', { exact: true })
    .click()
  await page.getByLabel('什么纠纷').fill('院墙滴水纠纷')
  await page.getByLabel('经过').fill('屋檐滴水冲坏了邻家院墙，修墙的钱谁出说不拢。')
  await page.getByLabel('姓名或名称').nth(0).fill('柳春生')
  await page.getByLabel('姓名或名称').nth(1).fill('秦有田')
  await page.getByLabel('电话', { exact: true }).nth(1).fill('13900001111')
  await page.getByText('性别、民族、年龄、职业、证件').first().click()
  await page.getByLabel('证件号码后四位').first().fill('12')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByText('证件只记后四位').first().waitFor()
  await page.getByLabel('证件号码后四位').first().fill('123X')
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.waitForURL(/mediation\/disputes\/[0-9a-f-]{36}$/)
  address = page.url()
  await state(page, '已登记')
  await office.leave(page)
})

test('村调解点：征得双方同意、告知权利、受理、调解一次，谈不拢，移送上级', async () => {
  const page = await office.enter('cun1', phone)
  await page.goto(address)
  for (const name of ['柳春生', '秦有田']) {
    const form = await start(page, '记录当事人意愿')
    await choose(page, form, '当事人', name)
    await choose(page, form, '意愿', '愿意')
    await form.getByLabel('当事人的话（照录）').fill('愿意坐下来谈')
    if (name === '秦有田') await tick(form, '同意用短信通知')
    await send(form, '记录当事人意愿')
  }
  const rights = await start(page, '告知权利义务')
  await choose(page, rights, '告知方式', '口头')
  await choose(page, rights, '调解是否公开', '不公开')
  await tick(rights, '已向双方宣读或交付权利义务告知书')
  await clean(page)
  await send(rights, '告知权利义务')
  await send(await start(page, '受理'), '受理')
  await state(page, '已受理')
  const assign = await start(page, '确定调解员')
  const me = await page.evaluate(async () => (await (await fetch('/api/me')).json()).name)
  await choose(page, assign, '调解员', me)
  await page.keyboard.press('Escape')
  await choose(page, assign, '怎样确定', '当事人选择')
  await send(assign, '确定调解员')
  await state(page, '调解中')
  const plan = await start(page, '约定调解')
  await plan.getByLabel('时间').fill('下午三时')
  await plan.getByLabel('地点').fill('村调解室')
  await tick(plan, '给同意用短信通知的当事人发短信')
  await send(plan, '约定调解')
  // Only who agreed is written to, and neither the other side nor the matter stands in it.
  const messages = page.getByRole('list', { name: '短信' })
  await messages.getByText('等待发出').waitFor()
  expect(await messages.textContent()).toMatch(/发给秦有田内容【东柳庄矛盾纠纷调解点】.*下午三时在村调解室/)
  expect(await messages.textContent()).not.toMatch(/柳春生|院墙/)
  const held = await start(page, '记录调解')
  await held.getByLabel('地点').fill('村调解室')
  await held.getByLabel('到场的人').fill('双方当事人')
  await held.getByLabel('用时（分钟）').fill('60')
  await held.getByLabel('各方说了什么').fill('双方对修墙费谁出说不拢。')
  await tick(held, '已当场宣读或交当事人核对')
  await send(held, '记录调解')
  const up = await start(page, '移送上一级')
  await up.getByLabel('理由').fill('谈了一次，说不拢')
  await tick(up, '双方同意移送')
  await send(up, '移送上一级')
  // What was said is no longer before the one who passed it on.
  await page.getByText('当事人说的话只给承办的调解员').waitFor()
  expect(await page.getByText('双方对修墙费谁出说不拢').count()).toBe(0)
  expect(await fits(page)).toBe(true)
  await clean(page)
  await office.leave(page)
})

test('片区站再移送到镇中心；中心指定调解员', async () => {
  const page = await office.enter('gq1')
  await page.goto(address)
  const up = await start(page, '移送上一级')
  await up.getByLabel('理由').fill('涉及村庄规划')
  await tick(up, '双方同意移送')
  await send(up, '移送上一级')
  await office.leave(page)

  const head = await headsPage()
  await head.goto(address)
  const assign = await start(head, '确定调解员')
  const name = await office.world.ownerPool.query(
    "select s.name from staff s join account a on a.town_id = s.town_id and a.staff_id = s.id where a.username = 'tiaojie'",
  )
  await choose(head, assign, '调解员', name.rows[0].name)
  await head.keyboard.press('Escape')
  await choose(head, assign, '怎样确定', '委员会指定')
  await send(assign, '确定调解员')
  await state(head, '调解中')
})

test('中心：调解、拟协议（大小写金额）、各方签名、主任盖章生效；申请确认、法院裁定、履行完毕', async () => {
  const page = await office.enter('tiaojie', desk)
  await page.goto(address)
  // What is handed in: a wrong kind is refused with a sentence, a picture is kept and can be opened.
  const box = page.getByRole('region', { name: '材料' })
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  await box.getByLabel('选择材料').setInputFiles([
    { name: '院墙.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') },
    { name: '程序.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\u0000\u0001') },
  ])
  await box.getByRole('link', { name: '院墙.png' }).waitFor()
  await box.getByRole('button', { name: '不传了' }).click()
  const held = await start(page, '记录调解')
  await held.getByLabel('地点').fill('镇调解中心')
  await held.getByLabel('到场的人').fill('双方当事人、村干部')
  await held.getByLabel('用时（分钟）').fill('90')
  await held.getByLabel('各方说了什么').fill('秦有田愿意出八百元，柳春生同意。')
  await tick(held, '已当场宣读或交当事人核对')
  await send(held, '记录调解')
  const draft = await start(page, '拟订协议')
  await draft.getByRole('button', { name: '自拟一条' }).click()
  await draft.getByLabel('第 1 条', { exact: true }).fill('秦有田付给柳春生捌佰元整（￥8,000.00）。')
  await draft.getByRole('button', { name: '加一项履行' }).click()
  await draft.getByLabel('第 1 项履行什么').fill('修墙费')
  await draft.getByLabel('怎样履行').fill('转账')
  await draft.getByLabel('金额（元）').fill('800')
  await draft.getByLabel('怎样履行').click()
  await draft.getByText('捌佰元整（￥800.00）').waitFor()
  await clean(page)
  await draft.getByRole('button', { name: '保存协议' }).click()
  await draft.getByText('大写应为“捌仟元整”').first().waitFor()
  // A sum in one way only is said to be, and put right by one press.
  await draft.getByLabel('第 1 条', { exact: true }).fill('秦有田付给柳春生八百元。')
  await draft.getByRole('button', { name: '保存协议' }).click()
  await draft.getByText('请把大写、小写都写上：捌佰元整（￥800.00）').first().waitFor()
  await draft.getByRole('button', { name: '金额补上大写、小写' }).click()
  expect(await draft.getByLabel('第 1 条', { exact: true }).inputValue()).toBe('秦有田付给柳春生捌佰元整（￥800.00）。')
  // What is no amount is not sent as nothing.
  await draft.getByLabel('金额（元）').fill('八百左右')
  await draft.getByRole('button', { name: '保存协议' }).click()
  await draft.getByText('金额请写成数字').first().waitFor()
  await draft.getByLabel('金额（元）').fill('800元')
  await send(draft, '保存协议')
  const toSign = page.getByRole('link', { name: '打印人民调解协议书去签' })
  const [paper] = await Promise.all([page.waitForEvent('download'), toSign.click()])
  expect(paper.suggestedFilename()).toBe('人民调解协议书（待签）.docx')
  await state(page, '协议待签')
  for (const who of ['柳春生', '秦有田', '调解员本人']) {
    const form = await start(page, '记录签名、盖章')
    await choose(page, form, '谁签', who)
    await choose(page, form, '方式', who === '调解员本人' ? '签名' : '按指印')
    await send(form, '记录签名、盖章')
  }
  await page.getByText('调解委员会印章').first().waitFor()
  const head = await headsPage()
  await head.goto(address)
  const seal = await start(head, '记录签名、盖章')
  await choose(head, seal, '谁签', '调解委员会印章')
  await choose(head, seal, '方式', '盖章')
  await send(seal, '记录签名、盖章')
  await state(head, '履行中')

  await page.reload()
  const apply = await start(page, '共同申请司法确认')
  await apply.getByLabel('向哪个人民法院').fill('示范县人民法院')
  await tick(apply, '双方共同申请')
  await send(apply, '共同申请司法确认')
  await send(await start(page, '法院受理确认申请'), '法院受理确认申请')
  const ruling = await start(page, '登记法院裁定')
  await choose(page, ruling, '结果', '裁定确认有效')
  await ruling.getByLabel('裁定书文号').fill('（2026）示法确99号')
  await send(ruling, '登记法院裁定')
  await page.getByText('裁定确认有效 （2026）示法确99号').waitFor()
  const done = await start(page, '登记履行')
  await choose(page, done, '哪一项', '1．修墙费（2026-11-24）')
  await done.getByLabel('金额（元）').fill('900')
  await done.getByLabel('凭证').fill('转账记录')
  await done.getByRole('button', { name: '登记履行' }).click()
  await done.getByText('超过约定：还应履行 捌佰元整（￥800.00）').waitFor()
  await done.getByLabel('金额（元）').fill('800')
  await send(done, '登记履行')
  await state(page, '已履行')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await office.leave(page)

  await head.reload()
  const visit = await start(head, '回访')
  await choose(head, visit, '评价', '满意')
  await visit.getByLabel('履行情况').fill('已付清')
  await send(visit, '回访')
  await send(await start(head, '归档'), '归档')
  await state(head, '已归档')
  await head.goto(`${address}/dossier`)
  await head.getByRole('article', { name: '人民调解协议书' }).waitFor()
  await head.getByText('目录', { exact: true }).first().click()
  const index = head.getByRole('region', { name: '卷内目录' })
  for (const name of ['当事人身份证明', '证据材料清单', '司法确认申请书'])
    await index.getByRole('cell', { name, exact: true }).waitFor()
  // What was uploaded is bound behind the list of evidence, and drawn.
  await index.getByRole('cell', { name: '证据：院墙.png', exact: true }).waitFor()
  const bound = head.getByRole('img', { name: '证据：院墙.png 第 1 页' })
  await bound.scrollIntoViewIfNeeded()
  await expect.poll(() => bound.evaluate((i) => (i as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  expect(await fits(head)).toBe(true)
  await clean(head)
})

test('信访事项转来：两件事项一并、此前的纠纷在屏幕上选；从事项和从纠纷两边都看得到', async () => {
  const page = await headsPage()
  const rows = await office.world.ownerPool.query(
    "select id, number from petition where state = 'handling' and class = 'claim' and mediation = 'none' and not sealed order by number limit 2",
  )
  const [first, second] = rows.rows as { id: string; number: string }[]
  await page.goto(`${office.base}/matter/${first!.id}?tab=mediation`)
  await page.getByRole('link', { name: '转到调解网络' }).click()
  const form = page.locator('main') as never
  await choose(page, form, '类型', '邻里')
  await page.getByLabel('什么纠纷').fill('院墙滴水又起')
  await page.getByLabel('经过').fill('修好的院墙又被滴水冲坏。')
  await page.getByLabel('一并了结的信访事项').fill(second!.number)
  await page.locator('.ant-select-item-option', { hasText: second!.number }).click()
  await page.getByLabel('此前的纠纷').click()
  await page.locator('.ant-select-item-option', { hasText: '院墙滴水纠纷' }).click()
  await page.getByLabel('姓名或名称').nth(0).fill('柳春生')
  await page.getByLabel('姓名或名称').nth(1).fill('秦有田')
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.waitForURL(/mediation\/disputes\/[0-9a-f-]{36}$/)
  await state(page, '已登记')
  await page.getByRole('link', { name: '此前的纠纷' }).waitFor()
  const code = (await page.getByText(/^JF2026-\d+$/).textContent())!
  for (const [i, { number }] of [first!, second!].entries()) {
    await page.getByRole('link', { name: number }).click()
    if (i === 0) expect(page.url()).toContain('/matter/')
    await page.getByRole('tab', { name: '调解' }).click()
    await page.getByRole('link', { name: code }).click()
    await state(page, '已登记')
  }
})

test('责任书成册扫描：一本 PDF 按页分给各人，并页、选人、登记；没有登记完的接着登记；电脑和手机上都放得下', async () => {
  const page = await headsPage()
  for (const [size, from] of [
    [desk, 1],
    [phone, 2],
  ] as const) {
    await page.setViewportSize(size)
    await page.goto(`${office.base}/mediation?tab=letters`)
    await page.getByRole('link', { name: '调解员诚信责任书' }).first().click()
    await page.getByRole('button', { name: '批量登记纸质签字' }).click()
    if (from === 1) {
      await page
        .getByLabel('选择扫描件')
        .setInputFiles({ name: '成册.pdf', mimeType: 'application/pdf', buffer: pdfOf(4) })
      await page.getByRole('button', { name: '里面有许多人的，按页分开' }).click()
    } else {
      await page.getByText('还有 2 页没有登记').waitFor()
      await page.getByRole('button', { name: '接着登记' }).click()
    }
    const book = page.getByRole('dialog', { name: '一本扫描件，按页登记' })
    const first = book.getByRole('listitem', { name: `第 ${from === 1 ? 1 : 3} 页` })
    const drawn = first.getByRole('img').first()
    await expect.poll(() => drawn.evaluate((i) => (i as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
    await first.getByRole('button', { name: '并入下一份' }).click()
    const whole = book.getByRole('listitem', { name: from === 1 ? '第 1 至 2 页' : '第 3 至 4 页' })
    await whole.getByLabel('谁签的').click()
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').first().click()
    expect(await fits(page)).toBe(true)
    await clean(page)
    await book.getByRole('button', { name: '登记选好人的 1 份' }).click()
    if (from === 1) {
      await whole.getByText('已登记为').waitFor()
      await book.getByRole('button', { name: '返回' }).click()
    }
    await book.waitFor({ state: 'detached' })
    await page.getByText(/^已经签的 \d+ 人$/).click()
    await page
      .getByRole(size === desk ? 'row' : 'listitem')
      .filter({ hasText: '纸质签字，已扫描' })
      .getByRole('link', { name: from === 1 ? '第 2 页' : '第 4 页' })
      .waitFor()
  }
})

test('网络、责任书、月报、站点页在电脑和手机上都放得下；月报的数加得起来', async () => {
  const page = await headsPage()
  await page.goto(`${office.base}/mediation`)
  const sum = async (label: string) => {
    const rows = await page.getByRole('region', { name: label, exact: true }).locator('tr').all()
    const numbers = []
    for (const r of rows.slice(1)) numbers.push((await r.locator('td').allTextContents()).slice(1).map(Number))
    return numbers
  }
  for (const size of [desk, phone]) {
    await page.setViewportSize(size)
    for (const tab of ['纠纷', '网络', '责任书', '月报']) {
      await page.getByRole('navigation', { name: '矛盾调解' }).getByRole('link', { name: tab }).click()
      await page
        .locator('main')
        .getByRole(size === desk ? 'table' : 'list')
        .first()
        .waitFor()
      if (tab === '网络') {
        const shown = await page.getByRole('list', { name: '网络' }).textContent()
        expect(shown?.replace(/\s/g, '')).toBe('1镇调解中心5片区调解站43村调解点109网格员')
      }
      if (tab === '责任书') {
        await page.getByText('109 / 109').waitFor()
        await page.getByText('请准备签发新一届的').first().waitFor()
      }
      if (tab === '月报' && size === desk) {
        await page.getByRole('region', { name: '本期办理', exact: true }).waitFor()
        const flow = await sum('本期办理')
        for (const [opening, accepted, agreed, failed, closing] of flow)
          expect(opening! + accepted!).toBe(agreed! + failed! + closing!)
        const total = flow.at(-1)!
        expect(
          flow.slice(0, -1).reduce(
            (n, r) => n.map((x, i) => x + r[i]!),
            total.map(() => 0),
          ),
        ).toEqual(total)
        expect(total[2]).toBeGreaterThan(0)
        // Ninety minutes at the centre and sixty in the village, besides what the month had before; within a week.
        await page.getByText(/七日内 [1-9]\d* 件/).waitFor()
        await page.getByText(/[2-9]\d\d 分钟/).waitFor()
      }
      expect(await fits(page), `${tab} ${size.width}`).toBe(true)
      // The tables of the desk are alike; the cards of the phone are looked at one by one.
      if (size === phone || tab === '月报') await clean(page)
    }
  }
  await page.getByRole('navigation', { name: '矛盾调解' }).getByRole('link', { name: '网络' }).click()
  await page.getByRole('link', { name: '示范镇矛盾纠纷调解中心' }).last().click()
  await page.getByRole('heading', { name: '资料' }).waitFor()
  expect(await fits(page)).toBe(true)
  await clean(page)
  await office.leave(page)
})

test('页面没有报错', () => {
  // The agreement whose words and figures differ is refused with 400 on purpose.
  expect(office.faults.filter((f) => !/status of 400/.test(f))).toEqual([])
})
