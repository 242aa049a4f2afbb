import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laidOut, officeTools } from '../documents/office.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { dot, heic, type MediationOffice, openMediation, pdfOf, photo } from './fixture.ts'

let m: MediationOffice
beforeAll(async () => {
  m = await openMediation('2026-03-05')
  await m.ok('petitionHead', '/api/mediation/network', {})
})
afterAll(() => m?.o.close())

describe('材料', () => {
  test('承办的人上传、打开；重发不多一份；看不到全卷的人既不能传也不能看；归档后不再加', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await m.mediating()
    const url = `/api/disputes/${id}/files`
    const requestId = uuidv7()
    const made = await m.put('villageOfficer', url, requestId)
    expect(made.statusCode, made.body).toBe(200)
    expect((await m.put('villageOfficer', url, requestId)).statusCode).toBe(200)
    const { files } = (await m.view('villageOfficer', id)).file
    expect(files).toMatchObject([{ name: '收条.png', byName: expect.any(String), sha256: made.json().sha256 }])
    expect((await m.o.as('villageOfficer', 'GET', `${url}/${files[0].id}`)).status).toBe(200)
    for (const who of [
      'gridWorker',
      'petitionHead',
      'clerk',
      'townLeader',
      'mediator',
      'areaSecretary',
      'unitHandler',
    ]) {
      expect((await m.put(who, url)).statusCode, who).toBe(404)
      expect((await m.o.as(who, 'GET', `${url}/${files[0].id}`)).status, who).toBe(404)
    }
    for (const who of ['systemAdmin', 'auditAdmin', 'auditor', 'disciplineLiaison'])
      expect([403, 404], who).toContain((await m.o.as(who, 'GET', `${url}/${files[0].id}`)).status)
    await m.move('villageOfficer', id, 'fail', {
      why: 'noAgreement',
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true,
    })
    await m.move('villageOfficer', id, 'close', {})
    expect((await m.put('villageOfficer', url)).json().message).toContain('已归档')
  })

  test('材料写明用途，写错的不收，可以改；图片、PDF 逐页看得到，别的没有页；看不到全卷的看不到页；归档后不能改', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await m.mediating()
    const url = `/api/disputes/${id}/files`
    expect(
      (await m.put('villageOfficer', url, uuidv7(), { name: 'a.png', data: dot, serves: 'x' })).json().message,
    ).toContain('做什么用')
    for (const [name, data, serves] of [
      ['证件.png', dot, 'identity'],
      ['合同.pdf', pdfOf(3), 'evidence'],
      ['坏的.pdf', Buffer.from('%PDF-1.4\nbroken'), 'evidence'],
      ['说明.txt', Buffer.from('录音的说明'), 'other'],
      ['苹果手机.heic', heic, 'identity'],
    ] as const)
      expect((await m.put('villageOfficer', url, uuidv7(), { name, data, serves })).statusCode, name).toBe(200)
    const torn = await m.put('villageOfficer', url, uuidv7(), {
      name: '坏的.heic',
      data: heic.subarray(0, 300),
      serves: 'identity',
    })
    expect([torn.statusCode, torn.json().message]).toEqual([400, expect.stringContaining('已损坏')])
    const files = (await m.view('villageOfficer', id)).file.files as {
      id: string
      name: string
      serves: string
      pages: number
    }[]
    expect(files.map((f) => [f.name, f.serves, f.pages])).toEqual([
      ['证件.png', 'identity', 1],
      ['合同.pdf', 'evidence', 3],
      ['坏的.pdf', 'evidence', 0],
      ['说明.txt', 'other', 0],
      ['苹果手机.jpg', 'identity', 1],
    ])
    const page = async (who: string, n: number, i: number | string) =>
      (await m.o.as(who, 'GET', `${url}/${files[n]!.id}/pages/${i}`)).status
    expect(await page('villageOfficer', 0, 1)).toBe(200)
    expect(await page('villageOfficer', 1, 3)).toBe(200)
    // Drawn as the browser can show it, with its colours, whatever the phone kept it as.
    const drawn = await m.o.as('villageOfficer', 'GET', `${url}/${files[4]!.id}/pages/1`)
    const { data, info } = await sharp(drawn.raw).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([96, 64])
    expect([data[0]! > 200, data[2]! < 60, data.at(-3)! < 60, data.at(-1)! > 200]).toEqual([true, true, true, true])
    for (const [n, i] of [
      [0, 2],
      [1, 4],
      [1, 0],
      [1, '1x'],
      [2, 1],
      [3, 1],
    ] as const)
      expect(await page('villageOfficer', n, i), `${n} ${i}`).toBe(404)
    expect(await page('gridWorker', 0, 1)).toBe(404)
    const to = { serves: 'evidence' }
    const refile = `${url}/${files[3]!.id}/serves`
    expect((await m.post('gridWorker', refile, to)).status).toBe(404)
    expect((await m.post('villageOfficer', refile, { serves: 'elsewhere' })).status).toBe(400)
    await m.ok('villageOfficer', refile, to)
    expect((await m.view('villageOfficer', id)).file.files[3].serves).toBe('evidence')
    await m.move('villageOfficer', id, 'fail', {
      why: 'noAgreement',
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true,
    })
    await m.move('villageOfficer', id, 'close', {})
    expect((await m.post('villageOfficer', refile, { serves: 'other' })).json.message).toContain('已归档')
  })
})

