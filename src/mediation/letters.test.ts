import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MediationOffice, openMediation, pdfOf } from './fixture.ts'
import { namedIn } from './network/letter.ts'
import { cutInto, eachOf, freeRuns, scanRefusal } from './network/scan.ts'

let m: MediationOffice
beforeAll(async () => {
  m = await openMediation('2026-03-05')
  await m.ok('petitionHead', '/api/mediation/network', {})
})
afterAll(() => m?.o.close())

test('纸质责任书：主任上传扫描件补登，别人打不开', async () => {
  const { texts } = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json
  await m.ok('petitionHead', '/api/mediation/letters', {
    input: { kind: 'grid', title: '网格员责任书', body: texts.grid, fromOn: m.day(), toOn: '2027-03-05' },
  })
  const [{ id }] = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json.rows
  const url = `/api/mediation/letters/${id}/files`
  const file = (await m.put('petitionHead', url)).json().id
  await m.ok('petitionHead', `/api/mediation/letters/${id}/sign`, {
    how: 'paper',
    staffId: m.o.id('gridWorker'),
    fileId: file,
    on: m.day(),
  })
  // One scan is one person's: the same bytes are not taken for a second.
  const mediators = await m.ok('petitionHead', '/api/mediation/letters', {
    input: { kind: 'mediator', title: '调解员责任书', body: texts.mediator, fromOn: m.day(), toOn: '2027-03-05' },
  })
  expect(mediators).toEqual({ ok: true })
  const other = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json.rows.find(
    (l: { kind: string }) => l.kind === 'mediator',
  ).id
  const sign = async (staffId: string, on: string = m.day()) => {
    const scan = (await m.put('petitionHead', `/api/mediation/letters/${other}/files`)).json().id
    return m.post('petitionHead', `/api/mediation/letters/${other}/sign`, { how: 'paper', staffId, fileId: scan, on })
  }
  expect((await sign(m.o.id('mediator'), '2025-01-01')).json.fields).toHaveProperty('on')
  expect((await sign(m.o.id('mediator'))).status).toBe(200)
  expect((await sign(m.o.id('villageOfficer'))).json.message).toMatch(/已经登记为.+的/)
  const row = (await m.o.as('petitionHead', 'GET', `/api/mediation/letters/${id}`)).json.rows[0]
  expect(row).toMatchObject({ how: 'paper', signedOn: m.day(), fileId: file })
  expect((await m.o.as('petitionHead', 'GET', `${url}/${file}`)).status).toBe(200)
  for (const who of ['gridWorker', 'clerk', 'townLeader'])
    expect((await m.o.as(who, 'GET', `${url}/${file}`)).status, who).toBeGreaterThanOrEqual(400)
})

test('文件名里的姓名只在说得准时提示：同名、几个人、名字里套名字都不猜', () => {
  const people = ['李四', '李四海', '王五', '赵六', '赵六'].map((name) => ({ name }))
  const said = (file: string) => namedIn(file, people)?.name ?? null
  expect(said('扫描 王 五 2026.pdf')).toBe('王五')
  expect(said('李四海.jpg')).toBe('李四海')
  expect(said('李四.jpg')).toBe('李四')
  expect(said('赵六.jpg')).toBeNull()
  expect(said('王五和李四.jpg')).toBeNull()
  expect(said('IMG_0001.jpg')).toBeNull()
})