describe(`卷宗的页码${officeTools() ? '，与 LibreOffice 排出来的一致' : '（本机没有 LibreOffice，只核对卷内相符）'}`, () => {
  test.each([
    ['短', '好。', '柳成林'],
    ['长', '各说各的理，谁也不让。'.repeat(900), '柳成林'],
    ['生僻字', '𠮷家屋后的沟被䶮家填了。', '𠮷䶮'],
  ])(
    '%s的内容',
    async (_, body, name) => {
      m.o.world.clock.set('2026-06-01')
      const id = await m.mediating({
        parties: [
          { side: 'applicant', name, claim: '疏通排水沟' },
          { side: 'respondent', name: '范守田' },
        ],
      })
      for (let i = 0; i < 2; i += 1)
        await m.move('villageOfficer', id, 'holdSession', {
          onDay: m.day(),
          place: '村委会',
          came: '双方',
          minutes: 30,
          body,
          readBack: true,
        })
      await m.agreed(id, {
        performances: [],
        facts: body.slice(0, 1800),
        clauses: [{ key: 'a', text: '范守田疏通排水沟。' }],
      })
      const files = [
        { name: '身份证 & <正面>.png', data: dot, serves: 'identity' },
        { name: '院墙（横）.jpg', data: await photo(3000, 900), serves: 'evidence' },
        { name: `${'长名字的照片'.repeat(18)}.jpg`, data: await photo(800, 4000), serves: 'evidence' },
        { name: '合同.pdf', data: pdfOf(3), serves: 'evidence' },
        { name: '苹果手机.heic', data: heic, serves: 'evidence' },
        { name: '录音的说明.txt', data: Buffer.from('另存'), serves: 'other' },
        { name: '传错了.png', data: await photo(10, 10), serves: 'apart' },
      ]
      for (const f of files)
        expect((await m.put('villageOfficer', `/api/disputes/${id}/files`, uuidv7(), f)).statusCode, f.name).toBe(200)
      const { index, total } = (await m.o.as('villageOfficer', 'GET', `/api/disputes/${id}/dossier`)).json as {
        index: { title: string; on: string; from: number; to: number }[]
        total: number
      }
      expect(index.at(-1)!.to).toBe(total)
      // Each behind the paper it belongs to, with as many pages as it has.
      const titles = index.map((x) => x.title)
      const after = (title: string) => titles[titles.indexOf(title) + 1]
      expect(after('当事人身份证明')).toBe('身份证明：身份证 & <正面>.png')
      expect(after('证据材料清单')).toBe('证据：院墙（横）.jpg')
      expect(titles.at(-2)).toBe('其他材料：录音的说明.txt')
      expect(titles.some((t) => t.includes('传错了'))).toBe(false)
      const pdfRow = index.find((x) => x.title === '证据：合同.pdf')!
      expect(pdfRow.to - pdfRow.from).toBe(2)
      for (const [i, row] of index.entries()) expect(row.from).toBe(i === 0 ? 1 : index[i - 1]!.to + 1)
      const file = await m.o.as('villageOfficer', 'GET', `/api/disputes/${id}/dossier.docx`)
      expect(file.status).toBe(200)
      if (!officeTools()) return
      const [pdf] = await laidOut([new Uint8Array(file.raw)])
      // Cover and index, then as many pages as the index says; each paper begins where it says.
      expect(pdf!.pages).toBe(total + 2)
      expect(pdf!.text).toContain(name)
      // The index on paper says the pages too, as numbers and nothing else.
      expect(pdf!.text).not.toMatch(/[〖〗]/)
      const said = pdf!.byPage[1]!.replaceAll(/\s+/g, '')
      for (const row of index.filter((r) => r.title.length < 15))
        expect(said).toContain(`${row.title.replaceAll(' ', '')}${row.on}${row.from}`)
      for (const row of index)
        expect(pdf!.byPage[row.from + 1]!.replaceAll(/\s+/g, ''), `${row.title} ${row.from}`).toContain(
          row.title.replaceAll(' ', ''),
        )
      expect(pdf!.byPage[pdfRow.to + 1]!).toContain('3/3')
    },
    120_000,
  )
})