describe('一本扫描件里有许多人的责任书', () => {
  test('按页登记给各人：页次越界、已经是别人的页不收；还有页没有登记的可以接着登记；各人的页打得开，别人打不开', async () => {
    const { texts } = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json
    await m.ok('petitionHead', '/api/mediation/letters', {
      input: { kind: 'mediator', title: '成册的责任书', body: texts.mediator, fromOn: m.day(), toOn: '2028-03-05' },
    })
    const { id } = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json.rows.find(
      (l: { title: string }) => l.title === '成册的责任书',
    )
    const url = `/api/mediation/letters/${id}`
    const letter = async (who = 'petitionHead') => (await m.o.as(who, 'GET', url)).json
    const made = await m.put('petitionHead', `${url}/files`, undefined, { name: '成册.pdf', data: pdfOf(5) })
    expect(made.json()).toMatchObject({ name: '成册.pdf', pages: 5 })
    const fileId = made.json().id as string
    const sign = async (who: string, from: number, to: number) =>
      m.post('petitionHead', `${url}/sign`, {
        how: 'paper',
        staffId: m.o.id(who),
        fileId,
        on: m.day(),
        pages: { from, to },
      })
    expect((await letter()).books).toEqual([{ id: fileId, name: '成册.pdf', pages: 5, free: [{ from: 1, to: 5 }] }])
    expect((await sign('mediator', 4, 6)).json.message).toBe('页次不对：这份扫描件共 5 页')
    expect((await sign('mediator', 3, 2)).status).toBe(400)
    expect((await sign('mediator', 0, 2)).status).toBe(400)
    expect((await sign('mediator', 2, 3)).status).toBe(200)
    expect((await sign('villageOfficer', 3, 4)).json.message).toMatch(/^第 2 至 3 页已经登记为.+的，请另选$/)
    // The whole book is nobody's once a page of it is somebody's.
    const whole = await m.post('petitionHead', `${url}/sign`, {
      how: 'paper',
      staffId: m.o.id('villageOfficer'),
      fileId,
      on: m.day(),
    })
    expect(whole.json.message).toMatch(/已经登记为.+的，请换一份/)
    // Nor are the same pages somebody else's in the same scan uploaded once more.
    const again = (await m.put('petitionHead', `${url}/files`, undefined, { name: '又传.pdf', data: pdfOf(5) })).json()
      .id
    const twice = await m.post('petitionHead', `${url}/sign`, {
      how: 'paper',
      staffId: m.o.id('villageOfficer'),
      fileId: again,
      on: m.day(),
      pages: { from: 3, to: 3 },
    })
    expect(twice.json.message).toMatch(/^第 2 至 3 页已经登记为/)
    expect((await letter()).books[0].free).toEqual([
      { from: 1, to: 1 },
      { from: 4, to: 5 },
    ])
    // Two heads at once for the same page: one of them is told.
    const both = await Promise.all([sign('villageOfficer', 1, 1), sign('areaSecretary', 1, 1)])
    expect(both.map((x) => x.status).sort()).toEqual([200, 400])
    const rows = (await letter()).rows as { staffId: string; pages: object | null; fileId: string; sha256: string }[]
    expect(rows.find((x) => x.staffId === m.o.id('mediator'))).toMatchObject({ pages: { from: 2, to: 3 }, fileId })
    const page = (who: string, n: number, query = '') => m.o.as(who, 'GET', `${url}/files/${fileId}/pages/${n}${query}`)
    expect((await page('petitionHead', 3)).status).toBe(200)
    const { width, height } = await sharp((await page('petitionHead', 3, '?small')).raw).metadata()
    expect([width! <= 560, height! <= 790]).toEqual([true, true])
    for (const who of ['mediator', 'clerk', 'townLeader'])
      expect((await page(who, 3)).status, who).toBeGreaterThanOrEqual(400)
    expect((await letter('villageOfficer')).books).toEqual([])
  })

  test('任意多页、任意登记过哪些：空着的页加登记过的恰是全部，切出来的不重、不漏、不越过登记过的', () => {
    const book = fc
      .record({ pages: fc.integer({ min: 1, max: 60 }), each: fc.integer({ min: 1, max: 9 }) })
      .chain((b) =>
        fc.record({
          pages: fc.constant(b.pages),
          each: fc.constant(b.each),
          given: fc.array(
            fc
              .tuple(fc.integer({ min: 1, max: b.pages }), fc.integer({ min: 1, max: b.pages }))
              .map(([a, c]) => ({ from: Math.min(a, c), to: Math.max(a, c) })),
            { maxLength: 5 },
          ),
        }),
      )
    const all = (list: readonly { from: number; to: number }[]) =>
      list.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
    fc.assert(
      fc.property(book, ({ pages, each, given }) => {
        const parts = cutInto(freeRuns(pages, given), each)
        const theirs = new Set(all(given))
        expect([...all(parts)]).toEqual(Array.from({ length: pages }, (_, i) => i + 1).filter((n) => !theirs.has(n)))
        const taken = given.map((x) => ({ name: '某人', pages: x }))
        for (const p of parts) {
          expect(p.to - p.from).toBeLessThan(each)
          expect(scanRefusal(p, pages, taken)).toBeNull()
        }
        for (const g of given) expect(scanRefusal(g, pages, taken)).not.toBeNull()
      }),
    )
  })

  test('每人几页只在除得尽时猜', () => {
    expect([eachOf(218, 109), eachOf(109, 109), eachOf(110, 109), eachOf(5, 0), eachOf(100, 2)]).toEqual([
      2, 1, 1, 1, 1,
    ])
  })
})
